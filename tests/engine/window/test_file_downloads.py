"""What a navigation gets that is no document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine import Browser, FileDownload, NavigationFailed
from engine.event_loop import Event
from engine.http import HeaderList, Response
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.url import parse_url
from engine.window.file_downloads import file_name

HERE = "https://example.test"
HTML = (b"Content-Type", b"text/html")


def attachment(body: bytes | Sequence[Any], name: bytes = b'attachment; filename="a.txt"', kind: bytes = b"text/html") -> FakeResponse:
    return FakeResponse(body, headers=[(b"Content-Type", kind), (b"Content-Disposition", name)])


@pytest.fixture
def transport() -> FakeTransport:
    transport = FakeTransport()
    transport.route("*", FakeResponse(b"<!doctype html><title>A page</title><body>", headers=[HTML]))
    transport.route(f"{HERE}/file", attachment([b"some ", b"bytes"]))
    return transport


@pytest.fixture
async def browser(transport: FakeTransport, tmp_path: Path) -> AsyncIterator[Browser]:
    async with Browser(transport=transport, downloads=tmp_path / "files") as browser:
        yield browser


async def downloads(browser: Browser, script: str, *, path: str = "/") -> list[FileDownload]:
    """What is told while the page at `path` runs a script, until a download is over."""
    page = await browser.open(HERE + path)
    await page.wait_for_load()
    seen = []
    async with asyncio.timeout(10):
        with browser.events() as events:
            await page.evaluate(f"{script}; 0")
            async for event in events:
                if isinstance(event, FileDownload):
                    seen.append(event)
                    if event.state != "begun":
                        break
    assert (page.url, page.title) == (HERE + path, "A page")
    return seen


FRAME = "frame = document.createElement('iframe'); frame.src = '/file'; document.body.append(frame)"


@pytest.mark.parametrize("script", ["location.href = '/file'", FRAME, "document.body.innerHTML = '<a href=/file>'; document.querySelector('a').click()"])
async def test_the_document_stays_and_the_file_comes_in_whole(browser: Browser, tmp_path: Path, script: str) -> None:
    begun, complete = await downloads(browser, script)
    assert begun == FileDownload(f"{HERE}/file", "a.txt")
    assert complete == FileDownload(f"{HERE}/file", "a.txt", "complete", 10, tmp_path / "files" / "a.txt")
    assert (tmp_path / "files" / "a.txt").read_bytes() == b"some bytes"
    assert not browser.file_downloads.is_active


async def test_a_frame_keeps_its_document(browser: Browser) -> None:
    await downloads(browser, "frame = document.createElement('iframe'); frame.src = '/inner'; frame.onload = () => { frame.src = '/file' }; document.body.append(frame)")
    (page,) = browser.pages
    assert await page.evaluate("frame.contentDocument.title") == "A page"


async def test_by_default_it_is_read_and_kept_nowhere(transport: FakeTransport) -> None:
    lines: list[str] = []
    async with Browser(transport=transport, on_console=lambda message: lines.append(message.text)) as browser:
        _, complete = await downloads(browser, "location.href = '/file'")
    assert (complete.received, complete.path) == (10, None)
    assert lines == [f"{HERE}/file is a download, 'a.txt': 10 bytes, kept nowhere"]


async def test_a_type_that_no_browser_shows_is_one_too(browser: Browser, transport: FakeTransport) -> None:
    transport.route(f"{HERE}/x/*", FakeResponse(b"1234", headers=[(b"Content-Type", b"application/octet-stream")]))
    _, complete = await downloads(browser, "location.href = '/x/data.bin?q#f'")
    assert (complete.file_name, complete.received) == ("data.bin", 4)


async def test_a_stream_of_the_page_through_its_worker_is_read_to_its_end(browser: Browser, transport: FakeTransport) -> None:
    worker = b"""oninstall = () => skipWaiting(); onactivate = (event) => event.waitUntil(clients.claim());
    let stream;
    onmessage = (event) => { stream = event.data; event.ports[0].postMessage(1) };
    onfetch = (event) => { if (event.request.url.endsWith('/save'))
      event.respondWith(new Response(stream, { headers: { 'Content-Disposition': 'attachment; filename=big.bin' } })) };"""
    transport.route(f"{HERE}/sw.js", FakeResponse(worker, headers=[(b"Content-Type", b"text/javascript")]))
    script = """(async () => {
      navigator.serviceWorker.register('/sw.js');
      if (!navigator.serviceWorker.controller) await new Promise((r) => { navigator.serviceWorker.oncontrollerchange = r });
      const { readable, writable } = new TransformStream(), { port1, port2 } = new MessageChannel();
      navigator.serviceWorker.controller.postMessage(readable, [readable, port2]);
      await new Promise((r) => { port1.onmessage = r });
      const frame = document.createElement('iframe'); frame.src = '/save'; document.body.append(frame);
      const writer = writable.getWriter();
      for (let i = 0; i < 50; ++i) await writer.write(new Uint8Array(10000));
      await writer.close();
    })()"""
    _, complete = await downloads(browser, script)
    assert (complete.file_name, complete.received, complete.state) == ("big.bin", 500_000, "complete")


async def test_it_goes_on_without_the_page(browser: Browser, transport: FakeTransport) -> None:
    more = Event()
    transport.route(f"{HERE}/slow", attachment([b"some ", more, b"more"]))
    page = await browser.open(f"{HERE}/")
    with browser.events() as events:
        await page.evaluate("location.href = '/slow'; 0")
        async for event in events:
            if isinstance(event, FileDownload):
                break
        await page.close()
        more.set()
        async for event in events:
            if isinstance(event, FileDownload):
                break
    assert (event.state, event.received) == ("complete", 9)


async def test_one_that_breaks_off_has_failed_and_leaves_nothing(browser: Browser, transport: FakeTransport, tmp_path: Path) -> None:
    transport.route(f"{HERE}/broken", attachment([b"some", NetworkFailure("reset", "the connection was reset")]))
    _, failed = await downloads(browser, "location.href = '/broken'")
    assert (failed.state, failed.received, failed.path) == ("failed", 4, None) and "reset" in failed.reason
    assert list((tmp_path / "files").iterdir()) == []


async def test_a_folder_that_cannot_be_used_fails_it(transport: FakeTransport, tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    async with Browser(transport=transport, downloads=tmp_path / "files") as browser:
        _, failed = await downloads(browser, "location.href = '/file'")
    assert failed.state == "failed" and str(tmp_path / "files") in failed.reason


async def test_one_that_is_under_way_at_the_end_is_given_up(transport: FakeTransport, tmp_path: Path) -> None:
    transport.route(f"{HERE}/endless", attachment([b"some", Event()]))
    async with Browser(transport=transport, downloads=tmp_path / "files") as browser:
        page = await browser.open(f"{HERE}/")
        await page.evaluate("location.href = '/endless'; 0")
        while not browser.file_downloads.is_active:
            await page.evaluate("0")
    assert transport.open_bodies == 0
    assert list((tmp_path / "files").iterdir()) == []


async def test_who_opens_a_file_as_a_page_is_told(browser: Browser) -> None:
    with pytest.raises(NavigationFailed, match="a download and no page"):
        await browser.open(f"{HERE}/file")
    assert not browser.file_downloads.is_active


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="a b.txt"', "a b.txt"),
        (b"attachment; filename=plain.txt ; x=y", "plain.txt"),
        (b'attachment; filename="x.txt"; filename*=UTF-8\'\'%e2%82%ac.txt', "€.txt"),
        (b"attachment; filename*=iso-8859-1'en'%A3.txt", "£.txt"),
        ("attachment; filename=ü.txt".encode(), "ü.txt"),
        (b"attachment; filename=\xfc.txt", "ü.txt"),
        (b'attachment; filename="a\\"b.txt"', "a_b.txt"),
        (b'attachment; filename="../../.ssh/authorized_keys"', "authorized_keys"),
        (b'attachment; filename="C:\\\\Windows\\\\x.exe"', "x.exe"),
        (b"attachment", "last part.zip"),
        (b"attachment; filename=", "download"),
        (b"attachment; filename*0*=x; filename*" + b"9" * 5000 + b"=y", "last part.zip"),
    ],
)
def test_the_name_is_the_site_s_made_safe(disposition: bytes, name: str) -> None:
    url = parse_url(f"{HERE}/folder/last%20part.zip?query")
    assert url
    assert file_name(Response(header_list=HeaderList([(b"Content-Disposition", disposition)])), url) == name
