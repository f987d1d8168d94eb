"""What scripts say while the browser ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from engine import Browser, ConsoleMessage
from engine.network.fake_transport import FakeResponse, FakeTransport

HERE = "https://example.test"
BUSY = "const until = performance.now() + 50; while (performance.now() < until);"


@pytest.fixture
def site(transport: FakeTransport) -> FakeTransport:
    worker = f"console.log('begun'); {BUSY} console.log('done'); Promise.resolve().then(() => console.log('after it'))"
    sw = f"oninstall = (event) => event.waitUntil(Promise.resolve().then(() => {{ {BUSY} console.log('done') }}))"
    for path, text in (("worker.js", worker), ("sw.js", sw)):
        transport.route(f"{HERE}/{path}", FakeResponse(text.encode(), headers=[(b"Content-Type", b"text/javascript")]))
    return transport


async def said(site: FakeTransport, script: str, before_the_end: Callable[[list[str]], bool] = lambda texts: True) -> list[str]:
    """Everything that reaches callbacks when the browser is left as soon as the script has run; the same that streams show."""
    texts: list[str] = []
    async with Browser(transport=site, on_console=lambda message: texts.append(message.text)) as browser:
        events = browser.events()
        page = await browser.open(f"{HERE}/")
        await page.evaluate(f"{script}; 0")
        while not before_the_end(texts):
            await asyncio.sleep(0)
    assert [event.text async for event in events if isinstance(event, ConsoleMessage)] == texts
    return texts


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("for (let i = 0; i < 300; ++i) console.log(i)", [str(i) for i in range(300)]),
        ("Promise.reject(new Error('lost?'))", ["Uncaught (in promise) Error: lost?"]),
        ("setTimeout(() => { console.log(1); setTimeout(() => console.log(2), 0) }, 0)", ["1", "2"]),
        ("onmessage = () => { throw new Error('lost?') }; postMessage(1, '*')", ["Uncaught Error: lost?"]),
        ("addEventListener('pagehide', () => console.log('goodbye'))", ["goodbye"]),
        ("new Worker('/worker.js')", ["begun", "done", "after it"]),
        ("new SharedWorker('/worker.js')", ["begun", "done", "after it"]),
    ],
)
async def test_nothing_is_lost_and_all_is_said_once_and_in_order(site: FakeTransport, script: str, texts: list[str]) -> None:
    assert await said(site, script) == texts


async def test_a_script_that_never_ends_is_not_waited_for(site: FakeTransport) -> None:
    began = time.monotonic()
    texts = await said(site, "setTimeout(() => { console.log('begun'); for (;;); }, 0)", lambda texts: "begun" in texts)
    assert texts[0] == "begun"
    assert time.monotonic() - began < 20  # its limit is 30 s


async def test_a_browser_is_busy_as_long_as_something_may_be_said(site: FakeTransport) -> None:
    async with Browser(transport=site) as browser:
        page = await browser.open(f"{HERE}/")
        await page.wait_for_load()
        while browser.is_busy:
            await asyncio.sleep(0)
        for script in (
            "new Worker('/worker.js')",
            "navigator.serviceWorker.register('/sw.js')",
            "fetch('/')",
            f"setTimeout(() => {{ {BUSY} }}, 0)",
        ):
            await page.evaluate(f"{script}; 0")
            assert browser.is_busy, script
            while browser.is_busy:
                await asyncio.sleep(0)
