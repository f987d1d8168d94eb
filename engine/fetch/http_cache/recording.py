"""A stream that remembers what was read from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.http.body import ByteStream
from engine.js import BudgetExceeded

if TYPE_CHECKING:
    from engine.js import ByteBudget


class RecordingStream(ByteStream):
    """Hands on what another stream gives, and at its end gives all of it to `keep`. Nothing is kept of what breaks
    off, is
    cancelled, is longer than `limit` bytes, or finds no room meanwhile. Ours."""

    __slots__ = ("_chunks", "_holding", "_keep", "_limit", "_size", "_stream")

    def __init__(self, stream: ByteStream, keep: Callable[[bytes], object], limit: int) -> None:
        self._stream = stream
        self._keep: Callable[[bytes], object] | None = keep
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0
        budget = stream.budget
        self._holding = None if budget is None else budget.hold(0, "What may become part of the HTTP cache")

    @property
    def budget(self) -> ByteBudget | None:
        return self._stream.budget

    async def read(self, maximum: int) -> bytes:
        chunk = await self._stream.read(maximum)
        if self._keep is not None:
            self._size += len(chunk)
            if self._size > self._limit or not self._has_room_for(chunk):
                self._forget()
            elif chunk:
                self._chunks.append(chunk)
            else:
                keep, data = self._keep, b"".join(self._chunks)
                self._forget()
                keep(data)
        return chunk

    def cancel(self, reason: object = None) -> None:
        self._forget()
        self._stream.cancel(reason)

    def when_finished(self, callback: Callable[[], object]) -> None:
        self._stream.when_finished(callback)

    def _forget(self) -> None:
        self._keep = None
        self._chunks.clear()
        if self._holding is not None:
            self._holding.release()

    def _has_room_for(self, chunk: bytes) -> bool:
        if self._holding is None:
            return True
        if not self._holding.budget.has_room_for(len(chunk)):
            return False
        try:
            self._holding.grow(len(chunk))
        except BudgetExceeded:  # others have been quicker
            return False
        return True
