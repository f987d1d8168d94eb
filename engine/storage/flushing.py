"""How bytes get to the disk, and are made to survive a power loss on each platform."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

# macOS: fsync leaves the bytes in the drive's cache; this asks the drive too.
_FULL_FLUSH: int | None = getattr(fcntl, "F_FULLFSYNC", None)


def write_all(descriptor: int, chunk: bytes | bytearray | memoryview, offset: int) -> None:
    """Write all of `chunk`. Raises OSError."""
    written = os.pwrite(descriptor, chunk, offset)
    if written < len(chunk):
        # A disk that is nearly full takes a part; asking again for the rest says why.
        view = memoryview(chunk)
        while written < len(chunk):
            written += os.pwrite(descriptor, view[written:], offset + written)


def flush_to_disk(descriptor: int) -> None:
    """Return when the file's bytes, and what is needed to find them, are on the disk."""
    if _FULL_FLUSH is not None:
        fcntl.fcntl(descriptor, _FULL_FLUSH)
    else:
        os.fdatasync(descriptor)


def flush_folder(folder: Path) -> None:
    """Return when the names of the files in `folder` are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder, and those above it, where they are missing; their names are on the disk then. Raises OSError."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for one in missing:
        with suppress(PermissionError):  # one that may be passed through and not be read
            flush_folder(one.parent)
