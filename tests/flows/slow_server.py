"""A server on this machine that sends slowly, knows ranges and validators, and counts: for tests that end processes in between.

It runs on a thread of the test's process, so it outlives every browser that asks it.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_STEP = 0.01  # seconds between two pieces of a body


@dataclass(frozen=True)
class Resource:
    """What a path gives. `part`: a range is answered with at most so many bytes of it; `chunked`: no Content-Length."""

    size: int
    etag: str | None = None
    last_modified: str | None = None
    part: int | None = None
    chunked: bool = False

    def data(self, path: str) -> bytes:
        return hashlib.shake_256(path.encode()).digest(self.size)


@dataclass
class Seen:
    """What the server knows of one path."""

    requests: int = 0
    ranges: int = 0
    sent: int = 0
    """Bytes of bodies that were handed to the socket."""
    uploads: list[bytes | None] = field(default_factory=list)
    """Digests of the bodies that came; None for one of which not everything came."""
    answered: int = 0
    """Requests with a body that were answered."""


class SlowServer:
    """`pages`: path → (type, text). `rate`: bytes a second on each connection, in both directions."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.pages: dict[str, tuple[str, str]] = {}
        self.resources: dict[str, Resource] = {}
        self.seen: dict[str, Seen] = {}
        self.digests: dict[str, str] = {}
        """Path → digest of what was last reported for it, by a POST to `/digest-of` + path."""
        self.methods: Counter[str] = Counter()
        self.origin = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                self.methods[method] += 1
                await self._answer(method, path, headers, reader, writer)
        with suppress(ConnectionError):
            writer.close()

    async def _answer(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        length = int(headers.get("content-length", "0"))
        if path.startswith("/digest-of"):
            self.digests[path.removeprefix("/digest-of")] = hashlib.sha256(await reader.readexactly(length)).hexdigest()
            _head(writer, 204, {})
        elif path in self.pages:
            kind, text = self.pages[path]
            _head(writer, 200, {"Content-Type": kind, "Content-Length": str(len(text.encode()))})
            writer.write(text.encode())
        elif method == "POST":
            await self._take(path, length, reader)
            _head(writer, 200, {"Content-Length": "4"})
            writer.write(b"done")
        elif path in self.resources:
            await self._send(path, headers, writer)
        else:
            _head(writer, 404, {"Content-Length": "0"})
        await writer.drain()

    async def _take(self, path: str, length: int, reader: asyncio.StreamReader) -> None:
        seen = self.seen.setdefault(path, Seen())
        seen.requests += 1
        seen.uploads.append(None)
        this = len(seen.uploads) - 1
        body = b""
        while len(body) < length:
            body += await reader.readexactly(min(length - len(body), int(self.rate * _STEP)))
            await asyncio.sleep(_STEP)
        seen.uploads[this] = hashlib.sha256(body).digest()
        seen.answered += 1

    async def _send(self, path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        resource, seen = self.resources[path], self.seen.setdefault(path, Seen())
        seen.requests += 1
        data = resource.data(path)
        answer = {"Content-Type": "application/octet-stream"}
        if resource.etag is not None:
            answer["ETag"] = resource.etag
        if resource.last_modified is not None:
            answer["Last-Modified"] = resource.last_modified
        status, start, end = 200, 0, len(data)
        wanted = headers.get("range")
        if wanted is not None and headers.get("if-range", resource.etag) == resource.etag:
            seen.ranges += 1
            status, start = 206, int(wanted.removeprefix("bytes=").removesuffix("-"))
            end = len(data) if resource.part is None else min(len(data), start + resource.part)
            if start >= len(data):
                _head(writer, 416, {"Content-Range": f"bytes */{len(data)}", "Content-Length": "0"})
                return
            answer["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
        if resource.chunked:
            answer["Transfer-Encoding"] = "chunked"
        else:
            answer["Content-Length"] = str(end - start)
        _head(writer, status, answer)
        loop = asyncio.get_running_loop()
        begun, sent = loop.time(), 0
        for at in range(start, end, int(self.rate * _STEP)):
            piece = data[at : min(end, at + int(self.rate * _STEP))]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if resource.chunked else piece)
            sent += len(piece)
            await writer.drain()
            seen.sent += len(piece)
            await asyncio.sleep(max(0.0, begun + sent / self.rate - loop.time()))
        if resource.chunked:
            writer.write(b"0\r\n\r\n")


def _head(writer: asyncio.StreamWriter, status: int, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode("latin-1"))


@contextmanager
def running(server: SlowServer) -> Iterator[SlowServer]:
    """Serve from a thread."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(asyncio.start_server(server.serve, "127.0.0.1", 0, limit=1 << 16))
    server.origin = "http://{}:{}".format(*listening.sockets[0].getsockname()[:2])
    thread = threading.Thread(target=loop.run_forever, name="slow server", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()
