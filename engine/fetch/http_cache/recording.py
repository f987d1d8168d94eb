"""A stream that remembers what was read from it."""

from __future__ import annotations

from collections.abc import Callable

from engine.http.body import ByteStream


class RecordingStream(ByteStream):
    """Hands on what another stream gives, and at its end gives all of it to `keep`. Nothing is kept of what breaks
    off, is
    cancelled, or is longer than `limit` bytes. Ours."""

    __slots__ = ("_chunks", "_keep", "_limit", "_size", "_stream")

    def __init__(self, stream: ByteStream, keep: Callable[[bytes], object], limit: int) -> None:
        self._stream = stream
        self._keep: Callable[[bytes], object] | None = keep
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0

    async def read(self, maximum: int) -> bytes:
        chunk = await self._stream.read(maximum)
        if self._keep is not None:
            self._size += len(chunk)
            if self._size > self._limit:
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
