"""What goes over the wire and comes back, whatever carries it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from engine.network.certificates import CertificatePolicy
    from engine.url import URL

Header: TypeAlias = tuple[bytes, bytes]
"""Name and value, exactly as they are on the wire."""

NetworkFailureKind: TypeAlias = Literal[
    "offline",
    "name not resolved",
    "refused",
    "reset",
    "timed out",
    "tls",
    "protocol",
    "truncated",
    "stalled",
]
"""Why there is no response, or no more of it.

offline: emulated or real absence of a network · name not resolved · refused: nobody listens there, or no way there ·
reset: the connection ended before the response began, or was torn down in the middle · timed out: no connection in
time · tls: no agreement, or a certificate that we do not trust · protocol: what came is not HTTP, or beyond our
limits · truncated: the body ended before its declared length · stalled: nothing came for too long.
"""


class NetworkFailure(Exception):
    """The one error that comes out of this package. Fetch turns it into a network error."""

    def __init__(self, kind: NetworkFailureKind, message: str) -> None:
        super().__init__(message)
        self.kind: NetworkFailureKind = kind
        self.message = message

    def __repr__(self) -> str:
        return f"NetworkFailure({self.kind!r}, {self.message!r})"


@dataclass(slots=True)
class WireRequest:
    """One request, as it is to be written. Nothing is added but Host (when absent), Connection, and the body's framing.

    `body`: bytes, or an asynchronous iterator of chunks, or None. With an iterator, `body_length` (bytes) gives a
    Content-Length; without it the body goes out chunked. A Content-Length among the headers is left as it is. An
    error raised by the iterator comes out of `send`, or out of the response body's `read` when the response has
    already begun.
    `pool_key`: connections are never shared between requests whose keys differ (network partition key, credentials or
    not).
    `certificates`: another policy than the transport's, for this request.
    """

    method: bytes
    url: URL
    headers: list[Header] = field(default_factory=list)
    body: bytes | AsyncIterator[bytes] | None = None
    body_length: int | None = None
    pool_key: Hashable = None
    certificates: CertificatePolicy | None = None
    on_early_hint: Callable[[int, list[Header]], None] | None = None
    """Called for each 1xx response other than 101, with its status and headers."""


class WireBody(Protocol):
    """The bytes of a response body as they came: content codings are still on them."""

    async def read(self, maximum: int) -> bytes:
        """At least one and at most `maximum` bytes, as soon as there are any; b"" at the end. Raises NetworkFailure."""

    def close(self) -> None:
        """Give up the rest. Allowed at any time, also twice, also after the end. A read that waits, and any later
        one, raises NetworkFailure."""


@dataclass(slots=True)
class WireResponse:
    """One response whose head has come. `headers` are in wire order, byte for byte."""

    status: int
    status_message: bytes
    headers: list[Header]
    body: WireBody
    remote_address: str | None = None
    """The address that answered, without brackets."""
    connection_reused: bool = False


class Transport(Protocol):
    """Something that answers requests."""

    async def send(self, request: WireRequest) -> WireResponse:
        """Send the request and return as soon as the response's head is there. Raises NetworkFailure."""

    async def close(self) -> None:
        """End all connections. Bodies still open fail."""


class EmptyBody:
    """A body of no bytes."""

    async def read(self, maximum: int) -> bytes:
        return b""

    def close(self) -> None:
        pass


class BytesBody:
    """A body that is already here."""

    def __init__(self, data: bytes) -> None:
        self._rest = memoryview(data)

    async def read(self, maximum: int) -> bytes:
        chunk = bytes(self._rest[:maximum])
        self._rest = self._rest[len(chunk) :]
        return chunk

    def close(self) -> None:
        self._rest = memoryview(b"")


async def read_all(body: WireBody, maximum: int = 1 << 20) -> bytes:
    """The whole rest of a body, read `maximum` bytes at a time, and closed."""
    chunks = []
    try:
        while chunk := await body.read(maximum):
            chunks.append(chunk)
    finally:
        body.close()
    return b"".join(chunks)
