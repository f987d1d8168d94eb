"""Saving what can be read of a damaged index, so that it may be interrupted at any moment.

What was read is written into a new index, beside the damaged one and under a name of its own, with a note in it that rows
were lost. Once that is on the disk, its renaming decides: from then on it is the index, and all that is left to do is to move
the damaged one out of its way. Until then nothing has happened. A profile that is in between is opened by nobody; the checker
finishes what was begun.

The note stays until the checker has looked at all the rest: who finds it knows that files without rows may be somebody's.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from engine.storage.errors import disk_errors
from engine.storage.flushing import flush_folder, flush_to_disk
from engine.storage.own_files import is_there, open_own_file, refuse_what_is_no
from engine.storage.readable_rows import DamagedDatabase
from engine.storage.schema import APPLICATION_ID, MIGRATIONS, VERSION, tables

SALVAGING_NAME: Final = "salvaging.sqlite"
SALVAGED_NAME: Final = "salvaged.sqlite"
SUFFIXES: Final = ("-wal", "-shm", "-journal", "")
"""Of the files of a database, itself last."""

NOTE: Final = "rows were lost"
"""The name of the row of `profile` that says so."""
WRITE_NOTE: Final = f"INSERT OR REPLACE INTO profile (name, value) VALUES ('{NOTE}', 1)"


def salvage_index(path: Path) -> Path:
    """Replace the index at `path`, if there is one, by one with every row that can be read of it.

    Returns where the damaged one was put. Raises StorageError.
    """
    new = path.with_name(SALVAGING_NAME)
    with disk_errors(path):
        for suffix in SUFFIXES:
            new.with_name(new.name + suffix).unlink(missing_ok=True)
        descriptor = open_own_file(new, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        try:
            with closing(sqlite3.connect(new, isolation_level=None)) as connection:
                _fill(path, connection)
            flush_to_disk(descriptor)
        finally:
            os.close(descriptor)
        new.rename(path.with_name(SALVAGED_NAME))
        flush_folder(path.parent)
    return finish_salvage(path)


def is_salvage_unfinished(path: Path) -> bool:
    """Whether a salvaged index waits to take the place of the one at `path`."""
    return is_there(path.with_name(SALVAGED_NAME))


def finish_salvage(path: Path) -> Path:
    """Put the salvaged index in its place. Returns where the damaged one was put. Raises StorageError."""
    with disk_errors(path):
        refuse_what_is_no(stat.S_IFREG, path.with_name(SALVAGED_NAME))
        kept = _free_name(path)
        for suffix in SUFFIXES:
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
        path.with_name(SALVAGED_NAME).rename(path)
        flush_folder(path.parent)
    return kept


def _fill(path: Path, new: sqlite3.Connection) -> None:
    new.execute("PRAGMA journal_mode = MEMORY")  # what is interrupted is thrown away
    new.execute("PRAGMA synchronous = OFF")  # it is flushed at its end
    new.executescript(
        f"""BEGIN; {" ".join(MIGRATIONS)}
            PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"""
    )
    triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    new.execute("BEGIN")
    for name, _ in triggers:
        new.execute(f"DROP TRIGGER {name}")
    with closing(DamagedDatabase(path)) as damaged:
        for table in tables():
            _copy_table(table, damaged, new)
    new.execute(WRITE_NOTE)
    # What could not be read may have left others without what they refer to; check.py counts the rest anew.
    for _, statement in triggers:
        new.execute(statement)
    new.execute("COMMIT")


def _copy_table(table: str, damaged: DamagedDatabase, new: sqlite3.Connection) -> None:
    wanted = [column[1] for column in new.execute(f"PRAGMA table_info({table})")]
    for columns, rows in damaged.rows(table, wanted):
        insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        for row in rows:
            with suppress(sqlite3.Error):  # a row that breaks our constraints is none of ours
                new.execute(insert, row)


def _free_name(path: Path) -> Path:
    """A name under which the files of the index can be kept, beside those that were kept there before (or just now)."""
    number = 1
    while True:
        kept = path.with_name(f"{path.stem}-damaged-{number}{path.suffix}")
        taken = [suffix for suffix in SUFFIXES if is_there(kept.with_name(kept.name + suffix))]
        if "" not in taken and not any(is_there(path.with_name(path.name + suffix)) for suffix in taken):
            return kept
        number += 1
