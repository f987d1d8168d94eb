"""Bodies: bytes that are pulled, by handle, at the reader's pace. https://fetch.spec.whatwg.org/#bodies

A body's bytes come from one of three kinds of sources, which others may look at (`body.source`):

* `bytes`: all of them are here;
* a `StoredBytes`: a body file (or any other seekable store), read piece by piece; its bytes need never be copied;
* a `ByteStream`: bytes that exist once and pass by: the network, a decoder, a pipe from a JavaScript stream, one branch
of a tee.

Everybody reads through `Body.read`. Nothing is read ahead: a body that nobody reads stays where it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeAlias

from engine.event_loop import Event, Lock
from engine.webidl.exceptions import DOMException, JSTypeError

DEFAULT_READ_SIZE = 256 * 1024
HIGH_WATER_MARK = 256 * 1024


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


class ByteStream(ABC):
    """Bytes that pass by once (ours). Such sources inherit from this class, which is how they are recognised."""

    __slots__ = ()

    @abstractmethod
    async def read(self, maximum: int) -> bytes:
        """The next bytes, at most `maximum`; b"" at the end. Raises JSTypeError or DOMException."""

    @abstractmethod
    def cancel(self, reason: object = None) -> None:
        """Nobody will read any more: let go of what the bytes come from."""

    def when_finished(self, callback: Callable[[], object]) -> None:
        """Call `callback` once nothing more comes from outside the process: here, at once."""
        callback()


BodySource: TypeAlias = "bytes | StoredBytes | ByteStream"


class Body:
    """https://fetch.spec.whatwg.org/#concept-body

    The stream of the specification and its source are one here: `source` is what the bytes come from, `position` how
    many of
    them were read through this body. `length` is the number of bytes in all, when known. One reader at a time.
    """

    __slots__ = ("_start", "length", "position", "source")

    def __init__(self, source: BodySource, length: int | None = None, *, start: int = 0) -> None:
        self.source: BodySource = source
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

    async def read_all(self, limit: int | None = None) -> bytes:
        """https://fetch.spec.whatwg.org/#body-fully-read

        With a `limit`, raises JSTypeError once there are more bytes than that.
        """
        chunks: list[bytes] = []
        size = 0
        while chunk := await self.read():
            chunks.append(chunk)
            size += len(chunk)
            if limit is not None and size > limit:
                self.cancel()
                raise JSTypeError(f"the body is larger than {limit} bytes")
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def take_buffered(self) -> bytes | None:
        """All the bytes that are left if they are in memory, as if they were read; else None. Waits for nothing. Ours."""
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
            # 3. Return the other.
            body = Body(other, self.length)
            body.position = self.position
            return body
        body = Body(source, self.length, start=self._start)
        body.position = self.position
        return body

    def rewound(self) -> Body:
        """The same bytes from the start, for sending them again. Only for replayable bodies. Ours."""
        assert self.replayable
        return Body(self.source, self.length, start=self._start)

    def when_finished(self, callback: Callable[[], object]) -> None:
        """Call `callback` once the network has no more part in this body: at once unless it comes from there. Ours."""
        if isinstance(self.source, ByteStream):
            self.source.when_finished(callback)
        else:
            callback()

    def cancel(self, reason: object = None) -> None:
        """https://streams.spec.whatwg.org/#readablestream-cancel: nobody will read the rest."""
        if isinstance(self.source, ByteStream):
            self.source.cancel(reason)


def get_bytes_as_a_body(data: bytes) -> Body:
    """https://fetch.spec.whatwg.org/#byte-sequence-as-a-body"""
    return Body(data)


def tee(stream: ByteStream) -> tuple[TeeBranch, TeeBranch]:
    """https://streams.spec.whatwg.org/#readablestream-tee, for byte streams on this side of the border"""
    shared = _Tee(stream)
    return shared.branches


class _Tee:
    """What two branches share: the stream, and who waits for it."""

    __slots__ = ("branches", "lock", "stream")

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream
        self.lock = Lock()
        self.branches = (TeeBranch(self), TeeBranch(self))


class TeeBranch(ByteStream):
    """One half of a teed stream. The faster reader pulls; what it read waits for the slower one."""

    __slots__ = ("_buffer", "_cancelled", "_ended", "_error", "_tee")

    def __init__(self, shared: _Tee) -> None:
        self._tee = shared
        self._buffer: deque[bytes] = deque()
        self._ended = False
        self._cancelled = False
        self._error: Exception | None = None

    async def read(self, maximum: int) -> bytes:
        if not self._buffer and not self._finished():
            async with self._tee.lock:
                # The other branch may have read on while this one waited.
                if not self._buffer and not self._finished():
                    await self._pull(maximum)
        if self._buffer:
            chunk = self._buffer.popleft()
            if len(chunk) > maximum:
                self._buffer.appendleft(chunk[maximum:])
                chunk = chunk[:maximum]
            return chunk
        if self._error is not None:
            raise self._error
        return b""

    def _finished(self) -> bool:
        return self._ended or self._cancelled or self._error is not None

    async def _pull(self, maximum: int) -> None:
        branches = [branch for branch in self._tee.branches if not branch._cancelled]
        try:
            chunk = await self._tee.stream.read(maximum)
        except (JSTypeError, DOMException) as error:
            for branch in branches:
                branch._error = error
            return
        for branch in branches:
            if chunk:
                branch._buffer.append(chunk)
            else:
                branch._ended = True

    def cancel(self, reason: object = None) -> None:
        self._cancelled = True
        self._buffer.clear()
        if all(branch._cancelled for branch in self._tee.branches):
            self._tee.stream.cancel(reason)

    def when_finished(self, callback: Callable[[], object]) -> None:
        self._tee.stream.when_finished(callback)


class Pipe(ByteStream):
    """A byte stream that is written to on this side: a JavaScript stream's chunks come in, a reader takes them out.
    Ours.

    The writer awaits `write`, which lasts until the reader has room again, so that a stream is only pulled as fast as
    it is used.
    """

    __slots__ = (
        "_buffer",
        "_closed",
        "_error",
        "_filled",
        "_high_water_mark",
        "_over",
        "_room",
        "_size",
        "cancel_reason",
        "cancelled",
    )

    def __init__(self, high_water_mark: int = HIGH_WATER_MARK) -> None:
        self._buffer: deque[bytes] = deque()
        self._size = 0
        self._high_water_mark = high_water_mark
        self._closed = False
        self._error: Exception | None = None
        self._filled = Event()  # set when a reader would not wait
        self._room = Event()  # set when a writer would not wait
        self._room.set()
        self._over = Event()  # set when nothing can be written any more
        self.cancelled = False
        self.cancel_reason: object = None

    async def write(self, chunk: bytes) -> bool:
        """Hand over a chunk; returns when more is wanted. False: nobody wants any more (cancelled)."""
        assert not self._closed, "written after the end"
        if self.cancelled:
            return False
        if chunk:
            self._buffer.append(chunk)
            self._size += len(chunk)
            self._filled.set()
            if self._size >= self._high_water_mark:
                self._room.clear()
        await self._room.wait()
        return not self.cancelled

    def close(self) -> None:
        """There is no more to come."""
        self._closed = True
        self._over.set()
        self._filled.set()

    def error(self, error: Exception) -> None:
        """The stream failed: the reader gets what was written before, then this error (JSTypeError or DOMException)."""
        self._error = error
        self._closed = True
        self._over.set()
        self._filled.set()

    async def read(self, maximum: int) -> bytes:
        if not self._buffer and not self._closed and not self.cancelled:
            self._filled.clear()
            self._room.set()
            await self._filled.wait()
        if self._buffer:
            chunk = self._buffer.popleft()
            if len(chunk) > maximum:
                self._buffer.appendleft(chunk[maximum:])
                chunk = chunk[:maximum]
            self._size -= len(chunk)
            if self._size < self._high_water_mark:
                self._room.set()
            return chunk
        if self._error is not None:
            raise self._error
        return b""

    def cancel(self, reason: object = None) -> None:
        self.cancelled = True
        self.cancel_reason = reason
        self._buffer.clear()
        self._size = 0
        self._room.set()
        self._over.set()
        self._filled.set()

    async def wait_until_over(self) -> None:
        """Wait until the pipe was closed, failed or was cancelled."""
        await self._over.wait()

    async def wait_until_cancelled_or_room(self) -> bool:
        """Wait until a chunk is wanted, before making one. False: cancelled."""
        await self._room.wait()
        return not self.cancelled


class BytesStream(ByteStream):
    """Bytes as a stream that passes by once; for tests and for bodies whose source must look like a stream. Ours."""

    __slots__ = ("_chunks", "cancelled")

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = deque(chunks)
        self.cancelled = False

    async def read(self, maximum: int) -> bytes:
        if not self._chunks:
            return b""
        chunk = self._chunks.popleft()
        if len(chunk) > maximum:
            self._chunks.appendleft(chunk[maximum:])
        return chunk[:maximum]

    def cancel(self, reason: object = None) -> None:
        self._chunks.clear()
        self.cancelled = True
