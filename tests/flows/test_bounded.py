"""However large a background fetch is, what it takes of the machine stays within bounds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import Browser
from engine.network import WireRequest, WireResponse
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import flushing
from engine.window import Page

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="tells resident memory through /proc")

HUNDRED_GB = 100 * 10**9
PAGE = FakeResponse(headers=[(b"Content-Type", b"text/html")], body=b"<!doctype html><title>A page</title>")
WORKER = FakeResponse(headers=[(b"Content-Type", b"text/javascript")], body=b"oninstall = () => skipWaiting()")
BEGIN = "navigator.serviceWorker.ready.then(({ backgroundFetch }) => backgroundFetch.fetch('id', %s)).then(() => true)"


def transport_of_a_site() -> FakeTransport:
    transport = FakeTransport()
    transport.route("https://site.test/", PAGE)
    transport.route("https://site.test/sw.js", WORKER)
    return transport


async def ready_page(browser: Browser) -> Page:
    page = await browser.open("https://site.test/")
    await page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => true)")
    return page


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@dataclass
class Most:
    """The highest that was seen of something."""

    look: Callable[[], float]
    value: float = 0.0

    async def watch(self) -> None:
        while True:
            self.value = max(self.value, self.look())
            await asyncio.sleep(0.02)


class Zeros:
    """A body of so many zeros."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._chunk = bytes(1 << 20)

    async def read(self, maximum: int) -> bytes:
        size = min(maximum, len(self._chunk), self._left)
        self._left -= size
        if self._left % (64 << 20) < size:
            await asyncio.sleep(0)  # as a network does, now and then
        return self._chunk if size == len(self._chunk) else self._chunk[:size]

    def close(self) -> None:
        self._left = 0


class Endless:
    """The site, and one resource of a hundred gigabytes."""

    def __init__(self) -> None:
        self.site = transport_of_a_site()

    async def send(self, request: WireRequest) -> WireResponse:
        if not request.url.serialized.endswith("/large"):
            return await self.site.send(request)
        length = (b"Content-Length", b"%d" % HUNDRED_GB)
        return WireResponse(200, b"OK", [length], Zeros(HUNDRED_GB), remote_address="127.0.0.1")

    async def close(self) -> None:
        pass


async def test_memory_is_flat_for_a_hundred_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The file becomes a hole of that size, so that the test needs no such disk.
    monkeypatch.setattr(
        flushing, "write_all", lambda descriptor, chunk, offset: os.ftruncate(descriptor, offset + len(chunk))
    )
    async with Browser(profile=tmp_path / "profile", transport=Endless(), quota=1 << 40) as browser:
        page = await ready_page(browser)
        memory = Most(resident_mb)
        before = resident_mb()
        watching = asyncio.ensure_future(memory.watch())
        await page.evaluate(BEGIN % "'/large'")
        [download] = browser.background_fetches()
        view = await download.wait()
        watching.cancel()
    assert (view.state, view.downloaded) == ("success", HUNDRED_GB)
    assert memory.value - before < 24, "megabytes"


async def test_ten_thousand_records_need_few_files_sockets_and_tasks(tmp_path: Path) -> None:
    transport = transport_of_a_site()
    transport.route("https://site.test/file/*", b"some bytes")
    async with Browser(profile=tmp_path / "profile", transport=transport) as browser:
        page = await ready_page(browser)
        before = open_files(), len(asyncio.all_tasks()), resident_mb()
        files, tasks = Most(open_files), Most(lambda: len(asyncio.all_tasks()))
        exchanges, memory = Most(lambda: transport.open_bodies), Most(resident_mb)
        watching = [asyncio.ensure_future(most.watch()) for most in (files, tasks, exchanges, memory)]
        await page.evaluate(BEGIN % "Array.from({ length: 10000 }, (_, n) => '/file/' + n)")
        [download] = browser.background_fetches()
        view = await download.wait()
        for watch in watching:
            watch.cancel()
    assert (view.state, view.settled_records, view.downloaded) == ("success", 10_000, 100_000)
    assert exchanges.value <= 6
    assert files.value - before[0] < 40
    assert tasks.value - before[1] < 100
    assert (memory.value - before[2]) * 1e6 / 10_000 < 12_000, "bytes for each record"
