"""The index's write-ahead log, as far as it is ours and not SQLite's: what of it is on the disk, and taking back what never got there.
https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.storage.flushing import flush_folder, write_all
from engine.storage.own_files import open_own_file

COPY: Final = "-saved"
"""Behind the log's name: a copy of it that is being made."""

_HEADER: Final = struct.Struct(">8I")  # magic, version, page size, checkpoints, two salts, two checksums
_FRAME_HEADER: Final = struct.Struct(
    ">6I"
)  # page, pages of the database after a commit (else 0), two salts, two checksums
_PIECE: Final = 1 << 20


class Log:
    """Beside the index `path`. It stays one file while the index is open."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + "-wal")
        self._descriptor: int | None = None
        self._changing = threading.Lock()
        self._committed, self._flushed = 1, 0  # an earlier run may have left something unflushed
        self._failure: OSError | None = None

    def note_commit(self) -> None:
        """There is more in it."""
        self._committed += 1

    def flush(self, flush_to_disk: Callable[[int], object]) -> None:
        """Return when all that has been committed is on the disk. From any thread.

        Raises OSError, also ever after: what a system could not flush once it may have forgotten.
        """
        wanted = self._committed
        with self._changing:
            if self._failure is not None:
                raise self._failure
            if self._flushed >= wanted:
                return
            committed = self._committed
            try:
                flush_to_disk(self._open())
            except FileNotFoundError:
                pass  # nothing has been written since all of it was brought into the database
            except OSError as error:
                self._failure = error
                raise
            self._flushed = committed

    @property
    def size(self) -> int:
        """Bytes."""
        with self._changing:
            try:
                return os.fstat(self._open()).st_size
            except FileNotFoundError:
                return 0

    def save(self, *, without_last_transaction: bool = False) -> None:
        """Leave it as it is, or as it was before the last commit, to the next connection. The present one has an empty one
        then, and can only be closed: it brings nothing of what was not flushed into the database. Raises OSError.
        """
        with self._changing, suppress(FileNotFoundError):
            log = self._open()
            size = self._end_before_last_commit() if without_last_transaction else os.fstat(log).st_size
            try:
                self._copy(log, size)
            except OSError:
                if not without_last_transaction:
                    raise
                os.ftruncate(log, size)  # there is no room for two of them, or the disk flushes nothing
                return
            # A power loss may take the copy's new name and not the other one's bytes.
            with suppress(OSError):
                flush_folder(self._path.parent)
                os.ftruncate(log, 0)
            self._close()

    def _copy(self, log: int, size: int) -> None:
        """Put a copy of so much of it in its place."""
        saved = self._path.with_name(self._path.name + COPY)
        saved.unlink(missing_ok=True)
        copy = open_own_file(saved, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            for offset in range(0, size, _PIECE):
                write_all(copy, os.pread(log, min(_PIECE, size - offset), offset), offset)
            os.fsync(copy)
        except OSError:
            saved.unlink()
            raise
        finally:
            os.close(copy)
        saved.replace(self._path)

    def _end_before_last_commit(self) -> int:
        """Of the bytes that count."""
        log = self._open()
        _, _, page_size, _, *salts, _, _ = _HEADER.unpack(os.pread(log, _HEADER.size, 0))
        end, ends = _HEADER.size, [_HEADER.size]
        while len(header := os.pread(log, _FRAME_HEADER.size, end)) == _FRAME_HEADER.size:
            _, pages, *own_salts, _, _ = _FRAME_HEADER.unpack(header)
            if own_salts != salts:
                break  # from here on it is older than the last checkpoint
            end += _FRAME_HEADER.size + page_size
            if pages:
                ends.append(end)
        return ends[-2] if len(ends) > 1 else _HEADER.size

    def close(self) -> None:
        """Running it again does nothing."""
        with self._changing:
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = open_own_file(self._path, os.O_RDWR)
        return self._descriptor
