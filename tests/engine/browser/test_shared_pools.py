"""Whoever hangs holds up nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from engine.browser import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport

ORIGIN = "https://example.test"
HTML = [(b"Content-Type", b"text/html")]
SCRIPT = [(b"Content-Type", b"text/javascript")]


@pytest.fixture
def full_pool() -> Iterator[threading.Event]:
    """Every thread of the loop's own pool hangs, as it does in a program that looks up names there."""
    release = threading.Event()
    yield release
    release.set()


async def test_pages_workers_and_profiles_begin_and_end_while_the_loop_s_own_threads_hang(full_pool: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    hanging = [loop.run_in_executor(None, full_pool.wait) for _ in range(64)]
    transport = FakeTransport()
    transport.route(f"{ORIGIN}/", FakeResponse(b"<iframe src='https://elsewhere.test/'></iframe>", headers=HTML))
    transport.route("https://elsewhere.test/", FakeResponse(b"", headers=HTML))
    transport.route(f"{ORIGIN}/worker.js", FakeResponse(b"postMessage('hello')", headers=SCRIPT))
    transport.route(f"{ORIGIN}/sw.js", FakeResponse(b"", headers=SCRIPT))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{ORIGIN}/")
        await page.wait_for_load()
        said = "new Promise((fulfil) => { new Worker('/worker.js').onmessage = (event) => fulfil(event.data); })"
        assert await page.evaluate(said) == "hello"
        active = "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 'active')"
        assert await page.evaluate(active) == "active"
    assert not any(each.done() for each in hanging)
    full_pool.set()
    await asyncio.gather(*hanging)
