"""A disk of 8 MB."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.storage import Index, StorageFull, flushing
from engine.storage.reserve import RESERVE_NAME

SIZE = 8 << 20


@dataclass
class SmallDisk:
    folder: Path
    is_real: bool

    @property
    def free(self) -> int:
        if self.is_real:
            disk = os.statvfs(self.folder)
            return disk.f_bavail * disk.f_frsize
        return SIZE - _size(self.folder)

    def fill(self, *, with_the_reserve: bool = False) -> Path:
        """Somebody else takes all the rest. `with_the_reserve`: also what the profile has kept back."""
        if with_the_reserve:
            (self.folder / "profile" / RESERVE_NAME).unlink(missing_ok=True)
        ballast = self.folder / "ballast"
        if not self.is_real:
            ballast.write_bytes(bytes(max(0, self.free)))
            return ballast
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        return ballast


def _size(folder: Path) -> int:
    size = 0
    for inside, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # it has just been deleted
                size += (Path(inside) / name).stat().st_size
    return size


@contextmanager
def a_small_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """A disk of its own where one may be mounted; else what is written is counted, at the storage's door."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    is_real = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    disk = SmallDisk(folder, is_real)
    if not is_real:
        _count(disk, monkeypatch)
    try:
        yield disk
    finally:
        if is_real:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def _count(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    write: Callable[..., None] = flushing.write_all

    def write_what_fits(descriptor: int, chunk: bytes, offset: int) -> None:
        if len(chunk) > disk.free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(descriptor, chunk, offset)

    def look(path: object) -> SimpleNamespace:
        return SimpleNamespace(f_frsize=1, f_blocks=SIZE, f_bfree=max(0, disk.free), f_bavail=max(0, disk.free))

    forget, reclaim = Index._forget_unowned_bodies, Index.reclaim

    def refuse_without_room(index: Index) -> None:
        forget(index)
        if disk.free <= 0:
            raise StorageFull(index.path, "database or disk is full")

    def reclaim_or_refuse(index: Index) -> None:
        if index.row("SELECT 1 FROM bodies WHERE owners = 0"):  # else nothing is written
            reclaim(index)

    monkeypatch.setattr(flushing, "write_all", write_what_fits)
    monkeypatch.setattr(os, "statvfs", look)
    monkeypatch.setattr(Index, "_forget_unowned_bodies", refuse_without_room)
    monkeypatch.setattr(Index, "reclaim", reclaim_or_refuse)
