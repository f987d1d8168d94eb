"""Deleting a profile: its own files and nothing else. Whoever keeps other things in the folder finds them there."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.storage.errors import disk_errors
from engine.storage.profile import BODIES_NAME, INDEX_NAME, LOCK_NAME, Profile
from engine.storage.repairs import LOST_NAME

_OWN: Final = re.compile(r"reserve|(?:index|index-damaged-\d+|salvaged|salvaging)\.sqlite(?:-wal|-shm|-journal|-wal-saved)?")
_FOLDER: Final = re.compile(r"[0-9a-f]{5,}")
_BODY: Final = re.compile(r"[0-9a-f]{8,}")
_LOST_BODY: Final = re.compile(r"[0-9a-f]{8,}(?:-\d+)?")


def delete_profile(profile: Profile) -> list[Path]:
    """Delete the files of a profile, and its folder if nothing else is in it. Returns what else there is.

    Who is interrupted can do it again: the index goes after all others. Raises StorageError.
    """
    folder = profile.folder
    with disk_errors(folder):
        for one in (folder / BODIES_NAME).glob("*"):
            if _FOLDER.fullmatch(one.name) and _is_a_folder(one):
                _delete_files(one, _BODY)
        _delete_files(folder / LOST_NAME, _LOST_BODY)
        _delete_files(folder, _OWN, last=INDEX_NAME)
        with suppress(OSError):
            (folder / BODIES_NAME).rmdir()
        left = sorted(path for path in folder.rglob("*") if path.name != LOCK_NAME or path.parent != folder)
        (folder / LOCK_NAME).unlink(missing_ok=True)
        if not left:
            folder.rmdir()
    return left


def _delete_files(folder: Path, name: re.Pattern[str], last: str = "") -> None:
    """Delete the plain files in `folder` that are called so, and it if nothing is left in it."""
    if not _is_a_folder(folder):
        return
    for path in sorted(folder.iterdir(), key=lambda path: path.name == last):
        if name.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _is_a_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
