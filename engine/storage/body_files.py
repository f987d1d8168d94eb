"""The folder of body files: making, reading and deleting them by number.

File number n is `<n // 1024 in hex>/<n in hex>`, so that no folder grows without bound and neighbours lie together.
"""

from __future__ import annotations

import itertools
import os
import stat
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from engine.event_loop import run_on_thread
from engine.storage import flushing
from engine.storage.doomed_files import DoomedFiles
from engine.storage.errors import BodyLost, StorageFailed, body_errors, disk_errors, is_full
from engine.storage.flushing import flush_folder
from engine.storage.own_files import open_own_file, refuse_what_is_no
from engine.storage.small_bodies import SmallBodies

P = ParamSpec("P")
T = TypeVar("T")

_FILES_IN_A_FOLDER: Final = 1024
_THREADS: Final = 8
_READ_WITHOUT_WAITING: Final[int | None] = getattr(os, "RWF_NOWAIT", None)


class _DiskThreads(ThreadPoolExecutor):
    """They end with the profile; whoever wants something of the disk later is told so."""

    def __init__(self, folder: Path) -> None:
        super().__init__(max_workers=_THREADS, thread_name_prefix="bodies")
        self._folder = folder

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        try:
            return super().submit(function, *args, **kwargs)
        except RuntimeError:
            raise StorageFailed(self._folder, "the profile has been closed") from None


class BodyFiles:
    """The files of all bodies, and the threads that wait for the disk in their name."""

    def __init__(self, folder: Path, *, is_lasting: bool = True) -> None:
        """`is_lasting`: false for a temporary profile, of which a power loss need leave nothing: nothing is flushed."""
        self.folder = folder
        self.is_lasting = is_lasting
        self.threads = _DiskThreads(folder)
        self._folders: set[Path] = set()
        self._removals: set[Future[bool]] = set()
        self.doomed = DoomedFiles(folder, self.path, is_lasting=is_lasting)
        self._moments = itertools.count(1)
        self._names_flushed: dict[Path, int] = {}  # folder → when its last flush began
        self._flushing_names = threading.Lock()
        self.small = SmallBodies(self)

    def path(self, body_id: int) -> Path:
        """Where the bytes of a body are."""
        return self.folder / f"{body_id // _FILES_IN_A_FOLDER:05x}" / f"{body_id:08x}"

    def sizes(self) -> dict[int, int]:
        """The sizes of all body files by their numbers. Things that are not body files are left out."""
        sizes = {}
        with disk_errors(self.folder):
            for folder in os.scandir(self.folder):
                if not folder.is_dir(follow_symlinks=False):
                    continue
                for file in os.scandir(folder.path):
                    body_id = _number(file.name)
                    if (
                        body_id is not None
                        and file.path == str(self.path(body_id))
                        and file.is_file(follow_symlinks=False)
                    ):
                        sizes[body_id] = file.stat(follow_symlinks=False).st_size
        return sizes

    def create(self, body_id: int) -> int:
        """Make a body's file. Returns its descriptor. Raises StorageError."""
        path = self.path(body_id)
        with disk_errors(path):
            if path.parent not in self._folders:
                refuse_what_is_no(stat.S_IFDIR, path.parent)
                path.parent.mkdir(mode=0o700, exist_ok=True)
                if self.is_lasting:
                    flush_folder(self.folder)
                self._folders.add(path.parent)
            # A file of that number can only be a leftover of a run that ended before it had a row.
            return open_own_file(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)

    def open(self, body_id: int, flags: int) -> int:
        """Open a body's file that is there. Returns its descriptor. Raises OSError."""
        path = self.path(body_id)
        if path.parent not in self._folders:
            refuse_what_is_no(stat.S_IFDIR, path.parent)
            self._folders.add(path.parent)
        return open_own_file(path, flags)

    def flush(self, descriptor: int) -> None:
        """Return when the bytes of a body's open file are on the disk. Raises OSError."""
        if self.is_lasting:
            flushing.flush_to_disk(descriptor)

    def flush_names(self, folder: Path) -> None:
        """Return when the names of the files that have just been made in `folder` are on the disk. Raises OSError.

        OPTIMIZATION: of several threads that wait for the same folder the next one flushes for all.
        """
        if not self.is_lasting:
            return
        made = next(self._moments)
        with self._flushing_names:
            if self._names_flushed.get(folder, 0) > made:
                return
            begun = next(self._moments)
            flush_folder(folder)
            self._names_flushed[folder] = begun

    async def read(self, body_id: int, offset: int, size: int) -> bytes:
        """At least one and at most `size` of the bytes that are known to be there. Raises BodyLost, StorageFailed."""
        chunk = self._read_from_memory(body_id, offset, size)
        return chunk if chunk else await run_on_thread(self.threads, self.read_now, body_id, offset, size)

    def _read_from_memory(self, body_id: int, offset: int, size: int) -> bytes | None:
        """OPTIMIZATION: what the system has in its page cache is read without a visit to another thread."""
        if _READ_WITHOUT_WAITING is None:
            return None
        try:
            descriptor = self.open(body_id, os.O_RDONLY)
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

    def read_now(self, body_id: int, offset: int, size: int) -> bytes:
        """The same on this thread, waiting for the disk."""
        path = self.path(body_id)
        with body_errors(path):
            descriptor = self.open(body_id, os.O_RDONLY)
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
            descriptor = self.open(body_id, os.O_RDWR)
            try:
                os.ftruncate(descriptor, size)
            finally:
                os.close(descriptor)

    def remove_now(self, body_ids: Iterable[int]) -> None:
        """Delete files that nothing promises."""
        self.doomed.delete_files(body_ids)

    def remove_soon(self) -> None:
        """Delete the doomed ones on another thread: a large file takes its time."""
        removal = self.threads.submit(self.doomed.delete)
        self._removals.add(removal)
        removal.add_done_callback(self._removals.discard)

    def wait_for_removals(self) -> None:
        """Return when all files that were doomed before are gone."""
        self.doomed.delete()
        wait(list(self._removals))

    def where_there_is_room(self, write: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `write` returns. On a full disk it is called again when there is something that can be deleted."""
        try:
            return write(*args, **kwargs)
        except OSError as error:
            if not is_full(error) or not self.doomed.delete():
                raise
        return write(*args, **kwargs)

    def close(self) -> None:
        """Wait for what is under way and end the threads."""
        self.threads.shutdown(wait=True)


def _number(name: str) -> int | None:
    try:
        return int(name, 16)
    except ValueError:
        return None
