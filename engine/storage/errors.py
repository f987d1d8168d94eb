"""What can go wrong on the disk, and the one place where foreign errors become these.

    StorageError
    ├── ProfileError             the profile as a whole cannot be used
    │   ├── ProfileInUse         another process, or another browser of this one, has it open
    │   ├── ProfileTooNew        a later version of this software wrote it
    │   ├── ProfileNotWritable   permissions, or a read-only disk
    │   ├── ProfileDamaged       the index is not readable, or does not say what we would have written
    │   ├── ForeignFile          a link, a FIFO, a folder or a device in the place of one of its files
    │   └── NotAProfile          a folder that holds something else
    ├── QuotaExceeded            a storage key has used what it may
    ├── StorageFull              the disk itself, or the user's share of it, is full
    ├── BodyLost                 a body file that should be there is not
    └── StorageFailed            the disk refused for another reason

Faults of ours (a constraint broken, a wrong statement) are not mapped: they are bugs and propagate as they are.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from engine.storage.own_files import InItsPlace
from engine.webidl.exceptions import JSTypeError


class StorageError(Exception):
    """The disk did not do what was asked: what happened, where, and what can be done about it."""

    def __init__(self, what: str, where: Path | str, to_do: str) -> None:
        super().__init__(what, where, to_do)
        self.what = what
        self.where = str(where)
        self.to_do = to_do

    def __str__(self) -> str:
        return f"{self.what} ({self.where}). {self.to_do}"


class ProfileError(StorageError):
    """The profile as a whole cannot be used."""


class ProfileInUse(ProfileError):
    """Another process holds the profile's lock. `process` is its id, None when it could not be learnt."""

    def __init__(self, where: Path | str, process: int | None) -> None:
        who = "another process" if process is None else f"process {process}"
        super().__init__(f"The profile is in use by {who}", where, "End it first, or choose another profile folder.")
        self.process = process


class ProfileTooNew(ProfileError):
    """A later version of this software wrote the profile.

    `version` is its format, `supported` the newest this software reads.
    """

    def __init__(self, where: Path | str, version: int, supported: int) -> None:
        super().__init__(
            f"The profile has format {version}, but this version of Afterpage reads up to {supported}",
            where,
            "Update Afterpage, or choose another profile folder.",
        )
        self.version = version
        self.supported = supported


class ProfileNotWritable(ProfileError):
    """The profile folder, or something in it, cannot be written."""

    def __init__(self, where: Path | str, reason: str) -> None:
        super().__init__(
            f"The profile cannot be written: {reason}",
            where,
            "Change its permissions, or choose another profile folder.",
        )


UNFINISHED_REPAIR: Final = "its repair has not come to its end"


class ProfileDamaged(ProfileError):
    """The index of the profile is not a readable database."""

    def __init__(self, where: Path | str, reason: str) -> None:
        super().__init__(
            f"The profile is damaged: {reason}",
            where,
            "`afterpage doctor --repair` on the profile folder saves what can be saved; or choose another profile folder.",
        )


class ForeignFile(ProfileError):
    """Something of another kind is in the place of one of the profile's files."""

    def __init__(self, where: Path | str, reason: str) -> None:
        super().__init__(
            f"The profile is not as we left it: {reason}", where, "Take it away, or choose another profile folder."
        )


class NotAProfile(ProfileError):
    """The folder exists and holds other things."""

    def __init__(self, where: Path | str) -> None:
        super().__init__("The folder is not a profile and is not empty", where, "Choose an empty or a new folder.")


class QuotaExceeded(StorageError):
    """A storage key may not use that much. All figures in bytes; `used` includes what is reserved."""

    def __init__(self, storage_key: str, requested: int, used: int, quota: int) -> None:
        super().__init__(
            f"{requested} bytes asked for, but {used} of {quota} are in use",
            storage_key,
            "Delete something stored for this origin, or raise its quota.",
        )
        self.storage_key = storage_key
        self.requested = requested
        self.used = used
        self.quota = quota


class StorageFull(StorageError):
    """There is no room left on the disk."""

    def __init__(self, where: Path | str, reason: str) -> None:
        super().__init__(f"The disk is full: {reason}", where, "Free some space and try again.")


class BodyLost(StorageError):
    """The bytes of a stored body are gone, or fewer than were promised."""

    def __init__(self, where: Path | str, reason: str) -> None:
        super().__init__(
            f"A stored body cannot be read: {reason}",
            where,
            "Fetch it again; `afterpage doctor --repair` cleans the profile up.",
        )


class StorageFailed(StorageError):
    """The disk refused, for the reason it gave."""

    def __init__(self, where: Path | str, reason: str) -> None:
        super().__init__(f"The disk refused: {reason}", where, "Check the disk and try again.")


_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_FORBIDDEN = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
_FORBIDDEN_SQLITE = frozenset(
    (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH)
)
_DAMAGED_SQLITE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT))
_BUSY_SQLITE = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))


def is_full(error: OSError) -> bool:
    """Whether it says that there is no room on the disk."""
    return error.errno in _FULL


def storage_error(error: OSError | sqlite3.Error, where: Path | str) -> Exception:
    """What a foreign error means here. Returns the error itself where it can only be a fault of ours."""
    if isinstance(error, OSError):
        return _meaning_of_os_error(error, where)
    if isinstance(error, (sqlite3.OperationalError, sqlite3.DatabaseError)) and not isinstance(
        error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)
    ):
        return _meaning_of_sqlite_error(error, where)
    return error


def _meaning_of_os_error(error: OSError, where: Path | str) -> StorageError:
    reason = error.strerror or str(error)
    if isinstance(error, InItsPlace):
        return ForeignFile(error.filename, reason)
    if error.errno in _FULL:
        return StorageFull(where, reason)
    if error.errno in _FORBIDDEN:
        return ProfileNotWritable(where, reason)
    return StorageFailed(where, reason)


def _meaning_of_sqlite_error(error: sqlite3.Error, where: Path | str) -> Exception:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    reason = str(error)
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(where, reason)
    if code in _DAMAGED_SQLITE:
        return ProfileDamaged(where, reason)
    if code in _FORBIDDEN_SQLITE:
        return ProfileNotWritable(where, reason)
    if code in _BUSY_SQLITE:
        return ProfileInUse(where, None)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL):
        return StorageFailed(where, reason)
    return error


@contextmanager
def disk_errors(where: Path | str) -> Iterator[None]:
    """Map whatever the disk raises inside to a `StorageError` about `where`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        meaning = storage_error(error, where)
        if meaning is error:
            raise
        try:
            raise meaning from error
        finally:
            del meaning  # or this frame holds the error that holds it, and with it all that others were about to do


def without_frames(error: StorageError) -> StorageError:
    """The same without what was called when it was raised: so it can be kept, and holds nothing but what it says."""
    cause: BaseException | None = error
    while cause is not None:
        cause.__traceback__, cause = None, cause.__cause__
    error.__context__ = None
    return error


@contextmanager
def body_errors(file: Path) -> Iterator[None]:
    """The same about a body file that should be there."""
    try:
        with disk_errors(file):
            yield
    except ForeignFile as error:
        raise BodyLost(file, error.what) from error.__cause__
    except StorageFailed as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise BodyLost(file, "its file is gone") from error.__cause__
        raise


NONSENSE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    JSTypeError,
)
"""How making sense of values fails that are of other types, or say other things, than what we store; or ours fails, without any."""


@contextmanager
def what_was_stored(where: Path | str) -> Iterator[None]:
    """For making sense of rows: they are what we wrote, unless somebody has changed them. Raises ProfileDamaged then."""
    try:
        yield
    except NONSENSE as error:
        raise ProfileDamaged(where, f"what is stored makes no sense ({type(error).__name__}: {error})") from error
