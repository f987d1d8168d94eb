"""Jobs and starts serve all who ask, and belong to none of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Browser
from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport

ORIGIN = "https://example.test"
SCRIPT = [(b"Content-Type", b"text/javascript")]
READY = "navigator.serviceWorker.ready.then(() => 0)"


class Slow:
    """A script that comes at once, and from then on only when it is let go."""

    def __init__(self, first: str | None, then: str) -> None:
        self.release = Event()
        self.asked = 0
        self._first, self._then = first, then

    async def __call__(self, request: Any) -> FakeResponse:
        self.asked += 1
        if self.asked == 1 and self._first is not None:
            return FakeResponse(self._first, headers=SCRIPT)
        await self.release.wait()
        return FakeResponse(self._then, headers=SCRIPT)


@pytest.fixture
async def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route(f"{ORIGIN}/*", FakeResponse(b"<body>", headers=[(b"Content-Type", b"text/html")]))
    return transport


@pytest.fixture
async def browser(transport: FakeTransport, tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        yield browser


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("script", "type"), [("importScripts('/imported.js')", "classic"), ("import '/imported.js'", "module")]
)
async def test_an_update_is_found_though_the_page_that_asked_has_gone(
    browser: Browser, transport: FakeTransport, script: str, type: str
) -> None:
    imported = Slow("// 1", "// 2")
    transport.route(f"{ORIGIN}/sw.js", FakeResponse(script, headers=SCRIPT))
    transport.route(f"{ORIGIN}/imported.js", imported)
    page = await browser.open(f"{ORIGIN}/")
    await page.evaluate(f"navigator.serviceWorker.register('/sw.js', {{ type: '{type}' }}).then(() => {READY})")
    (registration,) = browser.service_workers.registrations
    await page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => { registration.update(); return 0 })")
    await until(lambda: imported.asked == 2)
    await page.close()
    imported.release.set()
    old = registration.active
    await until(lambda: registration.active is not old and registration.active.state == "activated")


async def test_who_joined_a_job_has_its_answer_though_the_first_has_gone(browser: Browser, transport: FakeTransport) -> None:
    imported = Slow("// 1", "// 2")
    transport.route(f"{ORIGIN}/sw.js", FakeResponse("importScripts('/imported.js')", headers=SCRIPT))
    transport.route(f"{ORIGIN}/imported.js", imported)
    first = await browser.open(f"{ORIGIN}/")
    await first.evaluate(f"navigator.serviceWorker.register('/sw.js').then(() => {READY})")
    second = await browser.open(f"{ORIGIN}/")
    for page in (first, second):
        await page.evaluate("""navigator.serviceWorker.getRegistration().then((registration) => {
          globalThis.updated = registration.update().then((updated) => updated.installing !== null);
          return 0;
        })""")
    await until(lambda: imported.asked == 2)
    await first.close()
    imported.release.set()
    assert await second.evaluate("updated") is True


async def test_a_worker_is_registered_though_the_page_that_asked_has_gone(browser: Browser, transport: FakeTransport) -> None:
    script = Slow(None, "oninstall = () => skipWaiting()")
    transport.route(f"{ORIGIN}/sw.js", script)
    page = await browser.open(f"{ORIGIN}/")
    await page.evaluate("navigator.serviceWorker.register('/sw.js'), 0")
    await until(lambda: script.asked)
    await page.close()
    script.release.set()
    await until(lambda: [each for each in browser.service_workers.registrations if each.active is not None])


async def test_a_shared_worker_starts_though_the_page_that_asked_first_has_gone(browser: Browser, transport: FakeTransport) -> None:
    script = Slow(None, "onconnect = ({ ports: [port] }) => port.postMessage('here')")
    transport.route(f"{ORIGIN}/shared.js", script)
    first, second = await browser.open(f"{ORIGIN}/"), await browser.open(f"{ORIGIN}/")
    for page in (first, second):
        await page.evaluate("""globalThis.heard = new Promise((resolve, reject) => {
          const worker = new SharedWorker("/shared.js");
          worker.onerror = () => reject(new Error("it failed"));
          worker.port.onmessage = ({ data }) => resolve(data);
        }), 0""")
    await until(lambda: script.asked and len(browser.user_agent.workers.all()[0].owners) == 2)
    await first.close()
    script.release.set()
    assert await second.evaluate("heard") == "here"


@pytest.mark.parametrize("stops", [1, 3])
async def test_who_waits_for_a_start_is_served_though_somebody_stops_the_worker(
    browser: Browser, transport: FakeTransport, stops: int
) -> None:
    source = "onmessage = (event) => event.source.postMessage('heard'); for (const end = Date.now() + 20; Date.now() < end;);"
    transport.route(f"{ORIGIN}/sw.js", FakeResponse(source, headers=SCRIPT))
    page = await browser.open(f"{ORIGIN}/")
    await page.evaluate(f"navigator.serviceWorker.register('/sw.js').then(() => {READY})")
    handle = browser.service_worker(f"{ORIGIN}/")
    assert handle is not None and await handle.wait_until_active()
    handle.stop()
    await page.evaluate("""globalThis.answer = new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
      navigator.serviceWorker.ready.then(({ active }) => active.postMessage(""));
    }), 0""")
    worker = browser.service_workers.registrations[0].active
    seen: list[Any] = [None]
    for _ in range(stops):
        await until(lambda: worker.running not in seen and worker.running.environment.has_realm)
        seen.append(worker.running)
        assert not worker.running.started
        handle.stop()
    assert await page.evaluate("answer") == "heard"


async def test_a_worker_whose_script_is_lost_keeps_nobody_waiting(transport: FakeTransport, tmp_path: Path) -> None:
    release = Event()
    transport.route(f"{ORIGIN}/sw.js", FakeResponse("onbackgroundfetchsuccess = () => 0; " + "/* long */" * 10_000, headers=SCRIPT))
    transport.route(f"{ORIGIN}/file", FakeResponse([b"some ", release, b"bytes"]))
    allowed = {"background-fetch": "granted"}
    async with Browser(transport=transport, profile=tmp_path / "profile", permissions=allowed) as browser:
        page = await browser.open(f"{ORIGIN}/")
        await page.evaluate(f"navigator.serviceWorker.register('/sw.js').then(() => {READY})")
        await page.evaluate("""navigator.serviceWorker.ready.then(({ backgroundFetch }) =>
          backgroundFetch.fetch('id', '/file')).then(() => 0)""")
    for file in (tmp_path / "profile").rglob("*"):
        if file.is_file() and file.stat().st_size == len("onbackgroundfetchsuccess = () => 0; ") + 100_000:
            file.unlink()
    release.set()
    async with Browser(transport=transport, profile=tmp_path / "profile", permissions=allowed) as browser:
        (handle,) = browser.background_fetches()
        view = await handle.wait()
        assert (view.state, view.event_due, view.event_put_off) == ("success", False, True)
        await until(lambda: not browser.is_busy)


async def test_a_request_that_is_given_up_while_the_worker_starts_is_no_event(browser: Browser, transport: FakeTransport) -> None:
    source = """
      let count = 0;
      onfetch = () => ++count;
      onactivate = (event) => event.waitUntil(clients.claim());
      onmessage = ({ source }) => source.postMessage(count);
      for (const end = Date.now() + 100; Date.now() < end;);"""
    transport.route(f"{ORIGIN}/sw.js", FakeResponse(source, headers=SCRIPT))
    page = await browser.open(f"{ORIGIN}/")
    await page.evaluate("""navigator.serviceWorker.register('/sw.js').then(() =>
      navigator.serviceWorker.controller ?? new Promise((resolve) => navigator.serviceWorker.oncontrollerchange = resolve))
      .then(() => 0)""")
    worker = browser.service_workers.registrations[0].active
    handle = browser.service_worker(f"{ORIGIN}/")
    assert handle is not None
    handle.stop()
    await page.evaluate("""globalThis.controller = new AbortController();
      globalThis.failed = fetch("/asked", { signal: controller.signal }).catch(({ name }) => name); 0""")
    await until(lambda: worker.running is not None and worker.running.environment.has_realm)
    assert await page.evaluate("controller.abort(), failed") == "AbortError"
    count = """new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
      navigator.serviceWorker.controller.postMessage("");
    })"""
    assert await page.evaluate(count) == 0
