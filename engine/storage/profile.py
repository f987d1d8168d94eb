"""The profile folder: everything the user keeps.

PROFILE/            0700
    lock            held while a browser has the profile open; says which process
    index.sqlite    what there is (index.py)
    reserve         room that is kept back (reserve.py)
    bodies/         the bytes (bodies.py)

Where the checker has been there may also be:

    lost/                    files that no row spoke of any more (repairs.py)
    index-damaged-1.sqlite   an index that could not be read (salvage.py)
    salvaged.sqlite          the one that is to take its place, while that is being done; before that salvaging.sqlite
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.storage.bodies import Bodies
from engine.storage.check_rows import first_damage
from engine.storage.errors import (
    UNFINISHED_REPAIR,
    NotAProfile,
    ProfileDamaged,
    ProfileInUse,
    ProfileNotWritable,
    disk_errors,
)
from engine.storage.flushing import flush_folder, make_folder
from engine.storage.index import Index
from engine.storage.own_files import is_there, open_own_file, refuse_what_is_no
from engine.storage.quota import Quota, share_of_the_disk
from engine.storage.salvage import SALVAGED_NAME, is_salvage_unfinished

INDEX_NAME: Final = "index.sqlite"
BODIES_NAME: Final = "bodies"
LOCK_NAME: Final = "lock"
_MARKS: Final = (INDEX_NAME, LOCK_NAME, SALVAGED_NAME)
"""A folder that has one of them is a profile."""


def is_a_profile(folder: Path) -> bool:
    """Whether there is a profile in `folder`, be it damaged."""
    return any(is_there(folder / name) for name in _MARKS)


class Profile:
    """An open profile folder. Its lock is ours until `close`."""

    def __init__(self, folder: Path, *, temporary: bool = False) -> None:
        """Take the folder, making it where it is not there.

        Raises ProfileInUse, ProfileNotWritable, NotAProfile, StorageFull.
        """
        self.folder = folder.absolute()
        self.is_temporary = temporary
        with disk_errors(self.folder):
            _make_folder(self.folder)
            self._lock: int | None = _take_lock(self.folder)
            try:
                refuse_what_is_no(stat.S_IFDIR, self.bodies_folder)
                if not self.bodies_folder.exists():
                    if not temporary:
                        flush_folder(self.folder)  # by its lock it is known as a profile, whatever else a power loss takes
                    self.bodies_folder.mkdir(mode=0o700)
            except BaseException:
                os.close(self._lock)
                raise

    @classmethod
    def make_temporary(cls) -> Profile:
        """A profile that is removed when it is closed."""
        with disk_errors(tempfile.gettempdir()):
            return cls(Path(tempfile.mkdtemp(prefix="afterpage-")), temporary=True)

    @property
    def index_path(self) -> Path:
        return self.folder / INDEX_NAME

    @property
    def bodies_folder(self) -> Path:
        return self.folder / BODIES_NAME

    @property
    def has_bodies(self) -> bool:
        """Whether there are files of bodies."""
        return any(path.is_file() for path in self.bodies_folder.glob("*/*"))

    def open_index(self, limit: int | None = None) -> Index:
        """Open what is in it. `limit`: bytes each storage key may use, by default a share of the disk.

        Raises ProfileDamaged, ProfileTooNew, ProfileNotWritable, StorageFull.
        """
        if is_salvage_unfinished(self.index_path):
            raise ProfileDamaged(self.index_path, UNFINISHED_REPAIR)
        if not is_there(self.index_path) and self.has_bodies:
            raise ProfileDamaged(self.index_path, "it is gone, and there are bodies")
        quota = Quota(share_of_the_disk(self.folder) if limit is None else limit)
        bodies = Bodies(self.bodies_folder, is_lasting=not self.is_temporary)
        index = Index(self.index_path, bodies, quota, first_damage)
        if not self.is_temporary:
            # SQLite has done so for the name of its log, too, but does not look at the answer.
            try:
                with disk_errors(self.folder):
                    flush_folder(self.folder)
            except BaseException:
                index.close()
                raise
        return index

    def close(self) -> None:
        """Let the folder go; a temporary one is removed. Running it again does nothing."""
        if self._lock is None:
            return
        if self.is_temporary:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)
        self._lock = None


def _make_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotAProfile(folder)
    make_folder(folder, 0o700)
    names = {entry.name for entry in os.scandir(folder)}
    if names and names.isdisjoint(_MARKS):
        raise NotAProfile(folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ProfileNotWritable(folder, "permission denied")
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _take_lock(folder: Path) -> int:
    lock = open_own_file(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException as error:
        holder = os.pread(lock, 32, 0).strip()
        os.close(lock)
        if isinstance(error, BlockingIOError):
            raise ProfileInUse(folder, int(holder) if holder.isdigit() else None) from None
        raise
    # Who has it is said out of courtesy; and a profile on a full disk has to be opened to be emptied.
    with suppress(OSError):
        process = f"{os.getpid()}\n".encode()
        os.ftruncate(lock, os.pwrite(lock, process, 0))
    return lock
