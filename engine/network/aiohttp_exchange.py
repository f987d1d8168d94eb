"""One request and its response over one of aiohttp's connections: written by us, read by its parser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http_writer import StreamWriter

from engine.infra import EngineBug, parse_non_negative_integer
from engine.network.aiohttp_errors import MAPPED, network_failure
from engine.network.response_protocol import ResponseProtocol
from engine.network.transport import EmptyBody, Header, NetworkFailure, WireRequest, WireResponse

_UPLOAD_PIECE: Final = 256 * 1024
_SMALL_BODY: Final = 64 * 1024
_LARGE_BODY: Final = 8 << 20
_LOWEST_STATUS: Final = 100
"""https://httpwg.org/specs/rfc9110.html#overview.of.status.codes"""
_LARGE_PIECE: Final = 1 << 20
_LONGEST_KNOWN: Final = 64
_MOST_KNOWN: Final = 1024


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections, how long, how much. Times in seconds, sizes in bytes; None or 0: no limit."""

    per_host: int = 6
    in_all: int = 256
    keep_alive: float = 30.0
    connect_timeout: float = 30.0
    stall_timeout: float | None = 300.0
    """The longest silence while we wait for a response's head or for more of its body."""
    header_size: int = 256 * 1024
    """Of all headers of a response together."""
    read_buffer: int = 512 * 1024
    """How much of a body is taken from the socket before its reader has asked for it."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Exchange:
    """One request and its response over one connection."""

    connection: Connection
    request: WireRequest
    host: str
    limits: ConnectionLimits
    heard_anything: bool = False
    upload: asyncio.Task[None] | None = None
    upload_error: BaseException | None = field(default=None)
    payload: aiohttp.StreamReader | None = None
    waiting_since: float | None = None

    async def run(self) -> WireResponse:
        """Write the request, read the response's head."""
        try:
            await self._write()
            return await self._read_head()
        except MAPPED as error:
            self.abandon()
            if self.upload_error is not None:
                raise self.upload_error from None
            raise network_failure(error, host=self.host) from error
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Give the connection up; it cannot be used again."""
        if self.upload is not None and self.is_sending:
            self.upload.cancel()
            if self.connection.transport is not None:
                self.connection.transport.abort()  # closing would wait until everything written has gone out
        self.connection.close()

    async def _write(self) -> None:
        protocol = self.connection.protocol
        assert protocol is not None
        body = self.request.body
        protocol.set_response_params(
            skip_payload=self.request.method == b"HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=None,  # see StallWatch
            read_bufsize=self.limits.read_buffer,
            max_line_size=self.limits.header_size,
            max_field_size=self.limits.header_size,
            max_headers=10_000,
        )
        if isinstance(protocol, ResponseProtocol):
            protocol.expect_a_head(self.limits.header_size)
        head, length = _serialize_head(self.request)
        transport = self.connection.transport
        if transport is None:
            raise aiohttp.ClientConnectionResetError("closed before the request was written")
        if body is None or (isinstance(body, bytes) and len(body) <= _SMALL_BODY):
            transport.write(head + (body or b""))
            return
        transport.write(head)
        writer = StreamWriter(protocol, asyncio.get_running_loop())
        if length is None:
            writer.enable_chunking()
        # NB: the one task that aiohttp's way of writing forces on us: a response may come before the request has all
        # gone out.
        self.upload = asyncio.create_task(self._write_body(writer, length))
        self.upload.add_done_callback(self._upload_ended)

    async def _write_body(self, writer: StreamWriter, length: int | None) -> None:
        protocol = self.connection.protocol
        assert protocol is not None
        written = 0
        async for piece in _pieces(self.request.body):
            written += len(piece)
            if length is not None and written > length:
                raise EngineBug(f"the request body is longer than the {length} bytes it was announced with")
            try:
                await writer.write(piece)
            except MAPPED:
                return  # The server stopped listening. It may have answered all the same; reading will tell.
        if length is not None and written < length:
            raise EngineBug(f"the request body ended after {written} of {length} bytes")
        with suppress(*MAPPED):
            await writer.write_eof()

    def _upload_ended(self, upload: asyncio.Task[None]) -> None:
        # What the body's iterator raised is the answer to whoever waits for the response.
        if not upload.cancelled() and (error := upload.exception()) is not None:
            self.upload_error = error
            protocol, transport = self.connection.protocol, self.connection.transport
            if protocol is not None:
                protocol.set_exception(aiohttp.ClientConnectionError("the request body failed"))
            if transport is not None:
                transport.abort()

    @property
    def is_sending(self) -> bool:
        return self.upload is not None and not self.upload.done()

    def stalled(self, seconds: float) -> None:
        """Nothing has come for so long."""
        self.waiting_since = None
        error = aiohttp.SocketTimeoutError(f"nothing came for {seconds:g} s")
        protocol = self.connection.protocol
        if protocol is not None:
            protocol.set_exception(error)
        if self.payload is not None:
            self.payload.set_exception(error)

    async def _read_head(self) -> WireResponse:
        protocol = self.connection.protocol
        assert protocol is not None
        while True:
            self.waiting_since = asyncio.get_running_loop().time()
            message, payload = await protocol.read()
            self.waiting_since = None
            self.heard_anything = True
            if message.code < 100:
                raise NetworkFailure("protocol", f"{self.host}: the server answered {message.code:03}, which is no status")
            if not 100 <= message.code <= 199:
                break
            # NB: we never ask to switch protocols, so 101 is an answer that makes no sense.
            if message.code == 101:
                raise NetworkFailure("protocol", f"{self.host}: the server switched protocols unasked")
            if self.request.on_early_hint is not None:
                self.request.on_early_hint(message.code, list(message.raw_headers))
        headers: list[Header] = [_the_same(header) for header in message.raw_headers]
        if sum(len(name) + len(value) for name, value in headers) > self.limits.header_size:
            raise NetworkFailure(
                "protocol", f"{self.host}: the response's headers are longer than {self.limits.header_size} bytes"
            )
        if message.code < _LOWEST_STATUS:
            raise NetworkFailure("protocol", f"{self.host}: the response has the status {message.code:03}, which is none")
        response = WireResponse(
            message.code,
            message.reason.encode("utf-8", "surrogateescape"),
            headers,
            EmptyBody(),
            remote_address=_remote_address(self.connection),
        )
        if (parse_non_negative_integer(message.headers.get("Content-Length", "")) or 0) >= _LARGE_BODY:
            self._take_larger_pieces()
        response.body = AiohttpBody(self, payload)
        return response

    def _take_larger_pieces(self) -> None:
        """OPTIMIZATION: asyncio asks a socket for 256 KB at a time, and all that follows is done for each piece. More at once
        saves most of it; for small bodies it would cost memory for nothing."""
        transport: Any = self.connection.transport
        if hasattr(transport, "max_size"):  # asyncio's own, without TLS
            transport.max_size = _LARGE_PIECE

    def take_small_pieces(self) -> None:
        """As before, for the next response."""
        transport: Any = self.connection.transport
        if getattr(transport, "max_size", 0) == _LARGE_PIECE:
            del transport.max_size


class AiohttpBody:
    """A response body as it comes from the socket. The connection goes back to the pool when the last byte has come."""

    __slots__ = (
        "_at_end",
        "_closed",
        "_connection_closed",
        "_ended_with_connection",
        "_exchange",
        "_payload",
        "_protocol",
    )

    def __init__(self, exchange: Exchange, payload: aiohttp.StreamReader) -> None:
        protocol = exchange.connection.protocol
        assert protocol is not None
        self._exchange = exchange
        self._payload = exchange.payload = payload
        self._protocol = protocol
        self._closed = False
        self._at_end = False
        self._ended_with_connection = False
        self._connection_closed = protocol.closed
        if self._connection_closed is not None:
            self._connection_closed.add_done_callback(self._connection_ended)
        payload.on_eof(self._last_byte_came)

    async def read(self, maximum: int) -> bytes:
        """At least one and at most `maximum` bytes, as soon as there are any; b"" at the end. Raises NetworkFailure."""
        if self._closed:
            raise NetworkFailure("reset", f"{self._exchange.host}: the body was closed")
        if self._at_end:
            return b""
        exchange = self._exchange
        exchange.waiting_since = asyncio.get_running_loop().time()
        try:
            chunk = await self._payload.read(maximum)
        except MAPPED as error:
            raise self._failure(error) from error
        except RuntimeError as error:
            # What aiohttp says to those who read from a connection that has been closed.
            if self._protocol.connected:
                raise
            raise self._failure(aiohttp.ClientConnectionResetError("the connection was closed")) from error
        finally:
            exchange.waiting_since = None
        if not chunk:
            self._at_end = True
            self._check_the_end()
        return chunk

    def _failure(self, error: Exception) -> BaseException:
        torn = self._protocol.exception()
        self._exchange.abandon()
        if self._exchange.upload_error is not None:
            return self._exchange.upload_error
        if isinstance(error, aiohttp.ClientPayloadError) and isinstance(torn, OSError):
            error = torn
        return network_failure(error, host=self._exchange.host)

    def _check_the_end(self) -> None:
        # A body without a declared length ends with the connection; but torn down is not ended, which aiohttp does
        # not tell apart.
        if self._ended_with_connection and isinstance(error := self._protocol.exception(), OSError):
            raise network_failure(error, host=self._exchange.host) from error

    def _connection_ended(self, closed: asyncio.Future[None]) -> None:
        # NB: when chunks turn into nonsense in the middle of a body, aiohttp closes the connection and tells its
        # reader nothing.
        if not self._payload.is_eof() and self._payload.exception() is None:
            error = self._protocol.exception() or aiohttp.ClientConnectionResetError("the connection was closed")
            self._payload.set_exception(error)

    def _last_byte_came(self) -> None:
        if self._connection_closed is not None:
            self._connection_closed.remove_done_callback(self._connection_ended)
        transport = self._protocol.transport
        self._ended_with_connection = transport is None or transport.is_closing()
        if self._exchange.is_sending:
            # The server has said all it had to say while we were still sending: this connection is of no more use.
            self._exchange.abandon()
        else:
            self._exchange.take_small_pieces()
            self._exchange.connection.release()

    def close(self) -> None:
        """Give up the rest. Allowed at any time, also twice, also after the end."""
        if not self._closed:
            self._closed = True
            if not self._payload.is_eof():
                # Now, and not when the connection has ended: that may take its time.
                self._payload.set_exception(aiohttp.ClientConnectionResetError("the body was closed"))
                self._exchange.abandon()


async def _pieces(body: bytes | AsyncIterator[bytes] | None) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        for start in range(0, len(body), _UPLOAD_PIECE):
            yield body[start : start + _UPLOAD_PIECE]
    elif body is not None:
        async for piece in body:
            if piece:
                yield piece


def _serialize_head(request: WireRequest) -> tuple[bytes, int | None]:
    """Request line and headers as bytes, and the body's length if it has one."""
    names = {name.lower() for name, _ in request.headers}
    length = len(request.body) if isinstance(request.body, bytes) else request.body_length
    if b"content-length" in names:
        length = next(
            parse_non_negative_integer(value) for name, value in request.headers if name.lower() == b"content-length"
        )
    lines = [b"%b %b HTTP/1.1" % (request.method, request.url.request_target.encode("ascii"))]
    if b"host" not in names:
        lines.append(b"Host: " + request.url.host_and_port.encode("ascii"))
    if b"connection" not in names:
        lines.append(b"Connection: keep-alive")
    lines.extend(name + b": " + value for name, value in request.headers)
    if request.body is not None and b"content-length" not in names:
        lines.append(b"Transfer-Encoding: chunked" if length is None else b"Content-Length: %d" % length)
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1 or 0 in head:
        broken = next(line for line in lines if b"\n" in line or b"\r" in line or b"\0" in line)
        raise EngineBug(f"a request line or header would break the message: {broken[:80]!r}")
    return head + b"\r\n\r\n", length


_known_headers: dict[Header, Header] = {}


def _the_same(header: Header) -> Header:
    """OPTIMIZATION: most headers of a server's responses are alike; ten thousand of these may be kept."""
    if len(header[1]) > _LONGEST_KNOWN:
        return header
    if len(_known_headers) >= _MOST_KNOWN:
        _known_headers.clear()
    return _known_headers.setdefault(header, header)


def _remote_address(connection: Connection) -> str | None:
    peer: Any = None if connection.transport is None else connection.transport.get_extra_info("peername")
    return str(peer[0]) if peer else None
