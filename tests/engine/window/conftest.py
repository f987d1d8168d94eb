"""A browser over a fake network, and sites for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.browser import Browser
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.realms import ConsoleMessage

HTML = [(b"Content-Type", b"text/html; charset=utf-8")]
SCRIPT = [(b"Content-Type", b"text/javascript")]


class Site:
    """https://example.test: what is served there, and what its pages said."""

    origin = "https://example.test"

    def __init__(self, transport: FakeTransport) -> None:
        self.transport = transport
        self.messages: list[ConsoleMessage] = []
        self.browser: Browser

    def page(self, path: str, markup: str, *headers: tuple[bytes, bytes]) -> None:
        self.transport.route(self.origin + path, FakeResponse(markup.encode(), headers=[*HTML, *headers]))

    def page_elsewhere(self, url: str, markup: str) -> None:
        self.transport.route(url, FakeResponse(markup.encode(), headers=HTML))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what other threads bring about."""
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0)

    def script(self, path: str, source: str, *headers: tuple[bytes, bytes]) -> None:
        self.transport.route(self.origin + path, FakeResponse(source.encode(), headers=[*SCRIPT, *headers]))

    def answer(self, path: str, response: Any) -> None:
        self.transport.route(self.origin + path, response)

    async def open(self, markup: str | None = None, path: str = "/") -> Any:
        """A page, completely loaded."""
        if markup is not None:
            self.page(path, markup)
        page = await self.browser.open(self.origin + path)
        await page.wait_for_load()
        return page

    @property
    def said(self) -> list[str]:
        """What was written to the console, with the place of uncaught errors."""
        return [message.text if message.place is None else f"{message.text} ({message.place})" for message in self.messages]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(FakeTransport())
    async with Browser(profile=tmp_path / "profile", transport=site.transport, on_console=site.messages.append) as browser:
        site.browser = browser
        yield site
