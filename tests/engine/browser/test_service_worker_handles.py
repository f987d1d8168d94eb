"""`browser.service_worker(url)`."""

from __future__ import annotations

import pytest

from engine import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport

HERE = "https://example.test"
REGISTER = "navigator.serviceWorker.register('/sw.js').then(() => 1)"


async def test_what_is_to_be_seen_and_done(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{HERE}/")
        assert browser.service_worker(f"{HERE}/") is None
        await page.evaluate(REGISTER)
        worker = browser.service_worker(f"{HERE}/any/page")
        assert worker is not None
        assert await worker.wait_until_active()
        assert (worker.scope, worker.script_url, worker.state) == (f"{HERE}/", f"{HERE}/sw.js", "activated")
        assert worker.is_running
        worker.stop()
        assert not worker.is_running
        assert worker.is_registered
        assert await worker.unregister()
        assert not await worker.unregister()
        assert not worker.is_registered
        assert browser.service_worker(f"{HERE}/") is None
        assert (worker.state, worker.script_url) == ("redundant", "")
        assert not await worker.wait_until_active()


async def test_an_installation_that_fails_is_told(transport: FakeTransport) -> None:
    script = b"oninstall = (event) => event.waitUntil(new Promise((_, reject) => setTimeout(reject, 20)))"
    transport.route(f"{HERE}/sw.js", FakeResponse(script, 200, [(b"Content-Type", b"text/javascript")]))
    async with Browser(transport=transport) as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate(REGISTER)
        worker = browser.service_worker(f"{HERE}/")
        assert worker is not None
        assert not await worker.wait_until_active()


async def test_addresses_of_nobody(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        with pytest.raises(ValueError, match="address in full"):
            browser.service_worker("nonsense")
        assert browser.service_worker("https://other.test/") is None
