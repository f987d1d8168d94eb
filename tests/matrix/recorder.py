"""What this process asks of the disk, recorded call by call, and refused where that is wanted: system_calls.c seen from Python.

The library has to be loaded before the C library, so the process has to be started anew with it: `start_with_the_library`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

SOURCE: Final = Path(__file__).with_name("system_calls.c")
ROOT: Final = Path(__file__).resolve().parents[2]
_VARIABLE: Final = "AFTERPAGE_MATRIX_LIBRARY"


class Call(IntEnum):
    CREATE = 1
    WRITE = 2
    CUT = 3
    FLUSH = 4
    UNLINK = 5
    RENAME = 6
    MKDIR = 7
    RMDIR = 8
    MARK = 9
    LINK = 10
    STRANGE = 11
    REFUSED = 12


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call. `number`: an offset, a length, a mark; `path`: from the root; `other`: the new name, where there is one."""

    call: Call
    inode: int
    number: int
    path: str
    other: str = ""
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which calls are refused, counted from now on.

    `until_the_end`: all from the n-th on; of the n-th, if it is a write, a part is done, as on a disk with a little room left.
    """

    what: str
    number: int
    until_the_end: bool = False

    @property
    def kind(self) -> int:
        return {"room": 1, "flush": 2, "write": 3}[self.what]

    @property
    def error(self) -> int:
        return {"room": errno.ENOSPC, "flush": errno.EIO, "write": errno.EIO}[self.what]


def why_not() -> str | None:
    """Why nothing can be recorded here; None: it can."""
    if not sys.platform.startswith("linux"):
        return "system calls are recorded on Linux only"
    if shutil.which("cc") is None:
        return "there is no C compiler"
    return None


def start_with_the_library(arguments: Sequence[str]) -> int:
    """Run `python -m tests.matrix` with these arguments in a process that records. Returns its status."""
    with TemporaryDirectory(prefix="afterpage-matrix-") as folder:
        library = Path(folder) / "system_calls.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl", "-lpthread"], check=True)
        environment = {**os.environ, "LD_PRELOAD": str(library), _VARIABLE: str(library)}
        return subprocess.run(
            [sys.executable, "-m", "tests.matrix", *arguments], env=environment, cwd=ROOT, check=False
        ).returncode


def is_recording_process() -> bool:
    return _VARIABLE in os.environ


class Recorder:
    """The library in this process. One at a time."""

    def __init__(self, folder: Path) -> None:
        """`folder`: flushes below it cost nothing."""
        library = self._library = ctypes.CDLL(os.environ[_VARIABLE])
        library.matrix_end.restype = ctypes.c_size_t
        library.matrix_record.restype = ctypes.POINTER(ctypes.c_ubyte)
        library.matrix_set_up(os.fsencode(folder))
        self._root = ""

    def begin(self, root: Path) -> None:
        self._root = str(root)
        self._library.matrix_begin(os.fsencode(root))

    def mark(self, number: int) -> None:
        self._library.matrix_mark(ctypes.c_int64(number))

    def refuse(self, refusal: Refusal | None) -> None:
        if refusal is None:
            self._library.matrix_refuse(0, 0, 0, 0)
        else:
            self._library.matrix_refuse(refusal.kind, refusal.number, refusal.error, int(refusal.until_the_end))

    @property
    def has_refused(self) -> bool:
        return bool(self._library.matrix_has_refused())

    def end(self) -> list[Recorded]:
        length = self._library.matrix_end()
        return list(self._read(ctypes.string_at(self._library.matrix_record(), length)) if length else ())

    def _read(self, record: bytes) -> Iterator[Recorded]:
        at = 0
        while at < len(record):
            kind, _, inode, number, length = struct.unpack_from("=BiQqI", record, at)
            at += struct.calcsize("=BiQqI")
            first = record[at : at + length]
            at += length
            (length,) = struct.unpack_from("=I", record, at)
            second = record[at + 4 : at + 4 + length]
            at += 4 + length
            call = Call(kind)
            if call is Call.STRANGE and second.endswith(b"-shm"):
                continue  # SQLite's shared memory, which whoever opens a database first makes anew
            if call is Call.STRANGE:
                raise AssertionError(f"{first.decode()} changed {second.decode()}, of which nothing is recorded")
            if call is Call.WRITE:
                yield Recorded(call, inode, number, self._from_root(second), data=first)
            elif call is Call.MARK:
                yield Recorded(call, 0, number, "")
            else:
                yield Recorded(call, inode, number, self._from_root(first), self._from_root(second) if second else "")

    def _from_root(self, path: bytes) -> str:
        return os.path.normpath(os.fsdecode(path)).removeprefix(self._root).lstrip("/")
