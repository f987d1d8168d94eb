"""The pages of a database file, read without SQLite, which gives up a table where a page on the way to its rows is damaged.
https://www.sqlite.org/fileformat2.html

Only what is in use is read: pages on the list of free ones, and rows that were deleted from a page, stay what they are. Whatever
does not add up is left out.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

Value: TypeAlias = int | float | str | bytes | None
Record: TypeAlias = tuple[int | None, list[Value]]
"""The row's number, where it has one, and the values as they lie there."""

TABLE_LEAF: Final = 0x0D
TABLE_INTERIOR: Final = 0x05
INDEX_LEAF: Final = 0x0A
INDEX_INTERIOR: Final = 0x02
_HEADER_SIZE: Final = {TABLE_LEAF: 8, INDEX_LEAF: 8, TABLE_INTERIOR: 12, INDEX_INTERIOR: 12}
_PAGE_SIZE: Final = 4096
"""Of our databases, should the file not say."""
_INTEGER_SIZES: Final = (0, 1, 2, 3, 4, 6, 8)


class Unreadable(Exception):
    """It does not add up."""


@dataclass(slots=True)
class Tree:
    """What was found below one root."""

    records: list[Record] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    """Also those that long records run on in."""
    is_whole: bool = True


class Pages:
    """The file, and over it what the log has of each page (page → bytes)."""

    def __init__(self, data: bytes, log: dict[int, bytes]) -> None:
        self._data = data
        self._log = log
        self._size = page_size(data)
        first = log.get(1, data)
        self._header = first[:100].ljust(100, b"\0")
        self.count = max([len(data) // self._size, *log])

    @property
    def version(self) -> int:
        """`PRAGMA user_version`."""
        return int.from_bytes(self._header[60:64], "big")

    def roots(self) -> dict[str, int]:
        """The names of tables and indexes, and where each begins."""
        return {
            str(record[1]): record[3]
            for _, record in self.tree(1).records
            if len(record) == 5 and isinstance(record[3], int) and record[3] > 0
        }

    def tree(self, root: int) -> Tree:
        """What is below a page."""
        tree = Tree()
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in tree.pages:
                continue
            tree.pages.add(number)
            try:
                waiting += self._look_into(number, tree)
            except (Unreadable, IndexError, struct.error):
                tree.is_whole = False
        return tree

    def free_pages(self) -> set[int] | None:
        """Those that are not in use; None: it cannot be told."""
        trunk, count = struct.unpack_from(">II", self._header, 32)
        free: set[int] = set()
        with suppress(Unreadable, struct.error):
            while trunk and trunk not in free:
                free.add(trunk)
                page = self._page(trunk)
                trunk, leaves = struct.unpack_from(">II", page)
                free.update(struct.unpack_from(f">{leaves}I", page, 8))
            return free if len(free) == count else None
        return None

    def kind(self, number: int) -> int | None:
        """Of the tree that a page looks like a part of."""
        with suppress(Unreadable):
            page = self._page(number)
            return page[100 if number == 1 else 0]
        return None

    def _page(self, number: int) -> bytes:
        page = self._log.get(number)
        if page is None:
            page = self._data[(number - 1) * self._size : number * self._size] if number > 0 else b""
        if len(page) != self._size:
            raise Unreadable
        return page

    def _look_into(self, number: int, tree: Tree) -> list[int]:
        """Add the records of one page. Returns the pages below it."""
        page = self._page(number)
        start = 100 if number == 1 else 0
        kind = page[start]
        if kind not in _HEADER_SIZE:
            raise Unreadable
        (cells,) = struct.unpack_from(">H", page, start + 3)
        pointers = struct.unpack_from(f">{cells}H", page, start + _HEADER_SIZE[kind])
        below = []
        for pointer in pointers:
            try:
                place = pointer
                if kind in (TABLE_INTERIOR, INDEX_INTERIOR):
                    below.append(int.from_bytes(page[place : place + 4], "big"))
                    place += 4
                if kind != TABLE_INTERIOR:
                    tree.records.append(self._cell(page, place, kind, tree.pages))
            except (Unreadable, IndexError, struct.error):
                tree.is_whole = False
        if kind in (TABLE_INTERIOR, INDEX_INTERIOR):
            below.append(int.from_bytes(page[start + 8 : start + 12], "big"))
        return below

    def _cell(self, page: bytes, place: int, kind: int, pages: set[int]) -> Record:
        size, place = _varint(page, place)
        row = None
        if kind == TABLE_LEAF:
            row, place = _varint(page, place)
            if row >= 1 << 63:
                row -= 1 << 64
        if size > self.count * self._size:
            raise Unreadable
        here, usable = self._size_here(size, kind)
        payload = page[place : place + here]
        if here < size:
            (following,) = struct.unpack_from(">I", page, place + here)
            parts, length = [payload], here
            while length < size:
                overflow = self._page(following)
                pages.add(following)
                (following,) = struct.unpack_from(">I", overflow)
                parts.append(overflow[4:usable])
                length += len(parts[-1])
            payload = b"".join(parts)[:size]
        if len(payload) != size:
            raise Unreadable
        return row, _values(payload)

    def _size_here(self, size: int, kind: int) -> tuple[int, int]:
        """How much of a record lies in its page itself, and how much of a page there is to use."""
        usable = self._size - self._header[20]
        most = usable - 35 if kind == TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if size <= most:
            return size, usable
        least = (usable - 12) * 32 // 255 - 23
        here = least + (size - least) % (usable - 4)
        return (here if here <= most else least), usable


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for count in range(8):
        byte = data[place + count]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + count + 1
    return value << 8 | data[place + 8], place + 9


def _values(payload: bytes) -> list[Value]:
    """The values of a record, which has to come out even."""
    end, place = _varint(payload, 0)
    values: list[Value] = []
    body = end
    while place < end:
        kind, place = _varint(payload, place)
        value, size = _value(kind, payload, body)
        values.append(value)
        body += size
    if place != end or body != len(payload):
        raise Unreadable
    return values


def _value(kind: int, payload: bytes, place: int) -> tuple[Value, int]:
    if kind == 0:
        return None, 0
    if kind < 7:
        size = _INTEGER_SIZES[kind]
        return int.from_bytes(payload[place : place + size], "big", signed=True), size
    if kind == 7:
        return struct.unpack_from(">d", payload, place)[0], 8
    if kind in (8, 9):
        return kind - 8, 0
    if kind < 12:
        raise Unreadable
    size = (kind - 12) // 2
    raw = payload[place : place + size]
    if len(raw) != size:
        raise Unreadable
    return (raw.decode("utf-8", "replace") if kind % 2 else raw), size


def page_size(data: bytes) -> int:
    """Bytes."""
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else _PAGE_SIZE


_FRAME: Final = 24
"""Bytes, of the head of one."""
_LOG: Final = 32
"""Bytes, of the head of the log."""


def pages_of_a_log(log: bytes) -> dict[int, bytes]:
    """What the log has of each page: up to the last whole transaction before anything that does not add up."""
    if len(log) < _LOG:
        return {}
    magic, _, size, _, *rest = struct.unpack(">8I", log[:_LOG])
    order = {0x377F0682: "<", 0x377F0683: ">"}.get(magic)
    if order is None or size < 512:
        return {}
    salts, found = rest[:2], tuple(rest[2:])
    sums = _checksum(order, log[: _LOG - 8], (0, 0))
    if sums != found:
        return {}
    pages: dict[int, bytes] = {}
    uncommitted: dict[int, bytes] = {}
    for start in range(_LOG, len(log) - _FRAME - size + 1, _FRAME + size):
        number, after, *rest = struct.unpack(">6I", log[start : start + _FRAME])
        page = log[start + _FRAME : start + _FRAME + size]
        sums = _checksum(order, page, _checksum(order, log[start : start + 8], sums))
        if rest[:2] != salts or tuple(rest[2:]) != sums:
            break
        uncommitted[number] = page
        if after:
            pages.update(uncommitted)
            uncommitted.clear()
    return pages


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    one, other = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for place in range(0, len(words), 2):
        one = (one + words[place] + other) & 0xFFFFFFFF
        other = (other + words[place + 1] + one) & 0xFFFFFFFF
    return one, other


def read_pages(path: Path) -> Pages:
    """Raises OSError."""
    log = path.with_name(path.name + "-wal")
    return Pages(path.read_bytes(), pages_of_a_log(log.read_bytes()) if log.is_file() else {})
