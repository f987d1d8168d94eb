"""The browser as those who embed it see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Browser, BrowserFailed, ConsoleMessage, NavigationFailed
from engine.event_loop import in_parallel, yield_to_others
from engine.infra import EngineBug
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import ProfileInUse

PAGE = FakeResponse(headers=[(b"Content-Type", b"text/html")], body=b"<!doctype html><title>A page</title>")


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route("https://example.test/*", PAGE)
    return transport


async def test_a_page_is_opened_and_asked(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        page = await browser.open("https://example.test/")
        assert (page.title, page.url, browser.pages) == ("A page", "https://example.test/", [page])
        assert await page.evaluate("[document.title, isSecureContext, await Promise.resolve(2)]") == ["A page", True, 2]
        await page.close()
        assert not browser.pages


async def test_an_address_that_cannot_be_reached_is_told(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        with pytest.raises(NavigationFailed, match=r"https://elsewhere\.test/"):
            await browser.open("https://elsewhere.test/")


async def test_the_console_is_heard_until_one_has_enough(transport: FakeTransport) -> None:
    heard: list[ConsoleMessage] = []
    async with Browser(transport=transport) as browser:
        page = await browser.open("https://example.test/")
        enough = browser.on_console(heard.append)
        await page.evaluate("console.warn('one', { a: 1 })")
        enough()
        await page.evaluate("console.warn('two')")
    assert [(message.level, message.source, message.text) for message in heard] == [("warn", "page", heard[0].text)]
    assert heard[0].text.startswith("one")


async def test_a_profile_keeps_cookies_and_permissions(transport: FakeTransport, tmp_path: Path) -> None:
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        page = await browser.open("https://example.test/")
        await page.evaluate("document.cookie = 'kept=yes; Max-Age=1000'; document.cookie = 'session=gone'")
        browser.permissions.set("notifications", "granted", "https://example.test")
    async with Browser(transport=transport, profile=tmp_path / "profile") as browser:
        page = await browser.open("https://example.test/")
        assert await page.evaluate("document.cookie") == "kept=yes"
        state = await page.evaluate(
            "navigator.permissions.query({ name: 'notifications' }).then(status => status.state)"
        )
        assert state == "granted"


async def test_a_profile_that_is_open_is_refused(transport: FakeTransport, tmp_path: Path) -> None:
    async with Browser(transport=transport, profile=tmp_path / "profile"):
        with pytest.raises(ProfileInUse):
            async with Browser(transport=transport, profile=tmp_path / "profile"):
                pass


async def test_a_temporary_profile_is_gone_afterwards(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        folder = browser.profile
        assert folder.is_dir()
    assert not folder.exists()


async def test_an_error_that_nobody_awaits_fails_the_run(transport: FakeTransport) -> None:
    async def wrong() -> None:
        raise EngineBug("this cannot be")

    with pytest.raises(BrowserFailed, match="this cannot be"):
        async with Browser(transport=transport):
            in_parallel(wrong())
            await yield_to_others()
            await yield_to_others()
