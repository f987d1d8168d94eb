"""One hostile site in a process of its own, whose memory tests/security/test_memory.py looks at: `memory_bombs.py NAME`.

Prints one line of JSON: the peak of the process (bytes), the page's title when it was done, what the console said.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import resource
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli

from engine import Browser
from engine.browser import BrowserFailed
from engine.js import Limits

try:
    from compression import zstd
except ImportError:
    from backports import zstd

MEGABYTE = 1 << 20
LIMIT = 48 * MEGABYTE
QUOTA = 20 * MEGABYTE
PATIENCE = 60.0  # seconds that a machine under load may take


def compressed(size: int, compress: Callable[[bytes], bytes], finish: Callable[[], bytes]) -> bytes:
    """What `size` zero bytes become, without having them all at once."""
    piece = bytes(MEGABYTE)
    return b"".join(compress(piece) for _ in range(size // MEGABYTE)) + finish()


def brotli_bomb(size: int) -> bytes:
    compressor = brotli.Compressor(quality=2)
    return compressed(size, compressor.process, compressor.finish)


def zstd_bomb(size: int) -> bytes:
    compressor = zstd.ZstdCompressor()
    return compressed(size, compressor.compress, compressor.flush)


def gzip_bomb(size: int) -> bytes:
    compressor = zlib.compressobj(1, wbits=31)
    return compressed(size, compressor.compress, compressor.flush)


SIZE = 200 * MEGABYTE
# What a page does with a body it cannot hold: its name → what it prints in the end.
READ = """
    const reader = r.body.getReader();
    for (;;) { const { done, value } = await reader.read(); if (done) break; n += value.length }"""
FETCH = """
    (async () => {
        let n = 0;
        try { const r = await fetch('%s'); %s; done('read ' + n) } catch (e) { done(e.name + ' ' + e.message) }
    })()"""

PAGES: dict[str, str] = {
    "brotli": FETCH % ("/brotli", READ),
    "brotli_text": FETCH % ("/brotli", "n = (await r.text()).length"),
    "zstd_text": FETCH % ("/zstd", "n = (await r.text()).length"),
    "gzip_in_gzip": FETCH % ("/gzip_in_gzip", "n = (await r.arrayBuffer()).byteLength"),
    "endless_text": FETCH % ("/endless", "n = (await r.text()).length"),
    "endless_blob": FETCH % ("/endless", "n = (await r.blob()).size"),
    "endless_json": FETCH % ("/endless", "n = await r.json()"),
    "lazy_branch": FETCH % (
        "/endless",
        "const lazy = r.clone(); setTimeout(() => 0, 1e9);"
        "for (const reader = r.body.getReader(); n < 2e8;) n += (await reader.read()).value.length;"
        "await lazy.text()",
    ),
    "xhr": """
        const x = new XMLHttpRequest();
        x.open('GET', '/endless');
        x.onerror = () => done('error ' + x.responseText.length);
        x.send()""",
    "sync_xhr": "const x = new XMLHttpRequest(); x.open('GET', '/endless', false); try { x.send() } catch (e) { done(e.name) }",
    "unstarted_port": """
        const channel = new MessageChannel(), bytes = new Uint8Array(1e6);
        (function post() {
            try { for (let i = 0; i < 100; i++) channel.port1.postMessage(bytes) } catch (e) { return done(e.name) }
            setTimeout(post, 0);
        })()""",
    "worker_that_does_not_listen": """
        const worker = new Worker(URL.createObjectURL(new Blob(['for (;;);']))), text = 'x'.repeat(1e6);
        try { for (let i = 0; i < 1000; i++) worker.postMessage(text) } catch (e) { done(e.name) }""",
    "broadcast": """
        const one = new BroadcastChannel('a'), other = new BroadcastChannel('a'), bytes = new Uint8Array(1e6);
        try { for (let i = 0; i < 1000; i++) one.postMessage(bytes) } catch (e) { done(e.name) }""",
    "message_channels": """
        const kept = [];
        try { for (;;) kept.push(new MessageChannel()) } catch (e) { const name = e.name; kept.length = 0; done(name) }""",
    "timers": "try { for (;;) setTimeout(done, 1e9) } catch (e) { done(e.name) }",
    "operations": """
        let failure = null;
        for (let i = 0; i < 20000; i++) caches.has('x').catch((e) => failure ??= e);
        setTimeout(() => done(failure.name), 0)""",
    "request_bodies": """
        const bytes = new Uint8Array(1e6); let failed = 0;
        for (let i = 0; i < 300; i++) fetch('/never', { method: 'POST', body: bytes }).catch((e) => { failed++ });
        setTimeout(() => done('failed ' + (failed > 200)), 500)""",
    "blob_urls": """
        const blob = new Blob([new Uint8Array(1e6)]);
        try { for (;;) URL.createObjectURL(blob) } catch (e) { done(e.name) }""",
    "blobs": """
        let blob = new Blob([new Uint8Array(1e6)]);
        try { for (;;) blob = new Blob([blob, blob]) } catch (e) { blob = null; done(e.name) }""",
    "decompression_stream": """
        (async () => {
            const bomb = await (await fetch('/bomb.bin')).arrayBuffer();
            const stream = new DecompressionStream('gzip'), writer = stream.writable.getWriter();
            writer.write(bomb).catch(() => 0);
            let n = 0;
            try {
                for (const reader = stream.readable.getReader(); ;) {
                    const { done, value } = await reader.read();
                    if (done) break;
                    n += value.length;
                }
                done('read ' + n);
            } catch (e) { done(e.name) }
        })()""",
    "compression_streams": """
        (async () => {
            const kept = [], bytes = crypto.getRandomValues(new Uint8Array(65536));
            try {
                for (;;) {
                    const stream = new CompressionStream('brotli'), writer = stream.writable.getWriter();
                    stream.readable.getReader().read().catch(() => 0);
                    kept.push(writer);
                    for (let i = 0; i < 10; i++) await writer.write(bytes);
                }
            } catch (e) { done(e.name) }
        })()""",
    "console": "const text = 'x'.repeat(1e6); for (let i = 0; i < 2000; i++) console.debug(text); done('said it')",
    "inner_html": """
        try { document.createElement('div').innerHTML = '<p>x'.repeat(1e6) } catch (e) { done(e.name) }""",
    "workers": """
        const url = URL.createObjectURL(new Blob(['for (let i = 0; i < 3; i++) new Worker(self.location.href)']));
        let refused = 0;
        for (let i = 0; i < 100; i++) new Worker(url).onerror = () => { refused++; done('refused ' + (refused > 0)) }""",
    "cache_put": """
        (async () => {
            try { await (await caches.open('a')).put('/kept', await fetch('/endless')) } catch (e) { done(e.name) }
        })()""",
    "cache_put_brotli": """
        (async () => {
            try { await (await caches.open('a')).put('/kept', await fetch('/brotli')) } catch (e) { done(e.name) }
        })()""",
    "background_fetch": """
        (async () => {
            await navigator.serviceWorker.register('/sw.js');
            const registration = await navigator.serviceWorker.ready;
            const fetch = await registration.backgroundFetch.fetch('a', '/brotli');
            fetch.onprogress = () => { if (fetch.result) done(fetch.result + ' ' + fetch.failureReason) };
        })()""",
}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    def send(body: bytes, kind: str = "text/html", coding: str = "") -> None:
        coded = f"Content-Encoding: {coding}\r\n" if coding else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{coded}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)

    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            if path.startswith("/page/"):
                script = "function done(text) { document.title = 'done: ' + text }\n" + PAGES[path[6:]]
                send(f"<!doctype html><title>a bomb</title><script>{script}</script>".encode())
            elif path == "/brotli":
                send(brotli_bomb(SIZE), coding="br")
            elif path == "/zstd":
                send(zstd_bomb(SIZE), coding="zstd")
            elif path == "/gzip_in_gzip":
                send(gzip.compress(gzip_bomb(SIZE)), coding="gzip, gzip")
            elif path == "/bomb.bin":
                send(gzip_bomb(SIZE))
            elif path == "/sw.js":
                send(b"", "text/javascript")
            elif path == "/never":
                await asyncio.sleep(1000)
            elif path == "/endless":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
                while True:
                    writer.write(b"x" * 100_000)
                    await writer.drain()
            elif path == "/endless_html":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
                while True:
                    writer.write(b"<p>x" * 25_000)
                    await writer.drain()
            elif path == "/endless_comment":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html><!--")
                while True:
                    writer.write(b"x" * 100_000)
                    await writer.drain()
            elif path == "/endless_headers":
                writer.write(b"HTTP/1.1 200 OK\r\n")
                while True:
                    writer.write(b"X-Name: " + b"x" * 50_000 + b"\r\n")
                    await writer.drain()
            elif path == "/endless_header":
                writer.write(b"HTTP/1.1 200 OK\r\nX-Name: ")
                while True:
                    writer.write(b"x" * 100_000)
                    await writer.drain()
            else:
                send(b"nothing")
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def main(name: str) -> None:
    said: list[str] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    title = ""
    limits = Limits(memory=LIMIT, task_time=20.0)
    try:
        async with Browser(limits=limits, quota=QUOTA, permissions={"background-fetch": "granted"}) as browser:
            browser.on_console(lambda message: message.level != "debug" and said.append(message.text[:300]))
            events = browser.events()  # read by nobody
            path = f"/page/{name}" if name in PAGES else f"/{name}"
            try:
                page = await browser.open(origin + path)
                if name not in PAGES:
                    await page.wait_for_load()
                    title = "over"
                async with asyncio.timeout(PATIENCE):
                    while name in PAGES and not page.title.startswith("done"):
                        await asyncio.sleep(0.02)
                title = page.title if name in PAGES else title
                assert await page.evaluate("1 + 1") == 2
            except Exception as error:
                title = f"{title or 'failed'}: {type(error).__name__}: {error}"
            # NB: the browser is well.
            assert await (await browser.open("about:blank")).evaluate("2 + 2") == 4
            events.close()
    except BrowserFailed as error:
        title = f"BrowserFailed: {error}"
    print(json.dumps({"peak": peak_of_this_process(), "title": title, "said": said[:20]}))


def peak_of_this_process() -> int:
    """Bytes. NB: what Linux tells of a process counts the memory of the one that started it, until it became this programme."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
