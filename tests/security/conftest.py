"""A browser over a fake network with three sites: https://a.test embeds, https://b.test is embedded, https://c.test is in that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from engine import Browser, ConsoleMessage
from engine.network.fake_transport import FakeResponse, FakeTransport

HTML = [(b"Content-Type", b"text/html")]
SCRIPT = [(b"Content-Type", b"text/javascript"), (b"Service-Worker-Allowed", b"/")]
A, B, C = "https://a.test", "https://b.test", "https://c.test"


class Sites:
    def __init__(self) -> None:
        self.transport = FakeTransport()
        self.messages: list[ConsoleMessage] = []
        self.browser: Browser

    def page(self, url: str, markup: str, *headers: tuple[bytes, bytes]) -> None:
        fields = [(b"Content-Type", b"text/html; charset=utf-8"), *headers]
        self.transport.route(url, FakeResponse(markup.encode(), headers=fields))

    def redirect(self, url: str, to: str) -> None:
        self.transport.route(url, FakeResponse(b"", status=302, headers=[(b"Location", to.encode())]))

    async def open(self, markup: str) -> Any:
        """A page of A, completely loaded."""
        self.page(A + "/", markup)
        page = await self.browser.open(A + "/")
        await page.wait_for_load()
        return page

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what other threads bring about."""
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0)

    @property
    def agents(self) -> list[str]:
        """The origins of the first page's agents."""
        return sorted(str(origin) if not origin.is_opaque else "null" for origin in self.browser.user_agent.windows.pages[0].group.agents)


@pytest.fixture
async def sites() -> AsyncIterator[Sites]:
    sites = Sites()
    async with Browser(transport=sites.transport, on_console=sites.messages.append) as browser:
        sites.browser = browser
        yield sites


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
