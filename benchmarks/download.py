"""How fast a background fetch is against the bare HTTP client, and what moving its body into a cache costs.

`single_ratio`: one resource of 1 GiB from loopback, a bare aiohttp-to-disk loop and a background fetch in turns (bytes a second,
ours divided by theirs). `many_ratio`: 5,000 files of 100 KB with the same concurrency. The bare loop leaves its bytes in the
system's memory; a background fetch has succeeded only when they are on the disk. `…_flushed_ratio` compares with a loop that
waits for that, too. `record_growth`: time per record at 10,000 records against 1,000. `peak_mb`: the most resident memory in all
of these. `cache_put_bytes`: further disk that cache.put of the finished body uses; `cache_put_ms` for a small and a large body.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from benchmarks.figures import Figures, median
from benchmarks.startup import resident_mb
from engine.browser import Browser
from engine.window import Page

CHUNK = 1 << 20
SERVER = """
import asyncio, sys
BLOCK = bytes(range(256)) * 4096
async def answer(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            path = head.split(b" ", 2)[1].decode()
            if path.startswith("/bytes/"):
                kind, body, size = b"application/octet-stream", None, int(path.split("/")[2])
            else:
                kind = b"text/javascript" if path.endswith(".js") else b"text/html"
                body = WORKER if path.endswith(".js") else b"<!doctype html><title>benchmark</title>"
                size = len(body)
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: %s\\r\\nContent-Length: %d\\r\\n\\r\\n" % (kind, size))
            if body is not None:
                writer.write(body)
            while body is None and size > 0:
                writer.write(BLOCK[:size] if size < len(BLOCK) else BLOCK)
                size -= len(BLOCK)
                await writer.drain()
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
WORKER = b'''
self.addEventListener("backgroundfetchsuccess", event => event.waitUntil((async () => {
  if (!event.registration.id.startsWith("put")) return;
  const cache = await caches.open("moved");
  for (const record of await event.registration.matchAll()) {
    const start = performance.now();
    await cache.put(record.request, await record.responseReady);
    await cache.put("/took", new Response(String(performance.now() - start)));
  }
})()))'''
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


async def measure(quick: bool = False) -> Figures:
    figures = Figures("Downloads")
    peak = Peak()
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    origin = f"http://127.0.0.1:{int(await server.stdout.readline())}"
    watching = asyncio.ensure_future(peak.watch())
    try:
        with tempfile.TemporaryDirectory() as folder:
            await _measure(figures, origin, Path(folder), quick)
    finally:
        watching.cancel()
        server.terminate()
        await server.wait()
    figures.add("peak_mb", peak.most, "the most resident memory of this process", "<= 120")
    return figures


async def _measure(figures: Figures, origin: str, folder: Path, quick: bool) -> None:
    size = (64 if quick else 1024) << 20
    rounds = 1 if quick else 5
    single = await in_turns(origin, folder, [f"/bytes/{size}"], rounds)
    figures.add("single_ratio", single[0], f"{size >> 20} MiB: background fetch against bare aiohttp to disk", ">= 0.85")
    figures.add("single_flushed_ratio", single[1], "the same, and the bare loop flushes its file, too")
    paths = [f"/bytes/100000/{number}" for number in range(200 if quick else 5000)]
    many = await in_turns(origin, folder, paths, rounds)
    figures.add("many_ratio", many[0], f"{len(paths)} x 100 KB, the same", ">= 0.5")
    figures.add("many_flushed_ratio", many[1], "the same, and the bare loop flushes its files, too")
    few, lots = (100, 1000) if quick else (1000, 10000)
    growth = await per_record(origin, folder, lots) / await per_record(origin, folder, few)
    figures.add("record_growth", growth, f"time per record, {lots:,} against {few:,} records", "<= 1.3")
    used, small_ms, large_ms = await cache_put(origin, folder, size // 4)
    figures.add("cache_put_bytes", used, "further disk used by cache.put of a finished body", "0")
    figures.add("cache_put_small_ms", small_ms, "cache.put of a 1 KB body")
    figures.add("cache_put_large_ms", large_ms, f"cache.put of a {size >> 22} MiB body")
    for name, command in (
        ("curl", ["curl", "-s", "-o"]),
        ("aria2c", ["aria2c", "-q", "--allow-overwrite=true", "-d", "/", "-o"]),
    ):
        seconds = await peer(command, origin + f"/bytes/{size}", folder)
        figures.add(f"{name}_mb_s", None if seconds is None else size / seconds / 1e6, f"{name}, one resource")


async def in_turns(origin: str, folder: Path, paths: list[str], rounds: int) -> tuple[float, float]:
    """The ratios of the medians, after one round that warms everything up: to the bare loop, and to one that flushes."""
    ours, bare, flushed = [], [], []
    async with Browser(profile=folder / "profile") as browser:
        page = await ready_page(browser, origin)
        for turn in range(rounds + 1):
            bare.append(await bare_download(origin, folder, paths))
            ours.append(await background_fetch(browser, page, f"job-{turn}", paths))
            flushed.append(await bare_download(origin, folder, paths, flush=True))
    shutil.rmtree(folder / "profile")
    return median(bare[1:]) / median(ours[1:]), median(flushed[1:]) / median(ours[1:])


async def bare_download(
    origin: str, folder: Path, paths: list[str], *, flush: bool = False, concurrency: int = 6
) -> float:
    """aiohttp to files, nothing else. Seconds, without those for taking the files away again."""
    target = folder / "bare"
    target.mkdir()
    start = time.perf_counter()
    waiting = list(enumerate(paths))

    async def lane(session: aiohttp.ClientSession) -> None:
        while waiting:
            number, path = waiting.pop()
            with (target / str(number)).open("wb") as file:
                async with session.get(origin + path) as response:
                    async for chunk in response.content.iter_chunked(CHUNK):
                        file.write(chunk)
                if flush:
                    file.flush()
                    os.fdatasync(file.fileno())

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(lane(session) for _ in range(concurrency)))
    seconds = time.perf_counter() - start
    shutil.rmtree(target)
    return seconds


async def ready_page(browser: Browser, origin: str) -> Page:
    page = await browser.open(origin + "/")
    await page.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => true)"
    )
    return page


async def background_fetch(browser: Browser, page: Page, name: str, paths: list[str]) -> float:
    """From `backgroundFetch.fetch()` to its result. Seconds."""
    start = time.perf_counter()
    await page.evaluate(
        f"navigator.serviceWorker.ready.then(registration => registration.backgroundFetch.fetch({name!r}, {paths!r})).then(() => true)"
    )
    download = browser.background_fetches()[-1]
    view = await download.wait()
    assert (view.id, view.state) == (name, "success"), view
    return time.perf_counter() - start


async def per_record(origin: str, folder: Path, count: int) -> float:
    async with Browser(profile=folder / "records") as browser:
        page = await ready_page(browser, origin)
        seconds = await background_fetch(browser, page, "many", [f"/bytes/10/{number}" for number in range(count)])
    shutil.rmtree(folder / "records")
    return seconds / count


async def cache_put(origin: str, folder: Path, size: int) -> tuple[float, float, float]:
    """Further bytes on the disk, and milliseconds for a small and a large body."""
    took = []
    async with Browser(profile=folder / "cache") as browser:
        page = await ready_page(browser, origin)
        for name, length in (("put-small", 1000), ("put-large", size)):
            # NB: the first loads what the realms lack, the others take its place in the cache.
            await put_ms(browser, page, f"{name}-0", f"/bytes/{length}")
            used = disk_usage(folder / "cache" / "bodies")
            took.append(median([await put_ms(browser, page, f"{name}-{turn}", f"/bytes/{length}") for turn in range(1, 6)]))
    shutil.rmtree(folder / "cache")
    return max(0, used - size - (256 << 10)), *took


async def put_ms(browser: Browser, page: Page, name: str, path: str) -> float:
    await background_fetch(browser, page, name, [path])
    while True:
        text = await page.evaluate("caches.match('/took').then(response => response ? response.text() : null)")
        if text is not None:
            break
        await asyncio.sleep(0.01)
    await page.evaluate("caches.open('moved').then(cache => cache.delete('/took'))")
    return float(text)


def disk_usage(folder: Path) -> int:
    seen: dict[int, int] = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            status = (Path(parent) / name).stat()
            seen[status.st_ino] = status.st_blocks * 512
    return sum(seen.values())


async def peer(command: list[str], url: str, folder: Path) -> float | None:
    """Seconds of another program, or None where it is not installed."""
    if shutil.which(command[0]) is None:
        return None
    target = folder / "peer"
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, str(target), url, stdout=subprocess.DEVNULL)
    await process.wait()
    target.unlink(missing_ok=True)
    return time.perf_counter() - start


class Peak:
    """The most memory, looked at ten times a second."""

    most = 0.0

    async def watch(self) -> None:
        while True:
            self.most = max(self.most, resident_mb())
            await asyncio.sleep(0.1)
