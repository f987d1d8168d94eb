"""One test in a browser. The browsers here are stand-ins: see test_real_tests.py for the real one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from engine.event_loop import Event, FakeClock, gather, yield_to_others
from engine.network.cookies import CookieStore
from engine.realms import ConsoleMessage
from engine.security.permissions import Permissions
from engine.url import origin_of, parse_url
from engine.window.errors import PageClosed
from wpt_harness.executor import NewBrowser, run_test
from wpt_harness.jobs import Job
from wpt_harness.page_scripts import CHANNEL

JOB = Job("/a.html", "https://web-platform.test/a.html", 10)
COMPLETE = {
    "type": "complete",
    "harness": {"status": 0, "message": None, "stack": None},
    "subtests": [["one", 0, None, None], ["two", 1, "no", "at x"]],
}


class FakePage:
    """Says `messages`, one after another, and remembers what it is answered."""

    def __init__(self, messages: Sequence[object]) -> None:
        self.messages = list(messages)
        self.answers: list[str] = []

    async def evaluate(self, script: str) -> Any:
        if script == f"{CHANNEL}.next()":
            if not self.messages:
                await Event().wait()
            message = self.messages.pop(0)
            if isinstance(message, Exception):
                raise message
            return json.dumps(message)
        assert script.startswith(f"{CHANNEL}.answer(")
        self.answers.append(script.removeprefix(f"{CHANNEL}.answer(").removesuffix(")"))
        return None


class FakeBrowser:
    def __init__(self, page: FakePage) -> None:
        self.page = page
        self.permissions = Permissions()
        self.user_agent = type("UserAgent", (), {"cookie_store": CookieStore(FakeClock())})()
        self.opened: list[str] = []

    async def open(self, url: str) -> FakePage:
        self.opened.append(url)
        return self.page


def browsers(browser: FakeBrowser, *, console: Sequence[ConsoleMessage] = (), at_the_end: Exception | None = None) -> NewBrowser:
    @asynccontextmanager
    async def new_browser(on_console: Callable[[ConsoleMessage], object]) -> AsyncIterator[Any]:
        for message in console:
            on_console(message)
        yield browser
        if at_the_end is not None:
            raise at_the_end

    return new_browser


async def test_results_come_from_the_page() -> None:
    browser = FakeBrowser(FakePage([COMPLETE]))
    result = await run_test(JOB, browsers(browser))
    assert browser.opened == [JOB.url]
    assert (result.test, result.status) == ("/a.html", "OK")
    assert [(one.name, one.status, one.message) for one in result.subtests] == [("one", "PASS", None), ("two", "FAIL", "no")]


@pytest.mark.parametrize(("code", "status"), [(1, "ERROR"), (2, "TIMEOUT"), (3, "PRECONDITION_FAILED")])
async def test_the_status_of_the_harness_is_the_test_s(code: int, status: str) -> None:
    page = FakePage([{**COMPLETE, "harness": {"status": code, "message": "m", "stack": None}}])
    result = await run_test(JOB, browsers(FakeBrowser(page)))
    assert (result.status, result.message) == (status, "m")


async def test_a_page_that_never_finishes_is_a_timeout() -> None:
    clock = FakeClock()
    running = gather(run_test(JOB, browsers(FakeBrowser(FakePage([]))), clock))
    while not clock.sleepers:
        await yield_to_others()
    clock.advance(14.9)
    await yield_to_others()
    assert not running.done()
    clock.advance(0.2)
    [result] = await running
    assert (result.status, result.duration) == ("TIMEOUT", pytest.approx(15.1))


async def test_a_page_that_leaves_is_an_error_of_the_test_and_no_crash() -> None:
    result = await run_test(JOB, browsers(FakeBrowser(FakePage([PageClosed("the page has been closed")]))))
    assert (result.status, "went elsewhere" in (result.message or "")) == ("ERROR", True)


async def test_what_the_engine_cannot_bear_is_a_crash() -> None:
    result = await run_test(JOB, browsers(FakeBrowser(FakePage([ZeroDivisionError("oh")]))))
    assert (result.status, result.message) == ("CRASH", "the engine failed: ZeroDivisionError: oh")
    assert "Traceback" in (result.stack or "")


async def test_a_bug_that_shows_at_the_end_is_a_crash_that_keeps_its_subtests() -> None:
    result = await run_test(JOB, browsers(FakeBrowser(FakePage([COMPLETE])), at_the_end=RuntimeError("late")))
    assert (result.status, len(result.subtests)) == ("CRASH", 2)


async def test_the_console_is_kept() -> None:
    message = ConsoleMessage("warn", "careful", "page")
    result = await run_test(JOB, browsers(FakeBrowser(FakePage([COMPLETE])), console=[message]))
    assert result.log == ["page: warn: careful"]


def command(command: str, /, **parameters: object) -> dict[str, object]:
    return {"type": "command", "id": 7, "name": command, "origin": "https://a.test", "url": "https://a.test/x", "parameters": parameters}


async def test_a_page_can_set_permissions_of_its_origin() -> None:
    page = FakePage([command("set_permission", name="background-fetch", state="denied"), COMPLETE])
    browser = FakeBrowser(page)
    await run_test(JOB, browsers(browser))
    url = parse_url("https://a.test/")
    assert url
    assert browser.permissions.state("background-fetch", origin_of(url)) == "denied"
    assert page.answers == ["7, null, null"]


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        (command("set_permission", name="flying", state="granted"), "flying"),
        (command("set_permission", name="push", state="maybe"), "maybe"),
        (command("freeze"), "freeze() is not implemented"),
        (command("get_named_cookie", name="none"), "none"),
    ],
)
async def test_what_cannot_be_done_is_refused_by_name(message: object, refusal: str) -> None:
    page = FakePage([message, COMPLETE])
    result = await run_test(JOB, browsers(FakeBrowser(page)))
    assert result.status == "OK"
    [answer] = page.answers
    assert refusal in answer


async def test_a_page_can_look_at_and_delete_its_cookies() -> None:
    page = FakePage([command("get_all_cookies"), command("delete_all_cookies"), command("get_all_cookies"), COMPLETE])
    browser = FakeBrowser(page)
    store: CookieStore = browser.user_agent.cookie_store  # type: ignore[attr-defined]
    store.parse_and_store_a_cookie(b"a=b; SameSite=Strict", is_secure=True, host="a.test", path="/")
    store.parse_and_store_a_cookie(b"c=d", is_secure=True, host="b.test", path="/")
    await run_test(JOB, browsers(browser))
    assert '"name": "a"' in page.answers[0] and '"c"' not in page.answers[0]
    assert page.answers[2] == "7, null, []"
    assert len(store) == 1
