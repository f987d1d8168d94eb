"""On a full disk what a site or a person changes is not undone by the next start, and the person hears of it once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.browser import Browser
from engine.event_loop import FakeClock, SystemClock
from engine.network.fake_transport import FakeTransport
from engine.realms import ConsoleMessage
from engine.storage import Index, StorageFull

SITE = "https://example.test/"


class Disk:
    """Refuses whatever changes rows, as long as it is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        forget = Index._forget_unowned_bodies
        disk = self

        def refuse(index: Index) -> None:
            if disk.is_full:
                raise StorageFull(index.path, "database or disk is full")
            forget(index)

        monkeypatch.setattr(Index, "_forget_unowned_bodies", refuse)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@asynccontextmanager
async def a_browser(profile: Path, transport: FakeTransport, **options: Any) -> AsyncIterator[Browser]:
    async with Browser(profile=profile, transport=transport, clock=SystemClock(), **options) as browser:
        yield browser


CHANGES = {
    "localStorage.clear()": ("localStorage.secret = 1", "localStorage.length", 0),
    "localStorage.removeItem('secret')": ("localStorage.secret = 1; localStorage.other = 2", "localStorage.length", 1),
    "localStorage.added = 2": ("localStorage.secret = 1", "localStorage.added", "2"),
    "document.cookie = 'session=; Max-Age=0'": ("document.cookie = 'session=1; Max-Age=9999'", "document.cookie", ""),
    "document.cookie = 'new=1; Max-Age=9999'": ("0", "document.cookie", "new=1"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_a_script_changed_on_a_full_disk_is_there_in_the_next_run(
    transport: FakeTransport, tmp_path: Path, disk: Disk, change: str
) -> None:
    before, look, expected = CHANGES[change]
    said: list[ConsoleMessage] = []
    async with a_browser(tmp_path, transport) as browser:
        page = await browser.open(SITE)
        await page.evaluate(before)
        await browser.user_agent.storage.write_what_is_behind()
    async with a_browser(tmp_path, transport, on_console=said.append) as browser:
        page = await browser.open(SITE)
        disk.is_full = True
        await page.evaluate(change)
        for _ in range(3):
            with pytest.raises(StorageFull):
                await browser.user_agent.storage.write_what_is_behind()
        disk.is_full = False
    assert len([message for message in said if "The disk is full" in message.text]) >= 1
    async with a_browser(tmp_path, transport) as browser:
        page = await browser.open(SITE)
        assert await page.evaluate(look) == expected


async def test_decisions_of_the_person_are_kept_and_written_when_there_is_room(
    transport: FakeTransport, tmp_path: Path, disk: Disk
) -> None:
    clock = FakeClock()
    async with Browser(profile=tmp_path, transport=transport, clock=clock) as browser:
        disk.is_full = True
        browser.permissions.set("background-fetch", "denied", SITE.rstrip("/"))
        with pytest.raises(StorageFull):
            await browser.user_agent.storage.write_what_is_behind()
        disk.is_full = False
        await browser.user_agent.storage.write_what_is_behind()
    async with Browser(profile=tmp_path, transport=transport) as browser:
        assert browser.permissions.state("background-fetch", SITE.rstrip("/")) == "denied"


async def test_what_cannot_be_written_until_the_end_is_told_at_the_end_and_the_profile_is_let_go(
    transport: FakeTransport, tmp_path: Path, disk: Disk
) -> None:
    with pytest.raises(StorageFull):
        async with a_browser(tmp_path, transport) as browser:
            page = await browser.open(SITE)
            await page.evaluate("localStorage.lost = 1")
            disk.is_full = True
            await page.evaluate("localStorage.lost = 2")
    disk.is_full = False
    async with a_browser(tmp_path, transport) as browser:
        page = await browser.open(SITE)
        assert await page.evaluate("localStorage.lost ?? ''") in ("1", "")
