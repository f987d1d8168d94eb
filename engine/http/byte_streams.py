"""Streams of bytes on this side of the border: what a body reads from when its bytes exist only once. Ours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.event_loop import Event, Lock
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.js import ByteBudget, Holding

HIGH_WATER_MARK = 256 * 1024
"""Bytes that wait in a pipe before its writer has to."""


class ByteStream(ABC):
    """Bytes that pass by once (ours). Such sources inherit from this class, which is how they are recognised."""

    __slots__ = ()

    @property
    @abstractmethod
    def budget(self) -> ByteBudget | None:
        """What pays for bytes of it that are kept; None: nothing does."""

    @abstractmethod
    async def read(self, maximum: int) -> bytes:
        """The next bytes, at most `maximum`; b"" at the end. Raises JSTypeError or DOMException."""

    @abstractmethod
    def cancel(self, reason: object = None) -> None:
        """Nobody will read any more: let go of what the bytes come from."""

    def when_finished(self, callback: Callable[[], object]) -> None:
        """Call `callback` once nothing more comes from outside the process: here, at once."""
        callback()


def take_from(buffer: deque[bytes], holding: Holding | None, maximum: int) -> bytes:
    """The first bytes of a buffer that has some, at most `maximum`; `holding` pays for them no longer."""
    chunk = buffer.popleft()
    if len(chunk) > maximum:
        buffer.appendleft(chunk[maximum:])
        chunk = chunk[:maximum]
    if holding is not None:
        holding.shrink(len(chunk))
    return chunk


def tee(stream: ByteStream) -> tuple[TeeBranch, TeeBranch]:
    """https://streams.spec.whatwg.org/#readablestream-tee

    For byte streams on this side of the border.
    """
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
    """One half of a teed stream. The faster reader pulls; what it read waits for the slower one. When there is no more room
    for that, the slower one fails.
    """

    __slots__ = ("_buffer", "_cancelled", "_ended", "_error", "_holding", "_tee")

    def __init__(self, shared: _Tee) -> None:
        self._tee = shared
        self._buffer: deque[bytes] = deque()
        budget = shared.stream.budget
        self._holding: Holding | None = None if budget is None else budget.hold(0, "What one reader of a body is behind the other")
        self._ended = False
        self._cancelled = False
        self._error: Exception | None = None

    @property
    def budget(self) -> ByteBudget | None:
        return self._tee.stream.budget

    async def read(self, maximum: int) -> bytes:
        if not self._buffer and not self._finished():
            async with self._tee.lock:
                # The other branch may have read on while this one waited.
                if not self._buffer and not self._finished() and (chunk := await self._pull(maximum)):
                    return chunk
        if self._buffer:
            return take_from(self._buffer, self._holding, maximum)
        if self._error is not None:
            raise self._error
        return b""

    def _finished(self) -> bool:
        return self._ended or self._cancelled or self._error is not None

    async def _pull(self, maximum: int) -> bytes:
        try:
            chunk = await self._tee.stream.read(maximum)
        except ScriptException as error:
            for branch in self._tee.branches:
                if not branch._finished():
                    branch._error = error
            return b""
        for branch in self._tee.branches:
            if branch._finished():
                continue
            if not chunk:
                branch._ended = True
            elif branch is not self:
                branch._keep(chunk)
        return b"" if self._cancelled else chunk

    def _keep(self, chunk: bytes) -> None:
        try:
            if self._holding is not None:
                self._holding.grow(len(chunk))
        except ScriptException as error:
            self._error = error
            self._forget()
        else:
            self._buffer.append(chunk)

    def _forget(self) -> None:
        self._buffer.clear()
        if self._holding is not None:
            self._holding.release()

    def cancel(self, reason: object = None) -> None:
        self._cancelled = True
        self._forget()
        if all(branch._cancelled or branch._error is not None for branch in self._tee.branches):
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
        "_holding",
        "_on_over",
        "_over",
        "_room",
        "_size",
        "cancel_reason",
        "cancelled",
    )

    def __init__(self, high_water_mark: int = HIGH_WATER_MARK, budget: ByteBudget | None = None) -> None:
        self._buffer: deque[bytes] = deque()
        self._holding = None if budget is None else budget.hold(0, "Chunks of streams on their way out of their realms")
        self._size = 0
        self._high_water_mark = high_water_mark
        self._closed = False
        self._error: Exception | None = None
        self._filled = Event()  # set when a reader would not wait
        self._room = Event()  # set when a writer would not wait
        self._room.set()
        self._over = Event()  # set when nothing can be written any more
        self._on_over: list[Callable[[], object]] = []
        self.cancelled = False
        self.cancel_reason: object = None

    async def write(self, chunk: bytes) -> bool:
        """Hand over a chunk; returns when more is wanted. False: nobody wants any more (cancelled). Raises BudgetExceeded, and
        the pipe has failed.
        """
        assert not self._closed, "written after the end"
        if self.cancelled:
            return False
        if chunk:
            self._hold(chunk)
            self._buffer.append(chunk)
            self._size += len(chunk)
            self._filled.set()
            if self._size >= self._high_water_mark:
                self._room.clear()
        await self._room.wait()
        return not self.cancelled

    def _hold(self, chunk: bytes) -> None:
        try:
            if self._holding is not None:
                self._holding.grow(len(chunk))
        except ScriptException as error:
            self.error(error)
            raise

    @property
    def budget(self) -> ByteBudget | None:
        return None if self._holding is None else self._holding.budget

    def close(self) -> None:
        """There is no more to come."""
        self._closed = True
        self._end()

    def error(self, error: Exception) -> None:
        """The stream failed: the reader gets what was written before, then this error (JSTypeError or DOMException)."""
        self._error = error
        self._closed = True
        self._end()

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
            if self._holding is not None:
                self._holding.shrink(len(chunk))
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
        if self._holding is not None:
            self._holding.release()
        self._room.set()
        self._end()

    def _end(self) -> None:
        self._over.set()
        self._filled.set()
        on_over, self._on_over = self._on_over, []
        for callback in on_over:
            callback()

    @property
    def is_over(self) -> bool:
        """Whether nothing can be written any more: it was closed, failed, or was cancelled. From any thread."""
        return self._over.is_set()

    def when_over(self, callback: Callable[[], object]) -> None:
        """Call `callback` then, on the browser's thread. To be called before anybody writes or reads."""
        self._on_over.append(callback)

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

    @property
    def budget(self) -> ByteBudget | None:
        return None

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
