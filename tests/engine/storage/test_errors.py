from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from engine.storage.errors import (
    BodyLost,
    ProfileDamaged,
    ProfileInUse,
    ProfileNotWritable,
    QuotaExceeded,
    StorageError,
    StorageFailed,
    StorageFull,
    body_errors,
    disk_errors,
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EACCES, ProfileNotWritable),
        (errno.EROFS, ProfileNotWritable),
        (errno.ENOENT, StorageFailed),
        (errno.EIO, StorageFailed),
        (errno.EMFILE, StorageFailed),
    ],
)
def test_what_the_system_says_is_mapped(number: int, expected: type[StorageError]) -> None:
    with pytest.raises(expected, match=os.strerror(number)) as caught, disk_errors("/the/place"):
        raise OSError(number, os.strerror(number))
    assert caught.value.where == "/the/place"
    assert caught.value.to_do
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_CORRUPT, ProfileDamaged),
        (sqlite3.SQLITE_CORRUPT_INDEX, ProfileDamaged),
        (sqlite3.SQLITE_NOTADB, ProfileDamaged),
        (sqlite3.SQLITE_READONLY, ProfileNotWritable),
        (sqlite3.SQLITE_CANTOPEN, ProfileNotWritable),
        (sqlite3.SQLITE_BUSY, ProfileInUse),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageFailed),
    ],
)
def test_what_sqlite_says_is_mapped(code: int, expected: type[StorageError]) -> None:
    error = sqlite3.DatabaseError("because")
    error.sqlite_errorcode = code
    with pytest.raises(expected), disk_errors("/the/place"):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.IntegrityError("x"),
        sqlite3.ProgrammingError("x"),
        sqlite3.OperationalError("no such table"),
        ValueError("x"),
    ],
)
def test_faults_of_ours_stay_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, disk_errors("/the/place"):
        raise error
    assert caught.value is error


def test_errors_that_have_their_meaning_already_keep_it() -> None:
    error = QuotaExceeded("https://site.test", 1, 2, 3)
    with pytest.raises(QuotaExceeded) as caught, disk_errors("/the/place"):
        raise error
    assert caught.value is error
    assert str(error).startswith("1 bytes asked for, but 2 of 3 are in use (https://site.test). Delete something")


def test_a_body_file_that_is_gone_is_told_from_other_failures() -> None:
    with pytest.raises(BodyLost, match="its file is gone"), body_errors(Path("/the/place")):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")
    with pytest.raises(StorageFailed, match="Input/output error"), body_errors(Path("/the/place")):
        raise OSError(errno.EIO, "Input/output error")
