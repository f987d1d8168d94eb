"""A whole site on a fake clock: everything that waits or tells the time follows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine import Browser, FakeClock, Fault
from engine.network.fake_transport import FakeResponse, FakeTransport

START = 1_700_000_000_000
HTML = (b"Content-Type", b"text/html")
SCRIPT = (b"Content-Type", b"text/javascript")

WORKER = """
  oninstall = () => skipWaiting();
  onactivate = (event) => event.waitUntil(clients.claim());
  onfetch = (event) => {
    if (event.request.url.endsWith('/patient')) {
      const began = Date.now();
      const told = (error) => new Response(`${error.name} after ${Date.now() - began}`);
      event.respondWith(fetch('/api', { signal: AbortSignal.timeout(3000) }).catch(told));
    }
    if (event.request.url.endsWith('/when')) {
      event.respondWith(new Response(Date.now()));
    }
  };
"""
PAGE = """<script>
  navigator.serviceWorker.register('/sw.js');
  controlled = (async () => {
    const { serviceWorker } = navigator;
    if (!serviceWorker.controller) await new Promise((resolve) => { serviceWorker.oncontrollerchange = resolve });
  })();
</script>"""
WAITING_WORKER = """
  const script = 'onmessage = (event) => setTimeout(() => postMessage([event.data, Date.now()]), 500)';
  const worker = new Worker(URL.createObjectURL(new Blob([script])));
"""


class Site:
    def __init__(self, browser: Browser, clock: FakeClock, transport: FakeTransport) -> None:
        self.browser = browser
        self.clock = clock
        self.transport = transport
        self.page: Any = None

    async def when_over(self, script: str, seconds: float) -> Any:
        """The value of a script, with so much time to get it."""
        asked = asyncio.ensure_future(self.page.evaluate(script))
        await self.clock.run_for(seconds)
        assert asked.done(), "it has not been answered in time"
        return await asked


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clock = FakeClock()
    transport = FakeTransport(clock=clock)
    transport.route("https://example.test/*", FakeResponse(PAGE.encode(), headers=[HTML]))
    transport.route("https://example.test/sw.js", FakeResponse(WORKER.encode(), headers=[SCRIPT]))
    async with Browser(profile=tmp_path / "profile", clock=clock, transport=transport) as browser:
        site = Site(browser, clock, transport)
        site.page = await browser.open("https://example.test/")
        await site.page.evaluate("controlled")
        yield site


async def test_a_page_a_frame_a_worker_and_a_service_worker_have_one_time(site: Site) -> None:
    await site.clock.run_for(2)
    assert await site.page.evaluate("""
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(Date.now())'])));
      const told = await new Promise((resolve) => { worker.onmessage = (event) => resolve(event.data) });
      [Date.now(), frame.contentWindow.Date.now(), told, Number(await (await fetch('/when')).text())]
    """) == [START + 2000] * 4
    await site.page.evaluate("globalThis.Its = frame.contentWindow.Date; 0")
    its = await site.page.evaluate("[Its !== Date, new Its() instanceof Date, new Its() instanceof Its]")
    assert its == [True, False, True]


async def test_timers_of_timers_and_intervals_run_in_order_across_agents(site: Site) -> None:
    await site.page.evaluate(f"""{WAITING_WORKER}
      globalThis.log = [];
      worker.onmessage = (event) => log.push(event.data);
      setInterval(() => worker.postMessage(Date.now()), 1000);
      0
    """)
    await site.clock.run_for(3.6)
    assert await site.page.evaluate("log") == [[START + 1000 * n, START + 1000 * n + 500] for n in (1, 2, 3)]


async def test_a_service_workers_own_patience_has_an_end(site: Site) -> None:
    site.browser.network.conditions(faults=[Fault("*/api", delay=60)])
    assert await site.when_over("fetch('/patient').then((answer) => answer.text())", 5) == "TimeoutError after 3000"


async def test_an_idle_service_worker_stops_when_its_time_has_come(site: Site) -> None:
    worker = site.browser.service_worker("https://example.test/")
    assert worker is not None and worker.is_running
    await site.clock.run_for(120)
    assert not worker.is_running
    assert await site.page.evaluate("fetch('/when').then((answer) => answer.text())") == str(START + 120_000)


async def test_cookies_expire_by_it(site: Site) -> None:
    await site.page.evaluate("document.cookie = 'short=1; max-age=10'; 0")
    await site.page.evaluate("document.cookie = `dated=1; expires=${new Date(Date.now() + 20000).toUTCString()}`; 0")
    assert await site.page.evaluate("document.cookie") == "short=1; dated=1"
    site.clock.fast_forward(11)
    assert await site.page.evaluate("document.cookie") == "dated=1"
    await site.clock.run_for(10)
    assert await site.page.evaluate("document.cookie") == ""


async def test_stored_answers_grow_old_by_it(site: Site) -> None:
    site.transport.route("https://example.test/fresh", FakeResponse(b"1", headers=[(b"Cache-Control", b"max-age=60")]))
    for moved, asked in ((0, 1), (59, 1), (2, 2)):
        await site.clock.run_for(moved)
        await site.page.evaluate("fetch('/fresh').then((answer) => answer.text())")
        assert len(site.transport.requests_for("*/fresh")) == asked


async def test_a_jump_is_a_computer_that_was_asleep(site: Site) -> None:
    await site.page.evaluate("globalThis.times = []; setInterval(() => times.push(Date.now()), 1000); 0")
    site.clock.fast_forward(3600)
    assert await site.page.evaluate("times") == [START + 3_600_000]
    await site.clock.run_for(2)
    assert await site.page.evaluate("times.length") == 3


async def test_a_blocking_request_has_its_time_too(site: Site) -> None:
    site.transport.route("https://example.test/slow", FakeResponse(b"slow", delay=5))
    script = "const request = new XMLHttpRequest(); request.open('GET', '/slow', false); request.send(); [request.responseText, Date.now()]"
    assert await site.when_over(script, 6) == ["slow", START + 5000]
