"""A whole life on a disk of 8 MB: it fills up, says so, is emptied by the site and by the person, goes on, and is in order."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.browser import Browser
from engine.cli.exit_codes import ExitCode
from engine.cli.main import afterpage
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.realms import ConsoleMessage
from engine.storage import Index, StorageFull, flushing
from engine.storage.check import examine_profile
from engine.storage.doomed_files import DoomedFiles

SIZE = 8 << 20
SITE = "https://example.test"
PUT = "caches.open('%s').then((c) => c.put('/%s', new Response('x'.repeat(%d)))).then(() => 'stored', (e) => e.name)"


@dataclass
class SmallDisk:
    folder: Path
    is_real: bool

    @property
    def free(self) -> int:
        if self.is_real:
            disk = os.statvfs(self.folder)
            return disk.f_bavail * disk.f_frsize
        return SIZE - sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def fill(self) -> Path:
        """Somebody else takes all the rest."""
        ballast = self.folder / "ballast"
        if not self.is_real:
            ballast.write_bytes(bytes(max(0, self.free)))
            return ballast
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        return ballast


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """A disk of its own where one may be mounted; else what is written is counted, at the storage's door."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    is_real = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    disk = SmallDisk(folder, is_real)
    if not is_real:
        _count(disk, monkeypatch)
    yield disk
    if is_real:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _count(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    write: Callable[..., None] = flushing.write_all

    def write_what_fits(descriptor: int, chunk: bytes, offset: int) -> None:
        if len(chunk) > disk.free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(descriptor, chunk, offset)

    forget = Index._forget_unowned_bodies

    def refuse_without_room(index: Index) -> None:
        if disk.free <= 0:
            raise StorageFull(index.path, "database or disk is full")
        forget(index)

    monkeypatch.setattr(flushing, "write_all", write_what_fits)
    monkeypatch.setattr(DoomedFiles, "is_short_of_room", lambda self: True)
    monkeypatch.setattr(Index, "_forget_unowned_bodies", refuse_without_room)


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route(f"{SITE}/", FakeResponse(b"<title>p</title>", headers=((b"Content-Type", b"text/html"),)))
    return transport


async def test_it_fills_up_says_so_deletes_goes_on_and_opens_clean(disk: SmallDisk, transport: FakeTransport) -> None:
    said: list[ConsoleMessage] = []
    options: dict[str, Any] = {"transport": transport, "quota": 1 << 40}
    profile = disk.folder / "profile"
    async with Browser(profile=profile, on_console=said.append, **options) as browser:
        page = await browser.open(f"{SITE}/")
        await page.evaluate("localStorage.session = 'open'; document.cookie = 'session=open; Max-Age=9999'")
        # It fills up, and says so to the site at every attempt, to the person once.
        answers = []
        for size in (1_000_000, 100_000, 10_000):
            number = 0
            while not answers or answers[-1] == "stored" or number == 0:
                answers.append(await page.evaluate(PUT % (f"of {size}", number, size)))
                number += 1
        assert answers.count("stored") >= 5
        assert set(answers) == {"stored", "QuotaExceededError"}
        assert len([message for message in said if "The disk is full" in message.text]) == 1
        # What the site ends stays ended.
        await page.evaluate("localStorage.clear(); document.cookie = 'session=; Max-Age=0'")
        # It can be emptied, and goes on.
        assert await page.evaluate("caches.delete('of 1000000')") is True
        assert await page.evaluate(PUT % ("again", 0, 1_000_000)) == "stored"
        assert await page.evaluate("caches.keys().then((keys) => keys.includes('again'))") is True
    assert examine_profile(profile).found == []
    async with Browser(profile=profile, **options) as browser:
        page = await browser.open(f"{SITE}/")
        assert await page.evaluate("[localStorage.length, document.cookie].join()") == "0,"
        length = "caches.match('/0', { cacheName: 'again' }).then((r) => r.text()).then((t) => t.length)"
        assert await page.evaluate(length) == 1_000_000
        assert await page.evaluate("caches.has('of 1000000')") is False
    # Somebody else fills it to the last byte: what the person asks for is done, or refused with its exit code.
    ballast = disk.fill()
    cleared = await asyncio.to_thread(CliRunner().invoke, afterpage, ["clear", str(profile), "--all"])
    assert cleared.exit_code == ExitCode.SUCCESS, cleared.output
    ballast.unlink()
    assert disk.free > SIZE // 2
    checked = await asyncio.to_thread(CliRunner().invoke, afterpage, ["doctor", str(profile)])
    assert checked.exit_code == ExitCode.SUCCESS, checked.output


async def test_what_finds_no_room_until_the_end_is_told_and_the_profile_opens_clean(
    disk: SmallDisk, transport: FakeTransport
) -> None:
    profile = disk.folder / "profile"
    async with Browser(profile=profile, transport=transport) as browser:
        page = await browser.open(f"{SITE}/")
        await page.evaluate("localStorage.kept = 1")
    with pytest.raises(StorageFull):
        async with Browser(profile=profile, transport=transport) as browser:
            page = await browser.open(f"{SITE}/")
            ballast = disk.fill()
            await page.evaluate("localStorage.large = 'x'.repeat(2_000_000)")
    ballast.unlink()
    async with Browser(profile=profile, transport=transport) as browser:
        page = await browser.open(f"{SITE}/")
        assert await page.evaluate("Object.keys(localStorage).join()") == "kept"
    assert examine_profile(profile).found == []
