"""What can be read of the tables of a damaged database.

First as SQLite reads it, from both ends of a table until the damage. Where that does not come through, also from its pages: those
that the table's root leads to; and those that nothing leads to any more, if they are of no use to another table, and are not
known to be free.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

from engine.storage.database_pages import INDEX_LEAF, TABLE_LEAF, Pages, Record, Tree, Value, read_pages
from engine.storage.schema import VERSION, Column, Table, tables_at

Rows: TypeAlias = tuple[Sequence[str], list[tuple[Any, ...]]]
"""The names of the columns, and the rows."""

_TYPES: Final[dict[str, tuple[type, ...]]] = {"INTEGER": (int,), "REAL": (float, int), "TEXT": (str,), "BLOB": (bytes,)}
_COUNTED_ANEW: Final = frozenset({"usage", "profile"})
"""Tables of which stray pages are of no use; entries of indexes look like their rows."""


class DamagedDatabase:
    """The database at `path`, if there is one. Nothing is written."""

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        self._pages: Pages | None = None
        self._trees: dict[str, Tree] = {}
        self._strays: list[Tree] | None = None
        if path.exists():
            # NB: SQLite would clear away the log of a file that it cannot read.
            self._pages = read_pages(path)
            with suppress(sqlite3.Error):
                self._connection = sqlite3.connect(path, isolation_level=None)
                self._connection.text_factory = lambda text: text.decode("utf-8", "replace")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def rows(self, table: str, wanted: Sequence[str]) -> Iterator[Rows]:
        """What can be read of a table, many rows twice. Columns that it does not have (it is of an earlier format) are left out."""
        is_whole = False
        with suppress(sqlite3.Error):
            for columns, rows, is_whole in self._until_the_damage(table, wanted):
                yield columns, rows
                if is_whole:
                    return
        if self._pages is not None:
            yield from self._from_pages(table, wanted)

    def _until_the_damage(self, table: str, wanted: Sequence[str]) -> Iterator[tuple[Sequence[str], list[tuple[Any, ...]], bool]]:
        if self._connection is None:
            return
        found = self._connection.execute(f"PRAGMA table_info({table})").fetchall()
        columns = [column[1] for column in found if column[1] in wanted]
        if not columns:
            return
        for direction in ("ASC", "DESC"):
            rows: list[tuple[Any, ...]] = []
            is_whole = False
            with suppress(sqlite3.Error):
                for row in self._connection.execute(
                    f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED ORDER BY {self._order(table, direction)}"
                ):
                    rows.append(row)
                is_whole = True
            yield columns, rows, is_whole

    def _order(self, table: str, direction: str) -> str:
        """That in which the rows lie: any other would have them all read before the first is given."""
        columns, is_by_key = tables_at(VERSION)[table]
        if not is_by_key:
            return f"rowid {direction}"
        keys = sorted((column.key, column.name) for column in columns if column.key)
        return ", ".join(f"{name} {direction}" for _, name in keys)

    def _from_pages(self, table: str, wanted: Sequence[str]) -> Iterator[Rows]:
        assert self._pages is not None
        form = tables_at(self._version).get(table)
        if form is None:
            return
        names = [column.name for column in form.columns]
        kept = [place for place, name in enumerate(names) if name in wanted]
        tree = self._tree_of(table)
        records = list(tree.records) if tree is not None else []
        if (tree is None or not tree.is_whole) and table not in _COUNTED_ANEW:
            for stray in self._stray_pages():
                if self._whose(stray) == table:
                    records += stray.records
        rows = [row for record in records if (row := _row(form, record)) is not None]
        yield [names[place] for place in kept], [tuple(row[place] for place in kept) for row in rows]

    @property
    def _version(self) -> int:
        assert self._pages is not None
        return self._pages.version if 0 < self._pages.version <= VERSION else VERSION

    def _tree_of(self, name: str) -> Tree | None:
        assert self._pages is not None
        if not self._trees:
            self._trees = {one: self._pages.tree(root) for one, root in self._pages.roots().items()}
        return self._trees.get(name)

    def _stray_pages(self) -> list[Tree]:
        """Pages with rows that nothing leads to."""
        assert self._pages is not None
        if self._strays is None:
            self._strays = []
            free = self._pages.free_pages()
            if free is not None and self._tree_of("profile") is not None:
                reached = {1}.union(free, *(tree.pages for tree in self._trees.values()))
                strays = [number for number in range(2, self._pages.count + 1) if number not in reached]
                self._strays = [self._pages.tree(number) for number in strays if self._pages.kind(number) in (TABLE_LEAF, INDEX_LEAF)]
        return self._strays

    def _whose(self, stray: Tree) -> str | None:
        """The one table of which a page must be."""
        tables = [
            table
            for table, form in tables_at(self._version).items()
            if table not in _COUNTED_ANEW
            and ((tree := self._tree_of(table)) is None or not tree.is_whole)
            and all(_row(form, record) is not None for record in stray.records)
        ]
        return tables[0] if len(tables) == 1 and stray.records else None


def _row(form: Table, record: Record) -> list[Value] | None:
    """The values in the order of the columns; None: it is no row of this table."""
    columns = form.columns
    number, values = record
    if (number is None) != form.is_by_key or len(values) > len(columns):
        return None
    if number is None:
        # Its key comes first.
        order = [*sorted((c for c in columns if c.key), key=lambda c: c.key), *(c for c in columns if not c.key)]
        if len(values) != len(order):
            return None
        by_name = {column.name: value for column, value in zip(order, values, strict=True)}
        values = [by_name[column.name] for column in columns]
    else:
        values = [*values, *[None] * (len(columns) - len(values))]
        values = [number if column.is_number and value is None else value for column, value in zip(columns, values, strict=True)]
    return values if all(_fits(column, value) for column, value in zip(columns, values, strict=True)) else None


def _fits(column: Column, value: Value) -> bool:
    if value is None:
        return not column.is_needed
    return column.type not in _TYPES or isinstance(value, _TYPES[column.type])
