"""Every part of the public face, given every odd thing: it is taken, or refused in one sentence. Nothing hangs or fails the engine."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from engine import (
    UNDEFINED,
    BackgroundFetchLimits,
    Browser,
    Conditions,
    EvaluationFailed,
    FakeClock,
    Fault,
    NavigationFailed,
    Page,
    PageNavigated,
)
from engine.js import Limits
from engine.network.fake_transport import FakeResponse, FakeTransport

ODD: list[Any] = [
    None, True, -1, 0, 1.5, float("nan"), float("inf"), 10**400, "", "x", "\ud800", "\0", b"", b"\xff", [], [None], {}, {"a": 1}, (), set(),
    object(), print, lambda *a: 1 / 0, ValueError("x"), UNDEFINED, type, range(3), "http://localhost/", "javascript:1", "about:blank",
    "data:,x", "a" * 100_000, Fault(), Conditions(), [Fault()], FakeClock, FakeClock(),
]  # fmt: skip

Ask = Callable[[Browser, Page, Any], Any]


def with_each_field(kind: Any) -> dict[str, Ask]:
    def ask(name: str) -> Ask:
        return lambda browser, page, odd: kind(**{name: odd})

    return {f"{kind.__name__}.{field.name}": ask(field.name) for field in fields(kind)}


def with_each_option(name: str, function: Callable[[Browser], Any]) -> dict[str, Ask]:
    def ask(option: str) -> Ask:
        return lambda browser, page, odd: function(browser)(**{option: odd})

    return {f"{name}.{option}": ask(option) for option in OPTIONS[name]}


OPTIONS = {
    "Browser": list(inspect.signature(Browser).parameters),
    "conditions": ["offline", "latency", "rate", "upload_rate", "faults", "stall_timeout"],
}

ASK: dict[str, Ask] = {
    "open": lambda browser, page, odd: browser.open(odd),
    "service_worker": lambda browser, page, odd: browser.service_worker(odd),
    "clear_site_data": lambda browser, page, odd: browser.clear_site_data(odd),
    "clear_site_data types": lambda browser, page, odd: browser.clear_site_data("http://localhost/", odd),
    "on_console": lambda browser, page, odd: browser.on_console(odd)(),
    "on_background_fetch": lambda browser, page, odd: browser.on_background_fetch(odd)(),
    "permissions.set name": lambda browser, page, odd: browser.permissions.set(odd, "granted", "http://localhost"),
    "permissions.set state": lambda browser, page, odd: browser.permissions.set("push", odd, "http://localhost"),
    "permissions.set origin": lambda browser, page, odd: browser.permissions.set("push", "granted", odd),
    "permissions.state name": lambda browser, page, odd: browser.permissions.state(odd, "http://localhost"),
    "permissions.state origin": lambda browser, page, odd: browser.permissions.state("push", odd),
    "add_fault": lambda browser, page, odd: browser.network.add_fault(odd),
    "set_conditions": lambda browser, page, odd: browser.network.set_conditions(odd),
    "bytes_per_second": lambda browser, page, odd: setattr(browser.rate_limits, "bytes_per_second", odd),
    "bytes_per_second_each": lambda browser, page, odd: setattr(browser.rate_limits, "bytes_per_second_each", odd),
    "evaluate": lambda browser, page, odd: page.evaluate(odd),
    "evaluate argument": lambda browser, page, odd: page.evaluate("(given) => typeof given", odd),
    "goto": lambda browser, page, odd: page.goto(odd),
    "navigate": lambda browser, page, odd: page.navigate(odd),
    "set_visibility": lambda browser, page, odd: page.set_visibility(odd),
    "FakeClock": lambda browser, page, odd: FakeClock(odd),
    "run_for": lambda browser, page, odd: FakeClock().run_for(odd),
    "advance": lambda browser, page, odd: FakeClock().advance(odd),
    "fast_forward": lambda browser, page, odd: FakeClock().fast_forward(odd),
    "route": lambda browser, page, odd: FakeTransport().route("http://localhost/", odd),
    "route url": lambda browser, page, odd: FakeTransport().route(odd, b""),
    **with_each_field(Fault),
    **with_each_field(Conditions),
    **with_each_field(BackgroundFetchLimits),
    **with_each_field(Limits),
    **with_each_field(FakeResponse),
    **with_each_option("Browser", lambda browser: Browser),
    **with_each_option("conditions", lambda browser: browser.network.conditions),
}


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    transport = FakeTransport()
    transport.route("http://localhost/*", FakeResponse("<p>", headers={"Content-Type": "text/html"}))
    async with Browser(profile=tmp_path / "profile", transport=transport) as browser:
        yield browser


@pytest.mark.parametrize("name", ASK)
async def test_odd_things_are_taken_or_refused(browser: Browser, name: str) -> None:
    page = await browser.open("http://localhost/")
    for odd in ODD:
        try:
            answer = ASK[name](browser, page, odd)
            if inspect.iscoroutine(answer):
                await asyncio.wait_for(answer, 20)
        except (TypeError, ValueError) as error:
            said = str(error)
            assert any(word in said for word in ("cannot be", "cannot have", "is no str", "is no state")), (odd, said)
            assert "\n" not in said and "Traceback" not in said
        except (NavigationFailed, EvaluationFailed, PageNavigated):
            pass
    browser.network.conditions()
    await page.goto("http://localhost/")
    assert await page.evaluate("1 + 1") == 2
