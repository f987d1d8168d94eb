"""Room that is kept back, so that on a full disk something can still be deleted: also deleting writes first."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.storage.own_files import open_own_file

RESERVE_NAME: Final = "reserve"

_SIZE: Final = 1 << 20
"""Bytes: some 250 pages of the index."""
_MODEST: Final = 4
"""It is taken only if the disk has so many times as much; but once it was needed, as soon as there is room for it."""


class Reserve:
    """A file of the profile that is of no other use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changing = threading.Lock()
        self._least = _MODEST * _SIZE

    def take(self) -> None:
        """Have it, if there is room enough. From any thread; never fails."""
        with self._changing, suppress(OSError):
            disk = os.statvfs(self._path.parent)
            if self._path.exists() or disk.f_bavail * disk.f_frsize < self._least:
                return
            descriptor = open_own_file(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            try:
                _allocate(descriptor)
            except OSError:
                self._path.unlink()
            finally:
                os.close(descriptor)

    def give_up(self) -> bool:
        """Let others have the room. False: there was none."""
        with self._changing, suppress(OSError):
            found = self._path.lstat()
            if stat.S_ISREG(found.st_mode):
                self._path.unlink()
                self._least = _SIZE
                return found.st_size > 0
        return False


def _allocate(descriptor: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, _SIZE)
    else:
        os.write(descriptor, b"x" * _SIZE)
