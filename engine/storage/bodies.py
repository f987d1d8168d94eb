"""Body files: bytes too many to hold, by number.

A body is a `StoredBody`: one object in this process, shared by all who read or own it. Bytes reach it through a `BodyWriter`,
the only one of its body; readers may follow while it grows. While anybody holds the object its file stays, whatever becomes
of the rows that own it; index.py removes files that no row owns and nobody holds.

**Order of promises.** `BodyWriter.flush` and `finish` return when the bytes are on the disk (and `StoredBody.flushed` says how
many); the index only ever records `flushed`. No verb touches SQLite per chunk.

**Speed.** A body stays in memory up to `MEMORY_LIMIT` bytes, so that a small one is made, written, flushed and closed in a
single visit to another thread. Beyond that chunks are written where they arrive, on the caller's thread: into the page cache
that is a copy of memory, quicker than handing the chunk to a thread. Once a write takes longer than `SLOW_WRITE`, because the
disk cannot keep up and the system makes writers wait, the next ones are handed to a thread until they are quick again.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias

from engine.event_loop import Event, Lock, gather, run_on_thread
from engine.storage.errors import BodyLost, StorageError, disk_errors
from engine.storage.flushing import flush_folder, flush_to_disk
from engine.webidl.exceptions import JSTypeError

BodyState: TypeAlias = Literal["growing", "complete", "failed"]
"""`growing`: more bytes may come, in this run of the browser or a later one. `failed`: they will not, and none may be read."""

Chunk: TypeAlias = bytes | bytearray | memoryview

MEMORY_LIMIT: Final = 128 * 1024
SLOW_WRITE: Final = 0.02
"""Seconds."""

_FILES_IN_A_FOLDER: Final = 1024
_READ_WITHOUT_WAITING: Final[int | None] = getattr(os, "RWF_NOWAIT", None)


class StoredBody:
    """A body file's bytes, readable from any position, also while they arrive.

    It is a seekable body source (`engine.http.body.StoredBytes`).
    """

    __slots__ = (
        "__weakref__",
        "_files",
        "_growth",
        "_memory",
        "failure",
        "flushed",
        "id",
        "length",
        "recorded",
        "state",
        "storage_key",
    )

    def __init__(self, files: BodyFiles, body_id: int, storage_key: str, length: int, state: BodyState) -> None:
        self.id = body_id
        self.storage_key = storage_key
        self.length = length
        """How many bytes can be read now."""
        self.flushed = length
        """How many of them are known to be on the disk."""
        self.recorded = length
        """How many of them the index knows of, and the quota counts."""
        self.state: BodyState = state
        self.failure = "the body was given up" if state == "failed" else ""
        """Why it failed, for the reader's TypeError."""
        self._files = files
        self._memory: bytearray | None = None
        self._growth: Event | None = None

    def __repr__(self) -> str:
        return f"StoredBody({self.id}, {self.state}, {self.length} bytes)"

    def __del__(self) -> None:
        self._files.abandoned.append(self.id)

    @property
    def body_id(self) -> str:
        """The id as the nouns of Fetch carry it."""
        return str(self.id)

    @property
    def size(self) -> int | None:
        """The number of bytes in all; None while more may come."""
        return self.length if self.state == "complete" else None

    async def read(self, offset: int, maximum: int) -> bytes:
        """Up to `maximum` bytes from `offset`, waiting for the first of them while the body grows; b"" at the end.

        Raises JSTypeError when the body has failed or its file is gone.
        """
        while True:
            if self.state == "failed":
                raise JSTypeError(self.failure)
            if offset < self.length:
                break
            if self.state == "complete":
                return b""
            await self.changed()
        maximum = min(maximum, self.length - offset)
        memory = self._memory
        if memory is not None:
            return bytes(memory[offset : offset + maximum])
        try:
            return await self._files.read(self.id, offset, maximum)
        except StorageError as error:
            raise JSTypeError(str(error)) from error

    async def read_all(self) -> bytes:
        """All the bytes, once they have all come. Only for bodies known to be small."""
        chunks = []
        offset = 0
        while chunk := await self.read(offset, 1 << 20):
            chunks.append(chunk)
            offset += len(chunk)
        return b"".join(chunks)

    async def changed(self) -> None:
        """Wait until the body has grown, ended or failed."""
        if self._growth is None:
            self._growth = Event()
        await self._growth.wait()

    def _has_grown(self, size: int) -> None:
        self.length += size
        self._tell_followers()

    def _tell_followers(self) -> None:
        growth, self._growth = self._growth, None
        if growth is not None:
            growth.set()

    def _fail(self, reason: str) -> None:
        self.state = "failed"
        self.failure = reason
        self._tell_followers()


TakeRoom: TypeAlias = Callable[[str, int], Awaitable[None]]
"""How a writer asks whether it may: (storage key, bytes). Raises QuotaExceeded."""


class BodyWriter:
    """Appends to a body. One per body, and one caller; only `flush` may be called at any time, also while `append` waits.

    `async with`: leaving it by an exception fails the body, leaving it otherwise pauses it unless it was finished.
    """

    __slots__ = ("_descriptor", "_files", "_in_use", "_slow", "_take_room", "_turn", "body")

    def __init__(self, files: BodyFiles, body: StoredBody, take_room: TakeRoom | None) -> None:
        self.body = body
        self._files = files
        self._take_room = take_room  # None: what it writes was reserved beforehand
        self._slow = False
        self._turn = Lock()  # one at a time changes where the bytes are
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
            self.fail(f"the body was not finished: {error}" if isinstance(error, Exception) else "the body was not finished")

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
                    body._has_grown(size)
                    return
                await run_on_thread(self._files.threads, self._open)
        started = time.perf_counter()
        if self._slow:
            await run_on_thread(self._files.threads, self._write, chunk, body.length)
        else:
            self._write(chunk, body.length)
        self._slow = time.perf_counter() - started > SLOW_WRITE
        body._has_grown(size)

    async def flush(self) -> int:
        """Bring all bytes so far to the disk. Returns how many they are. Raises StorageFull, StorageFailed."""
        async with self._turn:
            if self.body.flushed != self.body.length or self.body._memory is not None:
                await run_on_thread(self._files.threads, self._flush)
        return self.body.flushed

    async def finish(self) -> StoredBody:
        """Flush, and say that these are all the bytes. Returns the body. Raises StorageFull, StorageFailed."""
        body = self.body
        assert body.state == "growing"
        await self.pause()
        body.state = "complete"
        body._tell_followers()
        return body

    async def pause(self) -> None:
        """Flush and let the file go; `BodyFiles.resume` goes on later. Raises StorageFull, StorageFailed."""
        async with self._turn:
            await run_on_thread(self._files.threads, self._flush_and_close)

    async def truncate(self, length: int) -> None:
        """Forget the bytes from `length` on. Readers that are beyond it wait for others. Raises StorageFailed."""
        body = self.body
        assert body.state == "growing"
        assert length <= body.length
        async with self._turn:
            if body._memory is not None:
                del body._memory[length:]
            else:
                await run_on_thread(self._files.threads, self._truncate, length)
            body.length = length
            body.flushed = min(body.flushed, length)

    def fail(self, reason: str) -> None:
        """Give the body up: readers get a TypeError with this reason. Does nothing when it has ended already."""
        if self.body.state == "growing":
            self.body._fail(reason)
            self._files.threads.submit(self._close)

    # What follows runs on a thread of `files.threads`; `_write` on the caller's too.

    @property
    def _path(self) -> Path:
        return self._files.path(self.body.id)

    def _open(self) -> None:
        """Have the file open, and in it what was in memory until now."""
        with self._in_use:
            if self._descriptor is None:
                if self.body._memory is None:
                    with disk_errors(self._path):
                        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
                else:
                    self._descriptor = self._files.create(self.body.id)
        if self.body._memory is not None:
            self._write(self.body._memory, 0)
            self.body._memory = None

    def _write(self, chunk: Chunk, offset: int) -> None:
        with self._in_use, disk_errors(self._path):
            descriptor = self._descriptor
            if descriptor is None:
                return  # the body was given up meanwhile
            written = os.pwrite(descriptor, chunk, offset)
            if written < len(chunk):
                # A disk that is nearly full takes a part; asking again for the rest says why.
                view = memoryview(chunk)
                while written < len(chunk):
                    written += os.pwrite(descriptor, view[written:], offset + written)

    def _flush(self) -> None:
        is_new = self.body._memory is not None
        self._open()
        length = self.body.length
        with disk_errors(self._path):
            with self._in_use:
                if self._descriptor is None:
                    return
                descriptor = os.dup(self._descriptor)
            try:
                flush_to_disk(descriptor)
            finally:
                os.close(descriptor)
            if is_new or self.body.flushed == 0:
                flush_folder(self._path.parent)
        self.body.flushed = length

    def _flush_and_close(self) -> None:
        body = self.body
        try:
            if body.flushed != body.length or body._memory is not None:
                self._open()
                self._truncate(body.length)
                self._flush()
        finally:
            self._close()

    def _truncate(self, length: int) -> None:
        """Cut off what is behind `length`: bytes that were taken back, or of a chunk the disk took only a part of."""
        self._open()
        with self._in_use, disk_errors(self._path):
            if self._descriptor is not None and os.fstat(self._descriptor).st_size != length:
                os.ftruncate(self._descriptor, length)

    def _close(self) -> None:
        with self._in_use:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


class BodyFiles:
    """The folder of body files: file number n is `<n // 1024 in hex>/<n in hex>`."""

    def __init__(self, folder: Path, first_id: int = 1) -> None:
        self.folder = folder
        self.threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="bodies")
        self.alive: weakref.WeakValueDictionary[int, StoredBody] = weakref.WeakValueDictionary()
        """The bodies somebody in this process holds. Only `new`, and verbs on the storage thread, add to it."""
        self.abandoned: deque[int] = deque()
        """Ids of bodies nobody holds any more, for the index to see whether their files may go."""
        self.take_room: TakeRoom | None = None
        self._ids = itertools.count(first_id)
        self._folders: set[Path] = set()
        self._removals: set[Future[None]] = set()

    def path(self, body_id: int) -> Path:
        return self.folder / f"{body_id // _FILES_IN_A_FOLDER:05x}" / f"{body_id:08x}"

    def continue_after(self, body_id: int) -> None:
        """Give new bodies ids above this one."""
        self._ids = itertools.count(body_id + 1)

    def new(self, storage_key: str, *, reserved: bool = False) -> BodyWriter:
        """Begin a body. `reserved`: its bytes were reserved before (a background fetch's `downloadTotal`), so it need not ask the quota."""
        body = StoredBody(self, next(self._ids), storage_key, 0, "growing")
        body._memory = bytearray()
        self.alive[body.id] = body
        return BodyWriter(self, body, None if reserved else self.take_room)

    async def resume(self, body: StoredBody, *, reserved: bool = False) -> BodyWriter:
        """Go on with a body that grows and has no writer, after its flushed bytes. Raises BodyLost when they are not there."""
        assert body.state == "growing"
        writer = BodyWriter(self, body, None if reserved else self.take_room)
        await run_on_thread(self.threads, self._cut, writer)
        return writer

    def _cut(self, writer: BodyWriter) -> None:
        body = writer.body
        path = self.path(body.id)
        with disk_errors(path):
            there = path.stat().st_size
        if there < body.flushed:
            raise BodyLost(path, f"{there} bytes are there, {body.flushed} were stored")
        writer._truncate(body.flushed)
        body.length = body.flushed

    def stored(self, body_id: int, storage_key: str, size: int, state: BodyState) -> StoredBody:
        """The object for a body that has a row. On the storage thread only."""
        body = self.alive.get(body_id)
        if body is None:
            body = self.alive[body_id] = StoredBody(self, body_id, storage_key, size, state)
        return body

    def create(self, body_id: int) -> int:
        """Make a body's file. Returns its descriptor."""
        path = self.path(body_id)
        with disk_errors(path):
            if path.parent not in self._folders:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                flush_folder(self.folder)
                self._folders.add(path.parent)
            # A file of that number can only be a leftover of a run that ended before it had a row.
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)

    async def read(self, body_id: int, offset: int, size: int) -> bytes:
        """Bytes that are known to be there. Raises BodyLost, StorageFailed."""
        chunk = self._read_if_in_memory(body_id, offset, size)
        return chunk if chunk else await run_on_thread(self.threads, self._read, body_id, offset, size)

    def _read_if_in_memory(self, body_id: int, offset: int, size: int) -> bytes | None:
        """OPTIMIZATION: what the system has in its page cache is read without a visit to another thread."""
        if _READ_WITHOUT_WAITING is None:
            return None
        try:
            descriptor = os.open(self.path(body_id), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            buffer = bytearray(size)
            count = os.preadv(descriptor, [buffer], offset, _READ_WITHOUT_WAITING)
            return bytes(memoryview(buffer)[:count])
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def _read(self, body_id: int, offset: int, size: int) -> bytes:
        path = self.path(body_id)
        with disk_errors(path):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                chunk = os.pread(descriptor, size, offset)
            finally:
                os.close(descriptor)
        if not chunk:
            raise BodyLost(path, f"it ends before byte {offset}")
        return chunk

    def cut(self, body_id: int, size: int) -> None:
        """Make a file `size` bytes long. Only for the checker: a writer has `truncate`."""
        with disk_errors(self.path(body_id)):
            os.truncate(self.path(body_id), size)

    def remove(self, body_ids: Iterable[int]) -> None:
        """Delete files, soon. A large file takes its time, so it goes on another thread."""
        removal = self.threads.submit(self.remove_now, list(body_ids))
        self._removals.add(removal)
        removal.add_done_callback(self._removals.discard)

    def remove_now(self, body_ids: Iterable[int]) -> None:
        """Delete files. One that will not go is found without a row by the checker, which tries again."""
        for body_id in body_ids:
            with suppress(OSError):
                self.path(body_id).unlink(missing_ok=True)

    def wait_for_removals(self) -> None:
        """Return when the files that `remove` was given are gone."""
        wait(list(self._removals))

    def close(self) -> None:
        """Wait for what is under way and end the threads."""
        self.threads.shutdown(wait=True)


async def flush_all(writers: Iterable[BodyWriter]) -> None:
    """Flush many bodies at once; the disk does that in hardly more time than one."""
    await gather(*(writer.flush() for writer in writers))
