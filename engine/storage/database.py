"""The database file: opened, known to be ours, brought to the newest format."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

from engine.storage.body_files import BodyFiles
from engine.storage.errors import NotAProfile, ProfileDamaged, ProfileTooNew
from engine.storage.log import COPY
from engine.storage.own_files import open_own_file, refuse_what_is_no
from engine.storage.schema import APPLICATION_ID, MIGRATIONS, VERSION, strange_definition


def connect(path: Path, bodies: BodyFiles) -> sqlite3.Connection:
    """The database at `path`, for one thread at a time.

    Raises OSError, sqlite3.Error, NotAProfile, ProfileTooNew, ProfileDamaged.
    """
    # The file is made by us first, so that nobody else can read it; and SQLite would follow links.
    os.close(open_own_file(path, os.O_RDWR | os.O_CREAT))
    for suffix in ("-wal", "-shm", "-journal"):
        refuse_what_is_no(stat.S_IFREG, path.with_name(path.name + suffix))
    with suppress(OSError):  # a process ended while it made it
        path.with_name(f"{path.name}-wal{COPY}").unlink()
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        # The profile's lock keeps others out, so the database need not ask at each transaction whether they came.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA trusted_schema = OFF")
        version = _format(connection, path)
        if version == 0 and bodies.sizes():
            # NB: a new profile has none before its tables are on the disk; these would be written over.
            raise ProfileDamaged(path, "it is empty, and there are bodies")
        connection.execute("PRAGMA foreign_keys = ON")
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":  # which is all that SQLite says of it
            raise OSError(errno.EIO, "the log of the index cannot be begun")
        connection.execute(
            "PRAGMA wal_autocheckpoint = 0"
        )  # the index says when: nothing it may take back must be in there
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if bodies.is_lasting else 'OFF'}")
        _migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _format(connection: sqlite3.Connection, path: Path) -> int:
    """The format a database has, 0: it is new. Raises NotAProfile, ProfileTooNew, ProfileDamaged; changes nothing."""
    application, version, tables = connection.execute(
        """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
           FROM pragma_application_id, pragma_user_version"""
    ).fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise NotAProfile(path)
    if version > VERSION:
        raise ProfileTooNew(path, version, VERSION)
    if version and (strange := strange_definition(connection, version)) is not None:
        raise ProfileDamaged(path, strange)
    return int(version)


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(
            f"""BEGIN IMMEDIATE; {migration}
                PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT;"""
        )
