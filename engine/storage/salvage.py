"""Saving what can be read of a damaged index.

The tables of a damaged database are read from both ends, each until the damage; what was read is written into a new
index, whose counts check.py then puts right. The damaged file is kept beside it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from engine.storage.errors import disk_errors
from engine.storage.schema import APPLICATION_ID, MIGRATIONS, VERSION, tables


def salvage_index(path: Path) -> Path:
    """Replace the index at `path` by one with every row that can be read of it.

    Returns where the damaged one was put.
    """
    rescue = path.with_name("salvaged.sqlite")
    kept = _free_name(path)
    with disk_errors(path):
        rescue.unlink(missing_ok=True)
        os.close(os.open(rescue, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(rescue, isolation_level=None)) as new:
            new.executescript(
                f"""BEGIN; {" ".join(MIGRATIONS)}
                    PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"""
            )
            _copy(path, new)
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                file.rename(kept.with_name(kept.name + suffix))
        rescue.rename(path)
    return kept


def _copy(path: Path, new: sqlite3.Connection) -> None:
    triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        new.execute(f"DROP TRIGGER {name}")
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as damaged:
        damaged.text_factory = lambda text: text.decode("utf-8", "replace")
        for table in tables():
            new.execute("BEGIN")
            _copy_table(table, damaged, new)
            new.execute("COMMIT")
    # What could not be read may have left others without what they refer to; check.py counts the rest anew.
    for _, statement in triggers:
        new.execute(statement)


def _copy_table(table: str, damaged: sqlite3.Connection, new: sqlite3.Connection) -> None:
    information = new.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [column[1] for column in information]
    keys = [column[1] for column in sorted(information, key=lambda column: column[5]) if column[5]]
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{key} {direction}" for key in keys)
        rows = _readable_rows(damaged, f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED ORDER BY {order}") or []
        for row in rows:
            with suppress(sqlite3.Error):
                new.execute(insert, row)


def _readable_rows(damaged: sqlite3.Connection, select: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    with suppress(sqlite3.Error):
        for row in damaged.execute(select):
            rows.append(row)
    return rows


def _free_name(path: Path) -> Path:
    number = 1
    while (candidate := path.with_name(f"{path.stem}-damaged-{number}{path.suffix}")).exists():
        number += 1
    return candidate
