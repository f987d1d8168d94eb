"""What goes wrong, and what becomes of a background fetch then: one row for each fault, in docs/RELIABILITY.md as it was observed.

`pytest tests/engine/background_fetch/test_faults.py -n0 --write-reliability` writes that file; without the option it is checked.
"""

from __future__ import annotations

import asyncio
import errno
import gzip
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest

from engine.background_fetch import BackgroundFetch, RetryPolicy
from engine.event_loop import Event, FakeClock
from engine.network import NetworkFailure
from engine.network.aiohttp_transport import AiohttpTransport
from engine.network.conditions import Conditions, Fault
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import body_writer

from .conftest import SITE, World, _resumable, make_environment, url

DATA = bytes(range(256)) * 40
OTHER = DATA[::-1]
TABLE = Path(__file__).resolve().parents[3] / "docs" / "RELIABILITY.md"
LENGTH = (b"Content-Length", b"%d" % len(DATA))
TAG = (b"ETag", b'"1"')


@dataclass(frozen=True)
class Outcome:
    """How it ended. `result`: "success" or the failure reason. `requests`: how many, and how many of them with a Range.

    `content`: what the worker finds: the resource ("whole"), its later version ("new version"), or nothing. `waited`: seconds
    between attempts, without jitter.
    """

    result: str
    content: str = "whole"
    requests: int = 1
    ranges: int = 0
    waited: float = 0.0


@dataclass(frozen=True)
class Row:
    group: str
    fault: str
    script: Callable[[Stage], Awaitable[BackgroundFetch]]
    expected: Outcome


class PatientAsEver(RetryPolicy):
    """The default policy, which writes down what it says."""

    waits: ClassVar[list[float]] = []

    def delay(self, *args: Any, **kwargs: Any) -> float | None:
        delay = super().delay(*args, **kwargs)
        self.waits.append(delay or 0.0)
        return delay


class Stage:
    """Where a fault happens: a world, its network, and what has to be cleaned up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.transport = FakeTransport(self.clock)
        self.cleanup = AsyncExitStack()
        self.requests: list[bytes] = []
        self.world: World

    async def start(self, limit: int = 50_000_000) -> None:
        self.world = await World(self.folder / "profile", self.clock, self.transport, limit).start()
        await self.begin()

    async def begin(self) -> None:
        self.world.fetches.retry_policy = PatientAsEver()
        await self.world.fetches.start()

    def answers(self, *answers: Any) -> None:
        self.transport.route("*", *answers)

    async def fetch(self, *requests: Any, **options: Any) -> BackgroundFetch:
        return await self.world.fetch("id", *(requests or ("a",)), **options)

    async def restart(self, bg_fetch: BackgroundFetch, meddle: Callable[[], object] = lambda: None) -> BackgroundFetch:
        await self.world.stop()
        meddle()
        self.world = await self.world.next_run()
        await self.begin()
        return self.world.fetches._by_number[bg_fetch.number]

    async def until_stored(self, bg_fetch: BackgroundFetch, size: int) -> None:
        await self.world.until(lambda: bg_fetch.records[0].response_data.length == size)

    async def patch(self, target: Any, name: str, new: Any) -> None:
        self.cleanup.enter_context(mock.patch.object(target, name, new))

    async def real_server(self, *answers: Callable[[asyncio.StreamWriter], Awaitable[object]]) -> None:
        """Replace the network in memory by sockets; each request gets the next of `answers`, the last one ever after."""
        waiting = list(answers)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                    await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(writer)
                    await writer.drain()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        origin = "http://{}:{}".format(*server.sockets[0].getsockname()[:2])
        wire = AiohttpTransport()
        self.world.network._inner = wire
        self.cleanup.push_async_callback(wire.close)
        self.cleanup.callback(server.close)
        world = self.world
        world.page = make_environment(world.user_agent, f"{origin}/dir/page.html")
        world.registration.storage_key = world.page.storage_key
        world.registration.scope_url = url(f"{origin}/dir/")
        world.user_agent.service_workers.registration_map = {
            (world.page.storage_key, world.registration.scope): world.registration
        }

    async def fetch_here(self) -> BackgroundFetch:
        return await self.fetch(self.world.request(self.world.page.creation_url.serialized.replace("page.html", "a")))


ROWS: list[Row] = []


def row(group: str, fault: str, result: str = "success", content: str = "", **rest: Any) -> Callable[[Any], Any]:
    expected = Outcome(result, content or ("whole" if result == "success" else "nothing"), **rest)

    def add(script: Any) -> Any:
        ROWS.append(Row(group, fault, script, expected))
        return script

    return add


def simple(group: str, fault: str, *answers: Any, **expected: Any) -> None:
    """A fault that consists of answers."""

    async def script(stage: Stage) -> BackgroundFetch:
        stage.answers(*(answer() if callable(answer) and answer.__name__ == "<lambda>" else answer for answer in answers))
        return await stage.fetch()

    row(group, fault, **expected)(script)


def cut(at: int, kind: Any = "reset", *headers: Any) -> FakeResponse:
    return FakeResponse([DATA[:at], NetworkFailure(kind, "it broke")], 200, [LENGTH, *headers])


def part(first: int, last: int, total: object, body: bytes | None = None, *headers: Any) -> FakeResponse:
    given = DATA[first : last + 1] if body is None else body
    return FakeResponse(given, 206, [(b"Content-Range", f"bytes {first}-{last}/{total}".encode()), *headers])


# Nobody there ----------------------------------------------------------------------------------------------------------

CONNECTING = "Connecting"
simple(CONNECTING, "the connection is refused, always", NetworkFailure("refused", ""), result="fetch-error", requests=3, waited=1.5)
simple(CONNECTING, "the connection is refused once", NetworkFailure("refused", ""), DATA, requests=2, waited=0.5)
simple(
    CONNECTING, "the host's name is not found, always", NetworkFailure("name not resolved", ""), result="fetch-error", requests=3, waited=1.5
)
simple(CONNECTING, "the host's name is not found once", NetworkFailure("name not resolved", ""), DATA, requests=2, waited=0.5)
simple(CONNECTING, "no connection in time, always", NetworkFailure("timed out", ""), result="fetch-error", requests=5, waited=7.5)
simple(CONNECTING, "no connection in time, twice", *[NetworkFailure("timed out", "")] * 2, DATA, requests=3, waited=1.5)
simple(CONNECTING, "no trust in the certificate", NetworkFailure("tls", ""), result="fetch-error")
simple(CONNECTING, "what comes is not HTTP", NetworkFailure("protocol", ""), result="fetch-error")
simple(CONNECTING, "torn before the head, always", NetworkFailure("reset", ""), result="fetch-error", requests=5, waited=7.5)
simple(CONNECTING, "torn before the head, once", NetworkFailure("reset", ""), DATA, requests=2, waited=0.5)
simple(
    CONNECTING,
    "refused nine times after bytes have come",
    lambda: (lambda sent: cut(3000, "reset", TAG)),
    *[NetworkFailure("refused", "")] * 9,
    _resumable(DATA),
    requests=11,
    ranges=10,
    waited=0.5 + 1 + 2 + 4 + 8 + 16 + 32 + 60 * 3,
)


# Bodies that break off --------------------------------------------------------------------------------------------------

BODIES = "Bodies"
simple(BODIES, "torn in the middle", cut(3000, "reset", TAG), _resumable(DATA), requests=2, ranges=1, waited=0.5)
simple(BODIES, "torn in the middle, no validator", cut(3000), _resumable(DATA, None), requests=2, ranges=1, waited=0.5)
simple(BODIES, "torn after the last byte", cut(len(DATA), "reset", TAG), _resumable(DATA), requests=2, ranges=1, waited=0.5)
simple(BODIES, "ends before its Content-Length", cut(3000, "truncated", TAG), _resumable(DATA), requests=2, ranges=1, waited=0.5)
simple(BODIES, "the head and nothing more, then the whole", cut(0, "reset", TAG), DATA, requests=2, waited=0.5)
simple(BODIES, "the head and nothing more, always", cut(0, "reset", TAG), result="fetch-error", requests=5, waited=7.5)
simple(
    BODIES,
    "torn again and again, each time a little further",
    cut(1000, "reset", TAG),
    *[
        FakeResponse(
            [DATA[at : at + 1000], NetworkFailure("reset", "")], 206, [(b"Content-Range", b"bytes %d-%d/%d" % (at, len(DATA) - 1, len(DATA))), TAG]
        )
        for at in range(1000, 9000, 1000)
    ],
    _resumable(DATA),
    requests=10,
    ranges=9,
    waited=4.5,
)
simple(
    BODIES, "torn again and again by a server without ranges", cut(3000), result="fetch-error", requests=7, ranges=6, waited=3.0
)
simple(BODIES, "silence beyond the time limit, then torn", cut(3000, "stalled", TAG), _resumable(DATA), requests=2, ranges=1, waited=0.5)
simple(BODIES, "slow: a piece every ten seconds", FakeResponse([piece for at in range(0, len(DATA), 1024) for piece in (10.0, DATA[at : at + 1024])]))


@row(BODIES, "silence (emulated), cut off by the limit", requests=2, ranges=1, waited=0.5)
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(_resumable(DATA))
    stage.world.network.set_conditions(Conditions(stall_timeout=30))
    stage.world.network.add_fault(Fault(after_bytes=3000, then="stall", occurrence=1))
    return await stage.fetch()


@row(BODIES, "a Content-Length that is too small: the rest is never seen", content="first 5000 bytes")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(_resumable(DATA))
    stage.world.network.add_fault(Fault(content_length=5000))
    return await stage.fetch()


@row(BODIES, "a Content-Length that is too large, always", requests=2, ranges=1, waited=0.5)
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(_resumable(DATA))
    stage.world.network.add_fault(Fault(content_length=len(DATA) + 5000, occurrence=1))
    return await stage.fetch()


@row(BODIES, "ends early as if that were all, without a length: cannot be told", content="first 3000 bytes")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA]))
    stage.world.network.add_fault(Fault(after_bytes=3000, then="end"))
    return await stage.fetch()


simple(BODIES, "gzip data that are no gzip data", FakeResponse(b"no gzip", 200, [(b"Content-Encoding", b"gzip")]), result="fetch-error")
simple(
    BODIES, "gzip data cut short, the connection closed in good order", FakeResponse(gzip.compress(DATA)[:-9], 200, [(b"Content-Encoding", b"gzip")]), result="fetch-error"
)
simple(
    BODIES,
    "gzip data torn; what was decoded is continued by a range without coding",
    lambda: (
        lambda sent: FakeResponse([gzip.compress(os.urandom(0) + DATA, 0)[:6000], NetworkFailure("reset", "")], 200, [(b"Content-Encoding", b"gzip")])
    ),
    _resumable(DATA, None),
    requests=2,
    ranges=1,
    waited=0.5,
)


def raw(*pieces: bytes, then: str = "") -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Writes bytes to a socket, and then, perhaps, closes or tears it."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        await asyncio.sleep(0.02)
        if then == "close":
            writer.close()
        elif then == "half-close":
            writer.write_eof()
        elif then == "abort":
            writer.transport.abort()

    return answer


OK = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\n"
REST = raw(b'HTTP/1.1 206 OK\r\nETag: "1"\r\nContent-Range: bytes 3000-10239/10240\r\nContent-Length: 7240\r\n\r\n', DATA[3000:])


def real(fault: str, *answers: Any, **expected: Any) -> None:
    async def script(stage: Stage) -> BackgroundFetch:
        await stage.real_server(*answers)
        return await stage.fetch_here()

    row("On a real socket", fault, **expected)(script)


LONG = OK + b"Content-Length: 10240\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
real("torn in the middle", raw(LONG, DATA[:3000], then="abort"), REST, requests=2, ranges=1, waited=0.5)
real("closed before its Content-Length", raw(LONG, DATA[:3000], then="close"), REST, requests=2, ranges=1, waited=0.5)
real("half-closed before its Content-Length", raw(LONG, DATA[:3000], then="half-close"), REST, requests=2, ranges=1, waited=0.5)
real("chunks that break off", raw(CHUNKED, b"bb8\r\n" + DATA[:3000] + b"\r\n", then="close"), REST, requests=2, ranges=1, waited=0.5)
real("chunks that turn into nonsense", raw(CHUNKED, b"bb8\r\n" + DATA[:3000] + b"\r\nnonsense\r\n"), REST, result="fetch-error")
real("no length at all, closed at the end", raw(OK + b"Connection: close\r\n\r\n", DATA, then="close"))
real("not HTTP", raw(b"SSH-2.0-OpenSSH\r\n\r\n", then="close"), result="fetch-error")
real("closed without a word, always", raw(then="close"), result="fetch-error", requests=5, waited=7.5)
real("a head that breaks off", raw(b"HTTP/1.1 200 OK\r\nContent-Le", then="close"), raw(LONG, DATA), requests=2, waited=0.5)


# Ranges -----------------------------------------------------------------------------------------------------------------

RANGES = "Ranges and validators"
FIRST = cut(3000, "reset", TAG)
WHOLE = FakeResponse(DATA, 200, [TAG])
NEW = FakeResponse(OTHER, 200, [(b"ETag", b'"2"')])
simple(RANGES, "200 to a range, the same version", FIRST, WHOLE, requests=2, ranges=1, waited=0.5)
simple(RANGES, "200 to a range, another version", FIRST, NEW, content="new version", requests=2, ranges=1, waited=0.5)
simple(
    RANGES, "206 with another ETag", FIRST, part(3000, 10239, 10240, None, (b"ETag", b'"2"')), NEW, content="new version", requests=3, ranges=1, waited=0.5
)
simple(RANGES, "206 that has lost its ETag", FIRST, part(3000, 10239, 10240), WHOLE, requests=3, ranges=1, waited=0.5)
simple(
    RANGES,
    "206 with another Last-Modified",
    cut(3000, "reset", (b"Last-Modified", b"Sat, 01 Jan 2000 00:00:00 GMT")),
    part(3000, 10239, 10240, None, (b"Last-Modified", b"Sun, 02 Jan 2000 00:00:00 GMT")),
    NEW,
    content="new version",
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(RANGES, "206 from another first byte", FIRST, part(2000, 10239, 10240, None, TAG), WHOLE, requests=3, ranges=1, waited=0.5)
simple(RANGES, "206 without Content-Range", FIRST, FakeResponse(DATA[3000:], 206, [TAG]), WHOLE, requests=3, ranges=1, waited=0.5)
simple(
    RANGES, "206 with a Content-Range that cannot be read", FIRST, FakeResponse(DATA[3000:], 206, [TAG, (b"Content-Range", b"bytes=3000-")]), WHOLE, requests=3, ranges=1, waited=0.5
)
simple(RANGES, "206 shorter than its Content-Range", FIRST, part(3000, 10239, 10240, DATA[3000:9000], TAG), WHOLE, requests=3, ranges=1, waited=0.5)
simple(RANGES, "206 longer than its Content-Range", FIRST, part(3000, 9000, 10240, DATA[3000:], TAG), WHOLE, requests=3, ranges=1, waited=0.5)
simple(
    RANGES,
    "206 whose total changes between two parts",
    part(0, 2999, 10240, None, TAG),
    part(3000, 5999, 20000, None, TAG),
    WHOLE,
    requests=3,
    ranges=1,
)
simple(RANGES, "206 to a plain request, from byte 0, all of it", part(0, 10239, 10240))
simple(RANGES, "206 to a plain request, from the middle", part(3000, 10239, 10240), result="fetch-error")
simple(RANGES, "206 with a coding", FIRST, part(3000, 10239, 10240, gzip.compress(DATA[3000:]), TAG, (b"Content-Encoding", b"gzip")), WHOLE, requests=3, ranges=1, waited=0.5)
simple(
    RANGES, "parts that never get on", part(0, 99, 10240), FakeResponse(b"", 206, [(b"Content-Range", b"bytes 100-100/10240")]), result="fetch-error", requests=3, ranges=1
)
simple(
    RANGES, "416: there is less now", FIRST, FakeResponse(b"", 416, [(b"Content-Range", b"bytes */50")]), NEW, content="new version", requests=3, ranges=1, waited=0.5
)
simple(RANGES, "416 without a word more", FIRST, FakeResponse(b"", 416), WHOLE, requests=3, ranges=1, waited=0.5)
simple(RANGES, "416 to a plain request", FakeResponse(b"", 416), result="bad-status")


# Statuses and redirects ---------------------------------------------------------------------------------------------------

STATUSES = "Statuses and redirects"
for status in (400, 401, 403, 404, 410, 500, 501):
    simple(STATUSES, f"{status}", FakeResponse(b"no", status), result="bad-status")
simple(STATUSES, "404 to a range", FIRST, FakeResponse(b"no", 404), result="bad-status", requests=2, ranges=1, waited=0.5)
for status in (502, 503, 504):
    simple(STATUSES, f"{status} once", FakeResponse(b"", status), DATA, requests=2, waited=0.5)
simple(STATUSES, "503, always", FakeResponse(b"", 503), result="fetch-error", requests=5, waited=7.5)
simple(STATUSES, "503 with Retry-After: 20", FakeResponse(b"", 503, [(b"Retry-After", b"20")]), DATA, requests=2, waited=20.0)
simple(STATUSES, "503 with Retry-After of a day", FakeResponse(b"", 503, [(b"Retry-After", b"86400")]), DATA, result="fetch-error")
simple(STATUSES, "503 with a Retry-After that cannot be read", FakeResponse(b"", 503, [(b"Retry-After", b"soon")]), DATA, requests=2, waited=0.5)
simple(STATUSES, "429 with Retry-After: 20", FakeResponse(b"", 429, [(b"Retry-After", b"20")]), DATA, requests=2, waited=20.0)
simple(STATUSES, "429 without a time", FakeResponse(b"", 429), result="bad-status")
simple(STATUSES, "a redirect to itself for ever", FakeResponse(b"", 302, [(b"Location", b"a")]), result="fetch-error", requests=21)
simple(STATUSES, "a redirect to another scheme", FakeResponse(b"", 302, [(b"Location", b"ftp://site.test/a")]), result="fetch-error")
simple(STATUSES, "a redirect to a URL that does not parse", FakeResponse(b"", 302, [(b"Location", b"https://[")]), result="fetch-error")
simple(STATUSES, "a redirect to a forbidden port", FakeResponse(b"", 302, [(b"Location", b"https://site.test:25/")]), result="fetch-error")
simple(STATUSES, "a redirect to plain HTTP (mixed content)", FakeResponse(b"", 302, [(b"Location", b"http://site.test/a")]), result="fetch-error")
simple(
    STATUSES, "a redirect to another origin that does not allow it (CORS)", FakeResponse(b"", 302, [(b"Location", b"https://other.test/a")]), DATA, result="fetch-error", requests=2
)
simple(
    STATUSES,
    "a redirect to another origin, torn there, goes on there",
    FakeResponse(b"", 302, [(b"Location", b"https://other.test/a")]),
    cut(3000, "reset", TAG, (b"Access-Control-Allow-Origin", b"*")),
    FakeResponse(b"", 302, [(b"Location", b"https://other.test/a")]),
    _resumable(DATA, Access_Control_Allow_Origin=b"*"),
    requests=4,
    ranges=2,
    waited=0.5,
)


# No network ---------------------------------------------------------------------------------------------------------------

OFFLINE = "Offline, paused"


@row(OFFLINE, "offline at the beginning, an hour long")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    stage.world.network.go_offline()
    bg_fetch = await stage.fetch()
    await stage.world.until(lambda: stage.world.fetches.views()[0].state == "offline")
    stage.clock.advance(3600)
    await stage.world.settle()
    assert not stage.transport.requests
    stage.world.network.go_online()
    return bg_fetch


@row(OFFLINE, "offline in the middle", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200, [TAG]), _resumable(DATA))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, 3000)
    stage.world.network.go_offline()
    await stage.world.until(lambda: stage.world.fetches.views()[0].state == "offline")
    stage.world.network.go_online()
    return bg_fetch


@row(OFFLINE, "offline during an upload: it is not sent twice", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200))
    bg_fetch = await stage.fetch(stage.world.request("a", method="POST", body=b"x"))
    await stage.until_stored(bg_fetch, 3000)
    stage.world.network.go_offline()
    return bg_fetch


@row(OFFLINE, "an upload that is torn: it is not sent twice", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(NetworkFailure("reset", "torn"), DATA)
    return await stage.fetch(stage.world.request("a", method="POST", body=b"x"))


@row(OFFLINE, "an upload that is answered 503: it is not sent twice", "bad-status")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse(b"", 503), DATA)
    return await stage.fetch(stage.world.request("a", method="POST", body=b"x"))


@row(OFFLINE, "paused in the middle", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200, [TAG]), _resumable(DATA))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, 3000)
    await stage.world.fetches.pause(bg_fetch.number)
    await stage.world.settle()
    await stage.world.fetches.resume(bg_fetch.number)
    return bg_fetch


# The disk -----------------------------------------------------------------------------------------------------------------

DISK = "Disk and profile"


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def broken(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


@row(DISK, "the disk is full when the bytes are written", "quota-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    await stage.patch(body_writer, "_write_all", full)
    return await stage.fetch()


@row(DISK, "the disk is full in the middle of a large body", "quota-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    gate = Event()
    stage.answers(FakeResponse([b"x" * 200_000, gate, b"x" * 200_000]))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, 200_000)
    await stage.patch(body_writer, "_write_all", full)
    gate.set()
    return bg_fetch


@row(DISK, "the disk does not flush", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    await stage.patch(body_writer, "flush_to_disk", broken)
    return await stage.fetch()


@row(DISK, "the quota is used up on the way", "quota-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    stage.world.user_agent.storage.index.quota.set_limit(SITE, 20_000_000)
    stage.answers(FakeResponse([b"x" * 1_000_000] * 30))
    return await stage.fetch()


@row(DISK, "more bytes than downloadTotal", "download-total-exceeded")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(DATA)
    return await stage.fetch(downloadTotal=len(DATA) - 1)


async def _half(stage: Stage) -> tuple[BackgroundFetch, Path]:
    size = 3000
    stage.answers(FakeResponse([DATA[:size], Event()], 200, [TAG]), _resumable(DATA))
    bg_fetch = await stage.fetch()
    await stage.until_stored(bg_fetch, size)
    body = bg_fetch.records[0].response_data.body
    assert body is not None
    return bg_fetch, stage.world.user_agent.storage.index.bodies.path(body.id)


@row(DISK, "the browser ends in the middle", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, _ = await _half(stage)
    return await stage.restart(bg_fetch)


@row(DISK, "the body's file is lost between two runs", requests=2)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, path = await _half(stage)
    return await stage.restart(bg_fetch, path.unlink)


@row(DISK, "the body's file is shorter at the next start", requests=2)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, path = await _half(stage)
    return await stage.restart(bg_fetch, lambda: os.truncate(path, 1000))


@row(DISK, "the body's file is longer at the next start (unsynced bytes)", requests=2, ranges=1)
async def _(stage: Stage) -> BackgroundFetch:
    bg_fetch, path = await _half(stage)

    def lengthen() -> None:
        with path.open("ab") as file:
            file.write(b"these were never promised")

    return await stage.restart(bg_fetch, lengthen)


@row(DISK, "the browser ends while an upload is under way: it is not sent twice", "fetch-error")
async def _(stage: Stage) -> BackgroundFetch:
    stage.answers(FakeResponse([DATA[:3000], Event()], 200), DATA)
    bg_fetch = await stage.fetch(stage.world.request("a", method="POST", body=b"x"))
    await stage.until_stored(bg_fetch, 3000)
    return await stage.restart(bg_fetch)


# The run ------------------------------------------------------------------------------------------------------------------


async def observe(given: Row, folder: Path) -> Outcome:
    """Let it happen. The clock goes on by itself."""
    stage = Stage(folder)
    PatientAsEver.waits = []
    await stage.start()
    found: list[str] = []
    async with stage.cleanup:
        bg_fetch = await given.script(stage)

        async def handler(name: str, snapshot: Any) -> None:
            (data,) = (record.response_data for record in bg_fetch.records)
            body = await data.body.read_all() if data.result == "success" and data.body is not None else None
            assert snapshot["downloaded"] == bg_fetch.stored_body_bytes_total
            assert body is None or len(body) == bg_fetch.stored_body_bytes_total
            found.append(describe(body))

        stage.world.events.handler = handler
        await stage.world.until(lambda: not bg_fetch.records_available, advance=0.5, seconds=20)
        assert len(found) == 1
        heads = [sent.header("Range") is not None for sent in stage.transport.requests]
        heads += [b"\r\nRange:" in head for head in stage.requests]
        stopped = stage.world.stop()
    await stopped
    if isinstance(stage.transport, FakeTransport):
        assert stage.transport.open_bodies == 0
    return Outcome(bg_fetch.failure_reason or bg_fetch.result, found[0], len(heads), sum(heads), round(sum(PatientAsEver.waits), 1))


def describe(body: bytes | None) -> str:
    if body is None:
        return "nothing"
    if body in (DATA, OTHER):
        return "whole" if body == DATA else "new version"
    return f"first {len(body)} bytes" if DATA.startswith(body) else "wrong bytes"


OBSERVED: dict[tuple[str, str], Outcome] = {}


@pytest.mark.parametrize("given", ROWS, ids=lambda given: f"{given.group}: {given.fault}")
async def test_fault(given: Row, tmp_path: Path) -> None:
    observed = OBSERVED[given.group, given.fault] = await observe(given, tmp_path)
    assert observed == given.expected


def as_text(rows: list[Row]) -> str:
    lines = [
        "# Reliability",
        "",
        "What becomes of a background fetch of one resource of 10,240 bytes when something goes wrong. This table is written by the tests",
        "that make it happen (`pytest tests/engine/background_fetch/test_faults.py -n0 --write-reliability`), and checked by them.",
        "",
        "*Outcome*: `success`, or the failure reason that scripts see. *The worker gets*: the bytes that are there when its event is fired.",
        "*Requests*: how many were sent, in brackets how many of them went on with a `Range`. *Waited*: seconds between attempts, without",
        "jitter, with the default policy; being offline or paused is waited for without end and does not count.",
    ]
    group = ""
    for one in rows:
        if one.group != group:
            group = one.group
            lines += ["", f"## {group}", "", "| fault | outcome | the worker gets | requests | waited |", "|---|---|---|---|---|"]
        seen = OBSERVED[one.group, one.fault]
        requests = f"{seen.requests} ({seen.ranges})" if seen.ranges else str(seen.requests)
        lines.append(f"| {one.fault} | `{seen.result}` | {seen.content} | {requests} | {seen.waited:g} |")
    return "\n".join(lines) + "\n"


async def test_the_table_is_what_was_observed(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert len(ROWS) >= 40
    assert len({(one.group, one.fault) for one in ROWS}) == len(ROWS)
    for number, one in enumerate(ROWS):
        if (one.group, one.fault) not in OBSERVED:
            (folder := tmp_path / str(number)).mkdir()
            OBSERVED[one.group, one.fault] = await observe(one, folder)
    text = as_text(ROWS)
    if request.config.getoption("--write-reliability"):
        TABLE.write_text(text, "utf-8")
    assert TABLE.read_text("utf-8") == text, "write it anew: --write-reliability"
