"""What cannot be stopped is given up, and nobody waits for it: pages, workers, service workers, the browser's end.

A call of the engine that never asks whether it may go on is here one of Python that does not, so that it can be ended.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from engine import Browser, ConsoleMessage, EvaluationFailed, PageClosed
from engine.js import Agent, Limits
from engine.js.agent import threads_left_behind
from engine.network.fake_transport import FakeResponse, FakeTransport
from tests.security.conftest import HTML, SCRIPT

SERVICE_WORKER = b"onfetch = (event) => { if (event.request.url.endsWith('/asked')) event.respondWith(new Response('answer')) };"


@pytest.fixture
def hold() -> Iterator[threading.Event]:
    hold = threading.Event()
    yield hold
    hold.set()


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route("https://other.test/*", FakeResponse(b"<title>other</title>", headers=HTML))
    transport.route("https://a.test/*", FakeResponse(b"<title>a</title>", headers=HTML))
    transport.route("https://a.test/sw.js", FakeResponse(SERVICE_WORKER, headers=SCRIPT))
    transport.route("https://a.test/w.js", FakeResponse(b"onmessage = (event) => postMessage(event.data)", headers=SCRIPT))
    return transport


@pytest.fixture
async def browser(transport: FakeTransport) -> AsyncIterator[Browser]:
    limits = Limits(memory=64 << 20, task_time=2.0, grace=1.0)
    async with Browser(transport=transport, limits=limits) as browser:
        yield browser


@pytest.fixture
def said(browser: Browser) -> list[ConsoleMessage]:
    said: list[ConsoleMessage] = []
    browser.on_console(said.append)
    return said


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def stick(agent: Agent, hold: threading.Event) -> None:
    """From now on it is inside a call."""
    entered = threading.Event()
    agent.queue_a_task("engine", lambda: (entered.set(), hold.wait()))
    assert entered.wait(20)


def told_of(said: list[ConsoleMessage]) -> list[str]:
    return [message.text for message in said if "given up" in message.text and message.uncaught]


async def test_a_page(browser: Browser, said: list[ConsoleMessage], hold: threading.Event) -> None:
    page, other = await browser.open("https://a.test/"), await browser.open("https://other.test/")
    waiting = asyncio.ensure_future(page.evaluate("new Promise(() => {})"))
    await until(lambda: page.document.evaluations)
    stick(page.document.agent, hold)
    with pytest.raises(PageClosed, match="is inside a call that cannot be interrupted"):
        await waiting
    with pytest.raises(PageClosed, match="given up"):
        await page.evaluate("1")
    assert len(told_of(said)) == 1
    assert await other.evaluate("document.title") == "other"
    # The page goes on with another document, and so may another page of its origin.
    await page.reload()
    assert await page.evaluate("document.title") == "a"
    assert await (await browser.open("https://a.test/")).evaluate("2") == 2


async def test_a_frame_of_another_origin_leaves_its_embedder(
    browser: Browser, transport: FakeTransport, said: list[ConsoleMessage], hold: threading.Event
) -> None:
    transport.route("https://a.test/framed", FakeResponse(b"<iframe src='https://other.test/'></iframe>", headers=HTML))
    page = await browser.open("https://a.test/framed")
    await page.wait_for_load()
    (frame,) = page.document.frames.values()
    stick(frame.document.agent, hold)
    await until(lambda: told_of(said))
    assert await page.evaluate("document.querySelector('iframe').contentWindow !== null") is True


async def test_a_worker(browser: Browser, said: list[ConsoleMessage], hold: threading.Event) -> None:
    page = await browser.open("https://a.test/")
    await page.evaluate(
        "const w = new Worker('/w.js'); w.onerror = (event) => { window.failed = event.type }; w.postMessage(1);"
        "await new Promise((resolve) => { w.onmessage = () => resolve(0) })"
    )
    (worker,) = browser.user_agent.workers.all()
    stick(worker.agent, hold)
    await until(lambda: told_of(said))
    assert await page.evaluate("new Promise((resolve) => { setTimeout(() => resolve(window.failed)) })") == "error"
    assert not browser.user_agent.workers.all()


async def test_a_service_worker(browser: Browser, said: list[ConsoleMessage], hold: threading.Event) -> None:
    page = await browser.open("https://a.test/")
    await page.evaluate("await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; 0")
    await page.reload()
    (running,) = browser.service_workers.room.running
    stick(running.agent, hold)
    asked = await page.evaluate("fetch('/asked').then((response) => response.text(), (error) => error.name)")
    # NB: an event whose task has not run is given to the worker that is started next.
    assert asked in ("answer", "TypeError")
    assert len(told_of(said)) == 1
    assert await page.evaluate("fetch('/asked').then((response) => response.text())") == "answer"


@pytest.mark.parametrize("who", ["page", "worker", "service worker", "all"])
async def test_the_browsers_end_waits_for_none_of_them(transport: FakeTransport, hold: threading.Event, who: str) -> None:
    before = set(threads_left_behind(20))  # NB: those of earlier tests have the same names
    async with Browser(transport=transport) as browser:
        page = await browser.open("https://a.test/")
        await page.evaluate("await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; 0")
        await page.evaluate(
            "const w = new Worker('/w.js'); w.postMessage(1); await new Promise((resolve) => { w.onmessage = () => resolve(0) })"
        )
        (worker,), (running,) = browser.user_agent.workers.all(), browser.service_workers.room.running
        agents = {"page": page.document.agent, "worker": worker.agent, "service worker": running.agent}
        for name, agent in agents.items():
            if who in (name, "all"):
                stick(agent, hold)
    assert not hold.is_set()
    left = [name for name in threads_left_behind() if name not in before]
    assert len(left) >= (3 if who == "all" else 1)
    hold.set()
    assert not [name for name in threads_left_behind(20) if name in left]


class TestMemory:
    @pytest.fixture
    async def browser(self, transport: FakeTransport) -> AsyncIterator[Browser]:
        """One in which the room ends before the time, however busy the machine is."""
        async with Browser(transport=transport, limits=Limits(memory=32 << 20, task_time=30.0)) as browser:
            yield browser

    FILL = "globalThis.kept = []; for (;;) kept.push(new Array(1000).fill(0));"

    async def test_a_page_that_fills_its_heap(self, browser: Browser, said: list[ConsoleMessage]) -> None:
        page = await browser.open("https://a.test/")
        with suppress(EvaluationFailed, PageClosed):  # there may be no room left for the answer
            await page.evaluate(f"const s = document.createElement('script'); s.text = {self.FILL!r}; document.body.append(s); 0")
        await until(lambda: told_of(said))
        with pytest.raises(PageClosed, match="has run out of memory"):
            await page.evaluate("1")
        await page.reload()
        assert await page.evaluate("1") == 1

    async def test_a_page_that_catches_it_and_goes_on(self, browser: Browser, transport: FakeTransport) -> None:
        page = await browser.open("https://a.test/")
        after = "document.createElement('iframe'); fetch('/x'); postMessage(kept)"
        script = f"setInterval(() => {{ try {{ {self.FILL} }} catch {{ }} {after} }}, 0)"
        await page.evaluate(f"{script}; 0")
        # NB: whether there is room left for what it does next is chance; it is given up, or goes on, and nobody else minds.
        await until(lambda: page.document.ended or page.document.agent.closing or len(transport.requests_for("https://a.test/x")) > 3)
        other = await browser.open("https://other.test/")
        assert await other.evaluate("document.title") == "other"

    async def test_a_worker_that_fills_its_heap(self, browser: Browser, transport: FakeTransport, said: list[ConsoleMessage]) -> None:
        transport.route("https://a.test/f.js", FakeResponse(self.FILL.encode(), headers=SCRIPT))
        page = await browser.open("https://a.test/")
        script = "new Promise((resolve) => { new Worker('/f.js').onerror = (event) => resolve(event.type) })"
        assert await page.evaluate(script) == "error"
        # NB: whether there is room left to report the script's own error is chance; if not, the worker ends as one that cannot run.
        await until(lambda: [message for message in said if "run out of memory" in message.text])
        assert await page.evaluate("1") == 1

    async def test_a_service_worker_that_fills_its_heap(
        self, browser: Browser, transport: FakeTransport, said: list[ConsoleMessage]
    ) -> None:
        source = f"onfetch = (event) => {{ if (event.request.url.endsWith('/full')) {{ {self.FILL} }} }}"
        transport.route("https://a.test/sw.js", FakeResponse(source.encode(), headers=SCRIPT))
        page = await browser.open("https://a.test/")
        await page.evaluate("await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; 0")
        await page.reload()
        assert await page.evaluate("fetch('/full').then(() => 'some answer', (error) => error.name)") in ("some answer", "TypeError")
        await until(lambda: told_of(said))
        assert await page.evaluate("fetch('/fine').then((response) => response.status)") == 200

    async def test_a_browser_whose_page_is_full_ends_as_any_other(self, transport: FakeTransport) -> None:
        async with Browser(transport=transport, limits=Limits(memory=32 << 20, task_time=30)) as browser:
            page = await browser.open("https://a.test/")
            # NB: there may be no room left for the answer.
            with suppress(EvaluationFailed, PageClosed):
                await page.evaluate("globalThis.kept = []; try { for (;;) kept.push(new Array(50).fill(0)) } catch { } 1")

    @pytest.mark.parametrize("more", range(0, 36, 4))
    async def test_a_heap_that_is_filled_to_the_brim_is_answered_or_given_up(self, transport: FakeTransport, more: int) -> None:
        """What is loaded of the bindings only then must not meet the end of the heap half-way: the engine would crash."""
        limits = Limits(memory=(32 << 20) + more * 37 * 1024, task_time=30)
        async with Browser(transport=transport, limits=limits) as browser:
            page = await browser.open("https://a.test/")
            with suppress(EvaluationFailed, PageClosed):
                assert await page.evaluate("globalThis.kept = []; try { for (;;) kept.push(new Array(50).fill(0)) } catch { } 1") == 1
