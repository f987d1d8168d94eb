"""Body files that nobody needs any more. They wait until the index's log, which says so, is on the disk."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from engine.storage.errors import StorageError
from engine.storage.flushing import flush_folder

_PATIENCE: Final = 1.0
"""Seconds."""
_SHORT: Final = 64 << 20
"""Bytes: with less on the disk nothing waits."""


class DoomedFiles:
    """OPTIMIZATION: they wait for a flush that is made anyway, but not long, and not at all where room is short."""

    def __init__(self, folder: Path, path: Callable[[int], Path], *, is_lasting: bool) -> None:
        """`path`: of a body's file, by its number."""
        self._folder = folder
        self._path = path
        self._is_lasting = is_lasting
        self.flush_log: Callable[[], object] = lambda: None
        """Called before files are deleted. They stay when it raises StorageError."""
        self.when_there_is_room: Callable[[], object] = lambda: None
        """Called after that."""
        self._waiting: list[int] = []
        self._since = 0.0
        self._changing = threading.Lock()
        self._deleting = threading.Lock()
        self._thinned: set[Path] = set()
        self._some_stay = False
        self._deletions = 0

    def add(self, body_ids: Iterable[int]) -> None:
        """They have no row, or the last commit has deleted it."""
        with self._changing:
            if not self._waiting:
                self._since = time.monotonic()
            self._waiting += body_ids

    @property
    def patience(self) -> float | None:
        """Seconds for which they may still wait; None: there are none."""
        if not self._waiting:
            return None
        return 0.0 if self.is_short_of_room() else max(0.0, self._since + _PATIENCE - time.monotonic())

    def is_short_of_room(self) -> bool:
        """Whether the disk is full, or soon will be."""
        try:
            disk = os.statvfs(self._folder)
        except OSError:
            return False
        return disk.f_bavail * disk.f_frsize < _SHORT

    def delete(self) -> bool:
        """Delete all of them now. On any thread; waits for others that do. Returns whether there is more room than before."""
        deletions = self._deletions
        with self._deleting:
            with self._changing:
                doomed, self._waiting = self._waiting, []
            if not doomed:
                return self._deletions != deletions
            try:
                self.flush_log()
            except StorageError:
                self._some_stay = True
                return False
            self.delete_files(doomed)
            self._deletions += 1
            self.when_there_is_room()
            return True

    def delete_files(self, body_ids: Iterable[int]) -> None:
        """Delete files. One that will not go is found without a row at the next start, which tries again."""
        for body_id in body_ids:
            path = self._path(body_id)
            try:
                path.unlink()
            except FileNotFoundError:
                continue
            except OSError:
                self._some_stay = True
            self._thinned.add(path.parent)

    def are_gone_for_good(self) -> bool:
        """Delete all of them, and see that no power loss brings any back. False: some are still there."""
        self.delete()
        with self._deleting:
            thinned, self._thinned = self._thinned, set()
        if self._is_lasting:
            try:
                for folder in thinned:
                    flush_folder(folder)
            except OSError:
                self._some_stay = True
        return not self._some_stay
