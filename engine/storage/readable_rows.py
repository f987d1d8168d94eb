"""What can be read of the tables of a damaged database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeAlias

Rows: TypeAlias = tuple[Sequence[str], Iterator[tuple[Any, ...]]]
"""The names of the columns, and the rows."""


def readable_rows(path: Path, table: str, columns: Sequence[str]) -> Iterator[Rows]:
    """The rows of a table, from both of its ends until the damage; many of them twice.

    `columns`: those that are wanted; one that it does not have (it is of an earlier format) is left out.
    """
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as damaged:
        damaged.text_factory = lambda text: text.decode("utf-8", "replace")
        found = damaged.execute(f"PRAGMA table_info({table})").fetchall()
        there = [column[1] for column in found if column[1] in columns]
        keys = [column[1] for column in sorted(found, key=lambda column: column[5]) if column[5]]
        for direction in ("ASC", "DESC"):
            order = ", ".join(f"{key} {direction}" for key in keys)
            yield there, _until_the_damage(damaged, f"SELECT {', '.join(there)} FROM {table} NOT INDEXED ORDER BY {order}")


def _until_the_damage(damaged: sqlite3.Connection, select: str) -> Iterator[tuple[Any, ...]]:
    with suppress(sqlite3.Error):
        yield from damaged.execute(select)
