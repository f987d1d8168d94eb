"""Bodies: bytes that are pulled, by handle, at the reader's pace. https://fetch.spec.whatwg.org/#bodies

A body's bytes come from one of three kinds of sources, which others may look at (`body.source`):

* `bytes`: all of them are here;
* a `StoredBytes`: a body file (or any other seekable store), read piece by piece; its bytes need never be copied;
* a `ByteStream`: bytes that exist once and pass by: the network, a decoder, a pipe from a JavaScript stream, one branch
of a tee.

Everybody reads through `Body.read`. Nothing is read ahead: a body that nobody reads stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from engine.http.byte_streams import BytesStream, ByteStream, Pipe, TeeBranch, tee
from engine.infra import utf8_decode
from engine.webidl.exceptions import JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.js import ByteBudget, Holding

DEFAULT_READ_SIZE = 256 * 1024
_WHOLE = "Bodies that are read as a whole"

__all__ = [
    "DEFAULT_READ_SIZE",
    "Body",
    "BodyFailure",
    "BodySource",
    "ByteStream",
    "BytesStream",
    "Pipe",
    "StoredBytes",
    "TeeBranch",
    "get_bytes_as_a_body",
    "tee",
]


class BodyFailure(JSTypeError):
    """The bytes stopped coming (ours). A TypeError to scripts; `kind` is engine.network's word for why, for those who
    try again.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class StoredBytes(Protocol):
    """A seekable source (ours; engine.storage's body reader is one). `size` is None while it is still growing with no
    known end.
    """

    @property
    def body_id(self) -> str: ...

    @property
    def size(self) -> int | None: ...

    async def read(self, offset: int, maximum: int) -> bytes:
        """Up to `maximum` bytes from `offset`; b"" at the end. Raises JSTypeError or DOMException."""


BodySource: TypeAlias = "bytes | StoredBytes | ByteStream"


class Body:
    """https://fetch.spec.whatwg.org/#concept-body

    The stream of the specification and its source are one here: `source` is what the bytes come from, `position` how
    many of
    them were read through this body. `length` is the number of bytes in all, when known. One reader at a time.

    `holding`: what was taken from a budget for its bytes, as long as any body of them is there.
    """

    __slots__ = ("_start", "holding", "length", "position", "source")

    def __init__(
        self, source: BodySource, length: int | None = None, *, start: int = 0, holding: Holding | None = None
    ) -> None:
        self.source: BodySource = source
        self.holding = holding
        self._start = start  # where in a seekable source this body begins
        self.position = 0
        if length is None:
            if isinstance(source, bytes):
                length = len(source) - start
            elif not isinstance(source, ByteStream) and source.size is not None:
                length = source.size - start
        self.length: int | None = length

    def __repr__(self) -> str:
        return f"Body({type(self.source).__name__}, length={self.length}, position={self.position})"

    @property
    def replayable(self) -> bool:
        """Whether the bytes can be had again from the start: what the specification calls "source is non-null"."""
        return not isinstance(self.source, ByteStream)

    @property
    def body_id(self) -> str | None:
        """The stored body file this body is exactly a copy of, if it is one that is read from its beginning."""
        source = self.source
        if isinstance(source, (bytes, ByteStream)) or self._start or self.position:
            return None
        return source.body_id

    async def read(self, maximum: int = DEFAULT_READ_SIZE) -> bytes:
        """The next bytes, at most `maximum`, at least one; b"" at the end.

        Raises JSTypeError when the bytes cannot be had, DOMException "AbortError" when the fetch was aborted.
        """
        source = self.source
        if isinstance(source, bytes):
            start = self._start + self.position
            if start == 0 and len(source) <= maximum:
                chunk = source
            else:
                chunk = source[start : start + maximum]
        elif isinstance(source, ByteStream):
            chunk = await source.read(maximum)
        else:
            chunk = await source.read(self._start + self.position, maximum)
        self.position += len(chunk)
        return chunk

    async def read_all(
        self, limit: int | None = None, budget: ByteBudget | None = None, *, copies: int = 4
    ) -> bytes:
        """https://fetch.spec.whatwg.org/#body-fully-read

        With a `limit`, raises JSTypeError once there are more bytes than that. `budget`: what pays meanwhile, if it is not
        what pays for its stream. `copies`: what is paid for each byte; by default for the text that is made of them too.
        Raises what `read` does, and BudgetExceeded.
        """
        return bytes(await self.collect(limit, budget, copies=copies))

    async def read_text(self, budget: ByteBudget | None = None) -> str:
        """https://encoding.spec.whatwg.org/#utf-8-decode of all the bytes. Ours; raises what `read_all` does."""
        budget = budget or self.budget
        data = await self.collect(budget=budget)
        if budget is None:
            return utf8_decode(data)
        with budget.hold(len(data) * (3 if data.isascii() else 6), _WHOLE):
            return utf8_decode(data)

    async def collect(
        self, limit: int | None = None, budget: ByteBudget | None = None, *, copies: int = 1
    ) -> bytes | bytearray:
        """`read_all` without a last copy. `copies`: what is paid for each byte. Ours."""
        budget = budget or self.budget
        holding = None if budget is None else budget.hold(0, _WHOLE)
        data = bytearray()
        try:
            if (buffered := self.take_buffered()) is not None:
                _check_length(len(buffered), limit)
                return buffered
            while chunk := await self.read():
                if holding is not None:
                    holding.grow(len(chunk) * copies)
                data += chunk
                _check_length(len(data), limit)
        except ScriptException:
            self.cancel()
            raise
        finally:
            if holding is not None:
                holding.release()
        return data

    @property
    def budget(self) -> ByteBudget | None:
        """What pays for bytes of its stream that are kept. Ours."""
        return self.source.budget if isinstance(self.source, ByteStream) else None

    def take_buffered(self) -> bytes | None:
        """All the bytes that are left if they are in memory, as if they were read; else None. Ours."""
        source = self.source
        if not isinstance(source, bytes):
            return None
        start = self._start + self.position
        self.position = len(source) - self._start
        return source[start:] if start else source

    def clone(self) -> Body:
        """https://fetch.spec.whatwg.org/#concept-body-clone

        Bytes and stored files are shared; a stream is teed, and only what one branch is behind the other is buffered.
        """
        source = self.source
        if isinstance(source, ByteStream):
            # 1–2. Tee the stream and keep one branch.
            self.source, other = tee(source)
            # 3. A body with the other branch.
            body = Body(other, self.length)
            body.position = self.position
            return body
        body = Body(source, self.length, start=self._start, holding=self.holding)
        body.position = self.position
        return body

    def rewound(self) -> Body:
        """The same bytes from the start, for sending them again. Only for replayable bodies. Ours."""
        assert self.replayable
        return Body(self.source, self.length, start=self._start, holding=self.holding)

    def when_finished(self, callback: Callable[[], object]) -> None:
        """Call `callback` once the network has no more part in this body: at once unless it comes from there. Ours."""
        if isinstance(self.source, ByteStream):
            self.source.when_finished(callback)
        else:
            callback()

    def cancel(self, reason: object = None) -> None:
        """https://streams.spec.whatwg.org/#readablestream-cancel

        Nobody will read the rest.
        """
        if isinstance(self.source, ByteStream):
            self.source.cancel(reason)


def _check_length(length: int, limit: int | None) -> None:
    if limit is not None and length > limit:
        raise JSTypeError(f"the body is larger than {limit} bytes")


def get_bytes_as_a_body(data: bytes) -> Body:
    """https://fetch.spec.whatwg.org/#byte-sequence-as-a-body"""
    return Body(data)
