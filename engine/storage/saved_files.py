"""Files that are saved for people, outside the profile: what a site offers for download. Ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Final

from engine.event_loop import run_to_its_end_on_thread
from engine.storage.errors import StorageFailed, disk_errors
from engine.storage.flushing import flush_folder, flush_to_disk, make_folder

_LONGEST: Final = 200  # bytes of a name, so that there is room for a number and for ".part"
_MOST_NAMESAKES: Final = 1000
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


def safe_file_name(name: str) -> str:
    """`name` as that of a file in any folder: no path, nothing hidden, nothing that is shown as something else."""
    name = _UNSAFE.sub("_", name.strip()).strip(" .") or "download"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        stem, dot, ending = name, "", ""
    room = _LONGEST - len(f"{dot}{ending}".encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending


class SavedFile:
    """A file that is being written: under a name that ends in ".part", until it is complete. Never over another one."""

    def __init__(self, folder: Path, name: str, threads: Executor) -> None:
        self._folder = folder
        self._name = safe_file_name(name)
        self._threads = threads
        self._part: Path | None = None
        self._descriptor = -1

    async def begin(self) -> None:
        """Make the folder and the file. Raises StorageError, as all that follow."""
        await run_to_its_end_on_thread(self._threads, self._begin)

    async def append(self, chunk: bytes) -> None:
        await run_to_its_end_on_thread(self._threads, self._append, chunk)

    async def finish(self) -> Path:
        """It is complete, and on the disk; where it lies."""
        return await run_to_its_end_on_thread(self._threads, self._finish)

    async def discard(self) -> None:
        """It will not be complete. Does nothing to what is."""
        await run_to_its_end_on_thread(self._threads, self._discard)

    def _begin(self) -> None:
        with disk_errors(self._folder):
            make_folder(self._folder, 0o777)
            self._part, self._descriptor = self._new(".part")

    def _append(self, chunk: bytes) -> None:
        with disk_errors(self._folder / self._name):
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def _finish(self) -> Path:
        assert self._part is not None
        with disk_errors(self._folder / self._name):
            flush_to_disk(self._descriptor)
            place = self._take_place(self._part)
            try:
                flush_folder(self._folder)
            except OSError:
                place.unlink()
                raise
            self._part.unlink(missing_ok=True)
            self._part = None
        self._close()
        return place

    def _take_place(self, part: Path) -> Path:
        """Give what is complete its name, which is nobody else's."""
        for place in self._names(""):
            try:
                os.link(part, place)
            except FileExistsError:
                continue
            except OSError:
                break  # a file system without links
            return place
        # An empty file holds the place, so that the move cannot take somebody else's.
        place, descriptor = self._new("")
        os.close(descriptor)
        return part.replace(place)

    def _discard(self) -> None:
        self._close()
        if self._part is not None:
            with disk_errors(self._part):
                self._part.unlink(missing_ok=True)
            self._part = None

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _new(self, suffix: str) -> tuple[Path, int]:
        """A file that was not there before, and its descriptor: "a.txt", else "a (1).txt", …"""
        for path in self._names(suffix):
            try:
                return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
            except FileExistsError:
                continue
        raise StorageFailed(self._folder / self._name, "there are too many files of this name")

    def _names(self, suffix: str) -> Iterator[Path]:
        name = Path(self._name)
        for number in range(_MOST_NAMESAKES):
            numbered = self._name if number == 0 else f"{name.stem} ({number}){name.suffix}"
            yield self._folder / (numbered + suffix)
