"""Streams that are read ahead when their reader takes its time. Ours."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.event_loop import Lock
from engine.http.byte_streams import ByteStream, take_from
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.js import ByteBudget

CHUNK_SIZE = 64 * 1024


class ReadAhead(ByteStream):
    """A byte stream in front of another: nothing is read before it is wanted, unless `read_ahead` is called.

    A small body that nobody reads then comes in whole, so that its connection is free for others; as far as there is room.
    """

    __slots__ = ("_buffer", "_cancelled", "_ended", "_error", "_holding", "_lock", "_stream", "_wanted")

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._buffer: deque[bytes] = deque()
        self._lock = Lock()  # one reader of the stream at a time: the real one, or `read_ahead`
        self._wanted = False
        self._cancelled = False
        self._ended = False
        self._error: ScriptException | None = None
        budget = stream.budget
        self._holding = None if budget is None else budget.hold(0, "Bodies that nobody has begun to read")

    @property
    def budget(self) -> ByteBudget | None:
        return self._stream.budget

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes: what is left has been read ahead."""
        return self._ended or self._error is not None

    async def read_ahead(self, limit: int) -> None:
        """Read up to about `limit` bytes into memory. Does nothing once somebody has begun to read."""
        size = 0
        async with self._lock:
            while not (self._wanted or self._cancelled or self._ended) and size < limit and self._has_room():
                try:
                    chunk = await self._stream.read(CHUNK_SIZE)
                    if self._holding is not None and not self._cancelled:
                        self._holding.grow(len(chunk))
                except ScriptException as error:
                    self._error = error
                    return
                if not chunk:
                    self._ended = True
                elif not self._cancelled:
                    self._buffer.append(chunk)
                    size += len(chunk)

    def _has_room(self) -> bool:
        return self.budget is None or self.budget.has_room_for(CHUNK_SIZE)

    async def read(self, maximum: int) -> bytes:
        self._wanted = True
        # NB: what is there already does not wait for what `read_ahead` waits for.
        if self._buffer:
            return take_from(self._buffer, self._holding, maximum)
        async with self._lock:
            if self._buffer:
                return take_from(self._buffer, self._holding, maximum)
            if self._error is not None:
                raise self._error
            if self._ended:
                return b""
            return await self._stream.read(maximum)

    def cancel(self, reason: object = None) -> None:
        self._cancelled = True
        self._buffer.clear()
        if self._holding is not None:
            self._holding.release()
        self._stream.cancel(reason)

    def when_finished(self, callback: Callable[[], object]) -> None:
        self._stream.when_finished(callback)
