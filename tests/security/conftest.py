"""A browser on a hostile site, and what must be true of it afterwards: it works, and it ends as any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine import Browser, ConsoleMessage
from engine.network.fake_transport import FakeResponse, FakeTransport

HTML = [(b"Content-Type", b"text/html")]
SCRIPT = [(b"Content-Type", b"text/javascript"), (b"Service-Worker-Allowed", b"/")]


class HostileSite:
    """`https://hostile.test/`, where nothing is good, and a browser that visits it."""

    def __init__(self, browser: Browser, transport: FakeTransport, said: list[ConsoleMessage]) -> None:
        self.browser = browser
        self.transport = transport
        self.said = said

    def script(self, path: str, source: str) -> None:
        self.transport.route(f"https://hostile.test{path}", FakeResponse(source.encode(), headers=SCRIPT))

    def page(self, path: str, markup: str, *headers: tuple[bytes, bytes]) -> None:
        self.transport.route(f"https://hostile.test{path}", FakeResponse(markup.encode(), headers=[*HTML, *headers]))

    async def open(self, path: str = "/") -> Any:
        return await self.browser.open(f"https://hostile.test{path}")

    async def run(self, script: str) -> Any:
        """What a script in a fresh page comes to."""
        page = await self.open()
        return await page.evaluate(script)

    @property
    def errors(self) -> list[str]:
        return [message.text for message in self.said if message.uncaught]


@pytest.fixture
async def hostile() -> AsyncIterator[HostileSite]:
    """Afterwards another site's page still works, and leaving the browser raises nothing."""
    said: list[ConsoleMessage] = []
    transport = FakeTransport()
    transport.route("https://innocent.test/*", FakeResponse(b"<title>fine</title>", headers=HTML))
    site = HostileSite(Browser(transport=transport, on_console=said.append), transport, said)
    site.page("/", "<!doctype html><title>hostile</title><body>")
    async with site.browser:
        yield site
        page = await site.browser.open("https://innocent.test/")
        assert await page.evaluate("document.title") == "fine"
