"""Faults: nobody there, bodies that break off, sockets."""

from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import Awaitable, Callable
from typing import Any

from engine.background_fetch import BackgroundFetch
from engine.network import NetworkFailure
from engine.network.conditions import Conditions, Fault
from engine.network.fake_transport import FakeResponse

from .conftest import _resumable
from .faults import DATA, TAG, Stage, cut, row, simple

# Nobody there ----------------------------------------------------------------------------------------------------------

CONNECTING = "Connecting"
simple(
    CONNECTING,
    "the connection is refused, always",
    NetworkFailure("refused", ""),
    result="fetch-error",
    requests=3,
    waited=1.5,
)
simple(CONNECTING, "the connection is refused once", NetworkFailure("refused", ""), DATA, requests=2, waited=0.5)
simple(
    CONNECTING,
    "the host's name is not found, always",
    NetworkFailure("name not resolved", ""),
    result="fetch-error",
    requests=3,
    waited=1.5,
)
simple(
    CONNECTING,
    "the host's name is not found once",
    NetworkFailure("name not resolved", ""),
    DATA,
    requests=2,
    waited=0.5,
)
simple(
    CONNECTING,
    "no connection in time, always",
    NetworkFailure("timed out", ""),
    result="fetch-error",
    requests=5,
    waited=7.5,
)
simple(CONNECTING, "no connection in time, twice", *[NetworkFailure("timed out", "")] * 2, DATA, requests=3, waited=1.5)
simple(CONNECTING, "no trust in the certificate", NetworkFailure("tls", ""), result="fetch-error")
simple(CONNECTING, "what comes is not HTTP", NetworkFailure("protocol", ""), result="fetch-error")
simple(
    CONNECTING,
    "torn before the head, always",
    NetworkFailure("reset", ""),
    result="fetch-error",
    requests=5,
    waited=7.5,
)
simple(CONNECTING, "torn before the head, once", NetworkFailure("reset", ""), DATA, requests=2, waited=0.5)
simple(
    CONNECTING,
    "refused nine times after bytes have come",
    lambda: lambda sent: cut(3000, "reset", TAG),
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
simple(
    BODIES, "torn after the last byte", cut(len(DATA), "reset", TAG), _resumable(DATA), requests=2, ranges=1, waited=0.5
)
simple(
    BODIES,
    "ends before its Content-Length",
    cut(3000, "truncated", TAG),
    _resumable(DATA),
    requests=2,
    ranges=1,
    waited=0.5,
)
simple(BODIES, "the head and nothing more, then the whole", cut(0, "reset", TAG), DATA, requests=2, waited=0.5)
simple(BODIES, "the head and nothing more, always", cut(0, "reset", TAG), result="fetch-error", requests=5, waited=7.5)
simple(
    BODIES,
    "torn again and again, each time a little further",
    cut(1000, "reset", TAG),
    *[
        FakeResponse(
            [DATA[at : at + 1000], NetworkFailure("reset", "")],
            206,
            [(b"Content-Range", b"bytes %d-%d/%d" % (at, len(DATA) - 1, len(DATA))), TAG],
        )
        for at in range(1000, 9000, 1000)
    ],
    _resumable(DATA),
    requests=10,
    ranges=9,
    waited=4.5,
)
simple(
    BODIES,
    "torn again and again by a server without ranges",
    cut(3000),
    result="fetch-error",
    requests=7,
    ranges=6,
    waited=3.0,
)
simple(
    BODIES,
    "silence beyond the time limit, then torn",
    cut(3000, "stalled", TAG),
    _resumable(DATA),
    requests=2,
    ranges=1,
    waited=0.5,
)
simple(
    BODIES,
    "slow: a piece every ten seconds",
    FakeResponse([piece for at in range(0, len(DATA), 1024) for piece in (10.0, DATA[at : at + 1024])]),
)


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


simple(
    BODIES,
    "gzip data that are no gzip data",
    FakeResponse(b"no gzip", 200, [(b"Content-Encoding", b"gzip")]),
    result="fetch-error",
)
simple(
    BODIES,
    "gzip data cut short, the connection closed in good order",
    FakeResponse(gzip.compress(DATA)[:-9], 200, [(b"Content-Encoding", b"gzip")]),
    result="fetch-error",
)
simple(
    BODIES,
    "gzip data torn; what was decoded is continued by a range without coding",
    lambda: (
        lambda sent: FakeResponse(
            [gzip.compress(os.urandom(0) + DATA, 0)[:6000], NetworkFailure("reset", "")],
            200,
            [(b"Content-Encoding", b"gzip")],
        )
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


OK = b'HTTP/1.1 200 OK\r\nETag: "1"\r\n'
REST = raw(
    b'HTTP/1.1 206 OK\r\nETag: "1"\r\nContent-Range: bytes 3000-10239/10240\r\nContent-Length: 7240\r\n\r\n',
    DATA[3000:],
)


def real(fault: str, *answers: Any, **expected: Any) -> None:
    async def script(stage: Stage) -> BackgroundFetch:
        await stage.real_server(*answers)
        return await stage.fetch_here()

    row("On a real socket", fault, **expected)(script)


LONG = OK + b"Content-Length: 10240\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
real("torn in the middle", raw(LONG, DATA[:3000], then="abort"), REST, requests=2, ranges=1, waited=0.5)
real("closed before its Content-Length", raw(LONG, DATA[:3000], then="close"), REST, requests=2, ranges=1, waited=0.5)
real(
    "half-closed before its Content-Length",
    raw(LONG, DATA[:3000], then="half-close"),
    REST,
    requests=2,
    ranges=1,
    waited=0.5,
)
real(
    "chunks that break off",
    raw(CHUNKED, b"bb8\r\n" + DATA[:3000] + b"\r\n", then="close"),
    REST,
    requests=2,
    ranges=1,
    waited=0.5,
)
real(
    "chunks that turn into nonsense",
    raw(CHUNKED, b"bb8\r\n" + DATA[:3000] + b"\r\nnonsense\r\n"),
    REST,
    result="fetch-error",
)
real("no length at all, closed at the end", raw(OK + b"Connection: close\r\n\r\n", DATA, then="close"))
real("not HTTP", raw(b"SSH-2.0-OpenSSH\r\n\r\n", then="close"), result="fetch-error")
real("closed without a word, always", raw(then="close"), result="fetch-error", requests=5, waited=7.5)
real(
    "a head that breaks off",
    raw(b"HTTP/1.1 200 OK\r\nContent-Le", then="close"),
    raw(LONG, DATA),
    requests=2,
    waited=0.5,
)
