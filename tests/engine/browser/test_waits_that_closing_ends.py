"""Whoever waits for something of a browser that is closed learns so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from engine import Browser
from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.window import Page, PageClosed

SITE = "https://site.test"
WORKER = "onactivate = (e) => e.waitUntil(new Promise(() => {}))"


async def _background_fetch(browser: Browser, page: Page) -> Awaitable[Any]:
    await page.evaluate(
        """async () => {
             const registration = await navigator.serviceWorker.register('/sw.js');
             const worker = registration.installing ?? registration.waiting ?? registration.active;
             while (!registration.active) await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
             await registration.backgroundFetch.fetch('id', '/slow');
           }"""
    )
    return browser.background_fetches()[0].wait()


async def _activation(browser: Browser, page: Page) -> Awaitable[Any]:
    await page.evaluate("async () => { await navigator.serviceWorker.register('/sw.js') }")
    handle = browser.service_worker(f"{SITE}/")
    assert handle is not None
    return handle.wait_until_active()


async def _evaluation(browser: Browser, page: Page) -> Awaitable[Any]:
    return page.evaluate("async () => { await fetch('/slow').then((response) => response.text()) }")


@pytest.mark.parametrize("begin", [_background_fetch, _activation, _evaluation])
async def test_a_wait_under_way_ends_with_the_browser(begin: Callable[[Browser, Page], Awaitable[Awaitable[Any]]]) -> None:
    transport = FakeTransport()
    transport.route("*", FakeResponse(b"<title>page</title>", headers=[(b"Content-Type", b"text/html")]))
    transport.route("*/sw.js", FakeResponse(WORKER.encode(), headers=[(b"Content-Type", b"text/javascript")]))
    transport.route("*/slow", FakeResponse([Event()]))
    async with Browser(transport=transport, permissions={"background-fetch": "granted"}) as browser:
        waiting = asyncio.ensure_future(await begin(browser, await browser.open(f"{SITE}/")))
        await asyncio.sleep(0)
        assert not waiting.done()
    async with asyncio.timeout(10):
        with pytest.raises((RuntimeError, PageClosed), match="closed"):
            await waiting
