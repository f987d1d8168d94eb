"""`online` and `offline` events in everything that runs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport

HERE = "https://example.test"
LISTEN = """
const seen = [];
for (const type of ["online", "offline"])
  addEventListener(type, (event) => seen.push([type, navigator.onLine, event.isTrusted, event.target === self, event.bubbles]));
"""
WORKER = LISTEN + "onmessage = (event) => (event.source ?? self).postMessage(seen);"
SHARED = LISTEN + "onconnect = (event) => { event.ports[0].onmessage = () => event.ports[0].postMessage(seen) }"
OFFLINE = ["offline", False, True, True, False]
ONLINE = ["online", True, True, True, False]


@pytest.fixture
def site(transport: FakeTransport) -> FakeTransport:
    for path, text in (("worker.js", WORKER), ("sw.js", "oninstall = () => skipWaiting();" + WORKER), ("shared.js", SHARED)):
        transport.route(f"{HERE}/{path}", FakeResponse(text.encode(), headers=[(b"Content-Type", b"text/javascript")]))
    return transport


async def until(page: Any, script: str, wanted: object) -> None:
    value = None
    try:
        async with asyncio.timeout(10):
            while (value := await page.evaluate(script)) != wanted:
                pass
    except TimeoutError:
        raise AssertionError(f"{script} is {value!r}, not {wanted!r}") from None


async def test_windows_and_frames_are_told(site: FakeTransport) -> None:
    async with Browser(transport=site) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate(f"{LISTEN}; globalThis.seen = seen; 0")
        await page.evaluate(
            "document.body.setAttribute('onoffline', 'globalThis.by_attribute = event.type');"
            "ononline = () => { globalThis.by_handler = true };"
            "frame = document.createElement('iframe'); document.body.append(frame);"
            "frame.contentWindow.onoffline = (event) => { globalThis.in_frame = event.type }; 0"
        )
        with browser.network.conditions(offline=True):
            await until(page, "seen", [OFFLINE])
            await until(page, "[globalThis.by_attribute, globalThis.in_frame]", ["offline", "offline"])
        await until(page, "seen", [OFFLINE, ONLINE])
        assert await page.evaluate("by_handler") is True


@pytest.mark.parametrize(
    ("start", "ask"),
    [
        ("worker = new Worker('/worker.js'); worker.onmessage = heard;", "worker.postMessage(1)"),
        ("port = new SharedWorker('/shared.js').port; port.onmessage = heard;", "port.postMessage(1)"),
        (
            "navigator.serviceWorker.register('/sw.js'); navigator.serviceWorker.onmessage = heard;",
            "navigator.serviceWorker.ready.then((r) => r.active.postMessage(1))",
        ),
    ],
)
async def test_workers_of_all_kinds_are_told(site: FakeTransport, start: str, ask: str) -> None:
    async with Browser(transport=site) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate(f"answer = null; heard = (event) => {{ answer = event.data }}; {start}; 0")
        await until(page, f"{ask}; answer", [])  # it runs
        with browser.network.conditions(offline=True):
            await until(page, f"{ask}; answer", [OFFLINE])
        await until(page, f"{ask}; answer", [OFFLINE, ONLINE])


async def test_only_a_change_is_told(site: FakeTransport) -> None:
    async with Browser(transport=site) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate(f"{LISTEN}; globalThis.seen = seen; 0")
        with browser.network.conditions(latency=0.001), browser.network.conditions(rate=1e9):
            pass
        with browser.network.conditions(offline=True), browser.network.conditions(offline=True, latency=1):
            pass
        await until(page, "seen.length", 2)
        assert [kind for kind, *_ in await page.evaluate("seen")] == ["offline", "online"]


async def test_a_worker_that_sleeps_is_not_woken(site: FakeTransport) -> None:
    async with Browser(transport=site) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 0)")
        worker = browser.service_worker(f"{HERE}/")
        assert worker is not None
        await worker.wait_until_active()
        browser.service_workers.stop_workers()
        with browser.network.conditions(offline=True):
            await page.evaluate("0")
        await page.evaluate("0")
        assert browser.service_workers.room.running == []
