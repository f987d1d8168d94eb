"""Rows that we would never have written: values of another type, texts and JSON that are none, nonsense. Part of the checker.

SQLite keeps whatever it is given, and a profile may come from elsewhere. `readers` make of a row what the engine makes of it,
and raise where that is impossible: the packages above have them, since only they know what a record means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from engine.storage.errors import ProfileDamaged, what_was_stored
from engine.storage.index import Index, from_blob
from engine.storage.repairs import count_owners, count_usage, set_unowned_aside
from engine.storage.salvage import WRITE_NOTE
from engine.storage.schema import JSON_COLUMNS, JSON_ITEMS, WORDS, tables

Reader: TypeAlias = Callable[[Mapping[str, Any]], object]
"""Makes sense of a row, given by its columns' names. Raises what `what_was_stored` knows."""

_TYPES: Final = {"INTEGER": ("integer",), "REAL": ("real", "integer"), "TEXT": ("text",), "BLOB": ("blob",)}
"""The declared type of a column → the types of values that it may hold."""
_LARGEST: Final = 1 << 53
"""No number that we store is larger: bytes, seconds, ids."""
_COUNTERS: Final = "sqlite_sequence"
"""SQLite's own table of the last ids of tables that give none twice. What is wrong with one of its rows is wrong with every id to come."""


@dataclass(frozen=True, slots=True)
class DamagedRow:
    """A row that makes no sense. `key`: the type and the value (a text as bytes) of each column of its primary key."""

    table: str
    key: tuple[tuple[str, Any], ...]
    what: str

    def __str__(self) -> str:
        values = (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for _, value in self.key)
        return f"{self.table} {', '.join(values)}"


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    types: tuple[str, ...] | None
    """None: any."""
    kinds: tuple[type | None, ...] | None
    """Of the JSON in it; None: it holds none."""
    items: type
    """Of the lists in it."""
    words: frozenset[str] | None
    place_in_key: int


def damaged_rows(index: Index, readers: Mapping[str, Reader]) -> Iterator[DamagedRow]:
    """Every row that makes no sense, each once."""
    for table in tables():
        columns = _columns(index, table)
        reader = readers.get(table)
        select = ", ".join(f"typeof({column.name}), {column.name}" for column in columns)
        for row in index.rows_with_raw_texts(f"SELECT {select} FROM {table}"):
            values = [(type_.decode(), raw) for type_, raw in zip(row[::2], row[1::2], strict=True)]
            try:
                with what_was_stored(index.path):
                    read = {column.name: _value(column, *value) for column, value in zip(columns, values, strict=True)}
                    if reader is not None:
                        reader(read)
            except ProfileDamaged as error:
                key = tuple(value for column, value in zip(columns, values, strict=True) if column.place_in_key)
                yield DamagedRow(table, key, str(error.__cause__))
    for name, last in index.rows(f"SELECT name, seq FROM {_COUNTERS}"):
        if type(last) is not int or not 0 <= last < _LARGEST:
            yield DamagedRow(_COUNTERS, (("text", str(name).encode()),), f"the last id is {last!r}")


def first_damage(index: Index) -> str | None:
    """Which row is of a kind that we never store, in words; None if there is none."""
    row = next(damaged_rows(index, {}), None)
    return None if row is None else f"{row}: {row.what}"


def delete_damaged_rows(index: Index, rows: Iterable[DamagedRow]) -> None:
    """Delete rows that make no sense. Bytes that were theirs alone are set aside; what refers to them is found dangling."""
    index.execute("PRAGMA foreign_keys = OFF")
    try:
        with index.transaction():
            _delete(index, rows)
    finally:
        index.execute("PRAGMA foreign_keys = ON")


def _delete(index: Index, rows: Iterable[DamagedRow]) -> None:
    index.execute(WRITE_NOTE)
    for row in rows:
        # NB: a counter that is gone goes on after the largest id that there is.
        names = ["name"] if row.table == _COUNTERS else _key_of(index, row.table)
        # Texts that are none cannot be given to SQLite as texts.
        where = " AND ".join(f"typeof({name}) = ? AND CAST({name} AS BLOB) IS CAST(? AS BLOB)" for name in names)
        index.execute(f"DELETE FROM {row.table} WHERE {where}", [part for value in row.key for part in value])
    count_owners(index)
    set_unowned_aside(index)
    count_usage(index)


def _key_of(index: Index, table: str) -> list[str]:
    return [column.name for column in _columns(index, table) if column.place_in_key]


def _columns(index: Index, table: str) -> list[_Column]:
    return [
        _Column(
            name,
            (*_TYPES[type_], *(() if not_null or key else ("null",))) if type_ else None,
            JSON_COLUMNS.get((table, name)),
            JSON_ITEMS.get((table, name), object),
            WORDS.get((table, name)),
            key,
        )
        for _, name, type_, not_null, _, key in index.rows(f"PRAGMA table_info({table})")
    ]


def _value(column: _Column, type_: str, raw: Any) -> Any:
    """What a column holds. Raises ValueError, TypeError."""
    if column.types is not None and type_ not in column.types:
        raise TypeError(f"{column.name} is of the type {type_}")
    if type_ in ("integer", "real") and not -_LARGEST < raw < _LARGEST:
        raise ValueError(f"{column.name} is {raw}")
    value = raw.decode() if type_ == "text" else raw
    if type_ == "blob" and column.types is not None:
        from_blob(raw)  # all of ours are strings of scripts
    if column.words is not None and value not in column.words:
        raise ValueError(f"{column.name} is {value}")
    if column.kinds is not None and value is not None:
        parsed = json.loads(value)
        if not any(parsed is None if kind is None else isinstance(parsed, kind) for kind in column.kinds):
            raise TypeError(f"{column.name} is JSON of another kind")
        if isinstance(parsed, list) and not all(isinstance(item, column.items) for item in parsed):
            raise TypeError(f"{column.name} is a list of other things")
    return value
