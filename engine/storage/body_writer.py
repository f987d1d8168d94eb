"""How bytes get into a body file.

**Order of promises.** `flush` and `finish` return when the bytes are on the disk, and the names on the way to them;
then `StoredBody.on_disk` says how many, and their checksum. The index only ever records that. No chunk touches SQLite.

**Speed.** A body stays in memory up to `MEMORY_LIMIT` bytes, so that a small one is made, written, flushed and
closed in a single visit to another thread, with others (small_bodies.py). Beyond that chunks are written where they arrive, on the caller's
thread: into the page cache that is a copy of memory, quicker than handing the chunk to a thread. Once a write takes
longer than `SLOW_WRITE`, because the disk cannot keep up and the system makes writers wait, the next ones are
handed to a thread until they are quick again. Whenever there are `WRITE_BEHIND` bytes that are not on the disk, a
thread begins to bring them there, so that little is left to wait for at the end.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from engine.event_loop import (
    Lock,
    ParallelSteps,
    acquire_whatever_comes,
    end_of,
    gather,
    in_parallel,
    run_to_its_end_on_thread,
    under_way,
)
from engine.storage import flushing
from engine.storage.errors import BodyLost, StorageError, StorageFailed, body_errors, disk_errors
from engine.storage.stored_body import StoredBody

if TYPE_CHECKING:
    from engine.storage.bodies import Bodies

MEMORY_LIMIT: Final = 128 * 1024
"""Bytes."""
SLOW_WRITE: Final = 0.02
"""Seconds."""
WRITE_BEHIND: Final = 32 << 20
"""Bytes."""

Chunk: TypeAlias = bytes | bytearray | memoryview

TakeRoom: TypeAlias = Callable[[str, int], Awaitable[None]]
"""How a writer asks whether it may: (storage key, bytes). Raises QuotaExceeded."""


class BodyWriter:
    """Appends to a body.

    One per body, and one caller; only `flush` may be called at any time, also while `append` waits.

    `async with`: leaving it by an exception fails the body, leaving it otherwise pauses it unless it was finished.

    Nobody can cancel what a thread has begun for it: it ends with the turn held, and is taken down; whoever was cancelled meanwhile
    learns of it afterwards. Only who still waits for a turn, or for room, can be cancelled; then nothing has been done.
    """

    __slots__ = ("_behind", "_descriptor", "_files", "_in_use", "_slow", "_take_room", "_turn", "body")

    def __init__(self, files: Bodies, body: StoredBody, take_room: TakeRoom | None) -> None:
        self.body = body
        self._files = files
        self._take_room = take_room  # None: what it writes was reserved beforehand
        self._slow = False
        self._turn = Lock()  # one at a time changes where the bytes are
        self._behind: ParallelSteps[None] | None = None
        self._descriptor: int | None = None
        self._in_use = threading.Lock()  # while it is held the descriptor stays open

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self.body.state != "growing":
            return
        if error is None:
            await self.pause()
        else:
            self.fail(
                f"the body was not finished: {error}" if isinstance(error, Exception) else "the body was not finished"
            )

    async def append(self, chunk: Chunk) -> None:
        """Add bytes at the end. Readers see them at once.

        Raises QuotaExceeded, StorageFull, StorageFailed; nothing of the chunk has been added then.
        """
        body = self.body
        assert body.state == "growing"
        size = len(chunk)
        if self._take_room is not None:
            await self._take_room(body.storage_key, size)
        if body._memory is not None or self._descriptor is None:
            async with self._turn:
                if body._memory is not None and body.length + size <= MEMORY_LIMIT:
                    body._memory += chunk
                    body.note_growth(chunk)
                    return
                with self._telling_who_refuses():
                    await run_to_its_end_on_thread(self._files.threads, self._open)
        started = time.perf_counter()
        with self._telling_who_refuses():
            if self._slow:
                await run_to_its_end_on_thread(self._files.threads, self._write, chunk, body.length)
            else:
                self._write(chunk, body.length)
        self._slow = time.perf_counter() - started > SLOW_WRITE
        body.note_growth(chunk)
        if body.length - body.flushed >= WRITE_BEHIND and (self._behind is None or self._behind.done):
            self._behind = in_parallel(self._flush_behind(), "bringing a body to the disk")

    async def flush(self) -> int:
        """Bring all bytes so far to the disk. Returns how many they are. Raises StorageFull, StorageFailed."""
        async with self._turn:
            if self._is_unflushed:
                with self._telling_who_refuses():
                    await run_to_its_end_on_thread(self._files.threads, self._flush)
        return self.body.flushed

    async def _flush_behind(self) -> None:
        with suppress(StorageError):  # whoever waits for it is told
            await self.flush()

    async def finish(self) -> StoredBody:
        """Flush, and say that these are all the bytes. Returns the body. Raises StorageFull, StorageFailed.

        As `pause`, it is not left half done.
        """
        assert self.body.state == "growing"
        await self.pause()
        self.body.end("complete")
        return self.body

    async def pause(self) -> None:
        """Flush and let the file go; `Bodies.resume` goes on later. Raises StorageFull, StorageFailed.

        It is not left half done: whoever waits is cancelled only afterwards.
        """
        await acquire_whatever_comes(self._turn)
        try:
            with self._telling_who_refuses():
                if self.body._memory is not None and self._descriptor is None:
                    with under_way("threads"):
                        await end_of(self._files.small.store(self.body))
                else:
                    await run_to_its_end_on_thread(self._files.threads, self._flush_and_close)
        finally:
            self._turn.release()

    async def go_back_to_flushed(self) -> None:
        """Forget what the disk may not have. Raises BodyLost when what it should have is not there."""
        with self._telling_who_refuses():
            await run_to_its_end_on_thread(self._files.threads, self._go_back_to_flushed)

    def fail(self, reason: str, *, aborted: bool = False) -> None:
        """Give the body up: readers get a TypeError with this reason, or an AbortError if it was `aborted`.

        One that has ended already stays as it is; its file is let go.
        """
        if self.body.state == "growing":
            self.body.end("failed", reason, aborted=aborted)
        try:
            self._files.threads.submit(self._close_and_give_up)
        except StorageFailed:  # the profile was closed first
            self._close_and_give_up()

    @contextmanager
    def _telling_who_refuses(self) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            self._files.when_refused(error)
            raise

    @property
    def _is_unflushed(self) -> bool:
        return self.body._memory is not None or self.body.flushed != self.body.length

    # What follows runs on a thread of `files.threads`; `_write` on the caller's too.

    @property
    def _path(self) -> Path:
        return self._files.path(self.body.id)

    def _open(self) -> None:
        """Have the file open, and in it what was in memory until now."""
        body = self.body
        with self._in_use:
            if self._descriptor is None and body.state == "growing":
                if body._memory is not None:
                    self._descriptor = self._files.create(body.id)
                else:
                    with body_errors(self._path):
                        self._descriptor = self._files.open(body.id, os.O_RDWR)
        if body._memory is not None:
            self._write(body._memory, 0)
            body._memory = None

    def _write(self, chunk: Chunk, offset: int) -> None:
        try:
            with self._in_use:
                if self._descriptor is not None:  # else the body was given up meanwhile
                    self._files.where_there_is_room(flushing.write_all, self._descriptor, chunk, offset)
        except OSError:
            # OPTIMIZATION: looked at only when there is one; most chunks have none.
            with disk_errors(self._path):
                raise

    def _flush(self) -> None:
        body = self.body
        is_new = body._memory is not None or body.flushed == 0
        self._open()
        written = body.written
        with disk_errors(self._path):
            with self._in_use:
                if self._descriptor is None:
                    return
                # Flushing takes long, and others go on writing; the file may even be closed meanwhile.
                descriptor = os.dup(self._descriptor)
            try:
                self._files.where_there_is_room(self._files.flush, descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                self._files.flush_names(self._path.parent)
        body.on_disk = written

    def _flush_and_close(self) -> None:
        body = self.body
        try:
            if self._is_unflushed:
                self._truncate(body.length)
                self._flush()
        finally:
            self._close()

    def _truncate(self, length: int) -> None:
        """Cut off what is behind `length`: bytes taken back, or a part of a chunk that the disk did not take whole."""
        self._open()
        with self._in_use, disk_errors(self._path):
            if self._descriptor is not None and os.fstat(self._descriptor).st_size != length:
                os.ftruncate(self._descriptor, length)

    def _go_back_to_flushed(self) -> None:
        body = self.body
        with body_errors(self._path):
            there = self._path.lstat().st_size
        if there < body.flushed:
            raise BodyLost(self._path, f"{there} bytes are there, {body.flushed} were stored")
        self._truncate(body.flushed)
        body.written = body.on_disk

    def _close_and_give_up(self) -> None:
        self._close()
        self._files.give_up(self.body)

    def _close(self) -> None:
        with self._in_use:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


async def flush_all(writers: Iterable[BodyWriter]) -> None:
    """Flush many bodies at once; the disk does that in little more time than one.

    Raises StorageFull, StorageFailed when one of them could not be flushed, after all have been tried: `body.flushed`
    tells of each how far it is.
    """
    for outcome in await gather(*(writer.flush() for writer in writers), return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
