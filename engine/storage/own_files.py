"""The files of a profile are plain files. Who prepared the folder may have put other things in their place: links to files of the
user, FIFOs that nobody writes to, devices. They are never followed, waited for, cut or written.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFDIR: "a folder",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFREG: "a file",
}


class InItsPlace(OSError):
    """Something of another kind is where a file or folder of ours belongs. Becomes a `StorageError` in `disk_errors`."""


def open_own_file(path: Path, flags: int, mode: int = 0o600) -> int:
    """The descriptor of a plain file. `flags`: as of `os.open`; a file is cut (O_TRUNC) only once it is known to be one.

    Raises OSError.
    """
    try:
        descriptor = os.open(
            path, flags & ~os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, mode
        )
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            refuse_what_is_no(stat.S_IFREG, path)
        raise
    try:
        _check(stat.S_IFREG, os.fstat(descriptor).st_mode, path)
        if flags & os.O_TRUNC:
            os.ftruncate(descriptor, 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_there(path: Path) -> bool:
    """Whether there is anything at `path`; a link counts, wherever it leads to."""
    return os.path.lexists(path)


def refuse_what_is_no(kind: int, path: Path) -> None:
    """Raise InItsPlace when there is something at `path`, and it is no `kind`: S_IFREG for a file, S_IFDIR for a folder."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    _check(kind, mode, path)


def _check(kind: int, mode: int, path: Path) -> None:
    if stat.S_IFMT(mode) != kind:
        found = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise InItsPlace(errno.EINVAL, f"{found} is in the place of {_KINDS[kind]} of the profile", str(path))
