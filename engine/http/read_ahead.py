"""Streams that are read ahead when their reader takes its time. Ours."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from engine.event_loop import Lock
from engine.http.byte_streams import ByteStream
from engine.webidl.exceptions import ScriptException

CHUNK_SIZE = 64 * 1024


class ReadAhead(ByteStream):
    """A byte stream in front of another: nothing is read before it is wanted, unless `read_ahead` is called.

    A small body that nobody reads then comes in whole, so that its connection is free for others.
    """

    __slots__ = ("_buffer", "_cancelled", "_ended", "_error", "_lock", "_stream", "_wanted")

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._buffer: deque[bytes] = deque()
        self._lock = Lock()  # one reader of the stream at a time: the real one, or `read_ahead`
        self._wanted = False
        self._cancelled = False
        self._ended = False
        self._error: ScriptException | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes: what is left has been read ahead."""
        return self._ended or self._error is not None

    async def read_ahead(self, limit: int) -> None:
        """Read up to about `limit` bytes into memory. Does nothing once somebody has begun to read."""
        size = 0
        async with self._lock:
            while not (self._wanted or self._cancelled or self._ended) and size < limit:
                try:
                    chunk = await self._stream.read(CHUNK_SIZE)
                except ScriptException as error:
                    self._error = error
                    return
                if not chunk:
                    self._ended = True
                elif not self._cancelled:
                    self._buffer.append(chunk)
                    size += len(chunk)

    async def read(self, maximum: int) -> bytes:
        self._wanted = True
        async with self._lock:
            if self._buffer:
                chunk = self._buffer.popleft()
                if len(chunk) > maximum:
                    self._buffer.appendleft(chunk[maximum:])
                    chunk = chunk[:maximum]
                return chunk
            if self._error is not None:
                raise self._error
            if self._ended:
                return b""
            return await self._stream.read(maximum)

    def cancel(self, reason: object = None) -> None:
        self._cancelled = True
        self._buffer.clear()
        self._stream.cancel(reason)

    def when_finished(self, callback: Callable[[], object]) -> None:
        self._stream.when_finished(callback)
