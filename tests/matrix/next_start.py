"""The next start: what a profile says when it is opened again, and whether it keeps its own rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from engine.storage import Index, NewCacheEntry, Storage, StorageError, change_entries, entries_with_url, open_cache
from engine.storage.profile import BODIES_NAME, INDEX_NAME, LOCK_NAME
from engine.storage.repairs import DOWNLOADED, LOST_NAME, OWNED, USAGE
from engine.storage.reserve import RESERVE_NAME
from engine.storage.schema import tables

LIMIT = 1 << 30
"""Bytes that a site may use."""
DOWNLOADS = "downloads"
"""The folder beside the profile for what is saved for people."""
CANARY = "https://canary.test"
_CANARY_BODY = b"still sings" * 300

Rows: TypeAlias = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Story:
    """Everything a profile says: its rows, and with those of bodies what is in their files."""

    rows: dict[str, Rows]

    def without_canary(self) -> Story:
        return Story({table: tuple(row for row in rows if CANARY not in row) for table, rows in self.rows.items()})

    def difference(self, other: Story) -> str:
        parts = []
        for table in self.rows:
            ours, theirs = set(self.rows[table]), set(other.rows[table])
            if ours != theirs:
                parts.append(f"{table}: more {_short(ours - theirs)}, less {_short(theirs - ours)}")
        return "; ".join(parts) or "none"


@dataclass
class Found:
    """What the next start found. `problems`: in words, each beginning with its kind."""

    story: Story | None
    problems: list[str] = field(default_factory=list)


async def next_start(profile: Path, prepare: Callable[[Path], None] | None = None) -> Found:
    """Open a profile, read all of it, store one thing more, close it.

    `prepare`: what a user does first.
    """
    try:
        if prepare is not None:
            prepare(profile)
        storage = await Storage.open(profile, limit=LIMIT)
    except Exception as error:
        return Found(None, [f"does not open: {type(error).__name__}: {error}"])
    found = Found(None)
    try:
        storage.index.bodies.wait_for_removals()
        found.story = read(storage.index, found.problems)
        try:
            await _store_one_thing_more(storage, found.problems)
        except StorageError as error:
            found.problems.append(f"does not go on: {error}")
    finally:
        await storage.close()
    return found


def read(index: Index, problems: list[str]) -> Story:
    """All rows that say something, and what breaks a rule."""
    rows: dict[str, Rows] = {}
    files = {
        path.relative_to(index.bodies.folder).as_posix(): path
        for path in index.bodies.folder.rglob("*")
        if path.is_file()
    }
    with index.transaction():
        for table in tables():
            rows[table] = tuple(sorted(index.rows(f"SELECT * FROM {table}"), key=repr))
        bodies = index.rows("SELECT id, storage_key, size, state, owners FROM bodies ORDER BY id")
    rows["profile"] = ()  # whether the last run ended well
    rows["usage"] = tuple(row for row in rows["usage"] if row[1])
    told = []
    for body_id, storage_key, size, state, owners in bodies:
        path = files.pop(index.bodies.path(body_id).relative_to(index.bodies.folder).as_posix(), None)
        content = b"" if path is None else path.read_bytes()
        if (size and len(content) < size) or (path is None and state == "complete"):
            problems.append(f"a row without its bytes: {len(content)} of {size} of body {body_id}")
        if not owners:
            problems.append(f"a body without an owner: body {body_id}")
        told.append((body_id, storage_key, size, state, hashlib.sha256(content[:size]).hexdigest()))
    rows["bodies"] = tuple(told)
    problems += [f"a file without an owner: {name}" for name in sorted(files)]
    problems += [f"a wrong count: {what}" for what in _wrong_counts(index)]
    folder = index.path.parent
    known = {LOCK_NAME, BODIES_NAME, LOST_NAME, RESERVE_NAME, INDEX_NAME, f"{INDEX_NAME}-wal"}
    problems += [
        f"a file without an owner: {path.name}"
        for path in folder.iterdir()
        if path.name not in known and not path.name.startswith("index-damaged-")
    ]
    rows["files set aside"] = _files(folder / LOST_NAME)
    rows["saved files"] = tuple(one for one in _files(folder.parent / DOWNLOADS) if not str(one[0]).endswith(".part"))
    return Story(rows)


def _wrong_counts(index: Index) -> list[str]:
    """What the triggers keep, counted anew."""
    counts = {
        "owners": f"SELECT id, owners, {OWNED} FROM bodies WHERE owners <> {OWNED}",
        "progress": f"SELECT id, downloaded, {DOWNLOADED} FROM background_fetches WHERE records_available AND downloaded <> {DOWNLOADED}",
    }
    with index.transaction():
        wrong = [f"{name}: {row}" for name, select in counts.items() for row in index.rows(select)]
        noted = {key: row for key, *row in index.rows("SELECT storage_key, used, reserved FROM usage") if any(row)}
        used = {key: row for key, *row in index.rows(USAGE) if any(row)}
    if noted != used:
        wrong.append(f"usage: {noted}, {used} used")
    return wrong


async def _store_one_thing_more(storage: Storage, problems: list[str]) -> None:
    body = await storage.store_bytes(CANARY, _CANARY_BODY)
    cache = await storage.run(open_cache, CANARY, "canary")
    await storage.run(change_entries, cache, put=[NewCacheEntry(CANARY, "GET", {}, {}, body=body)])
    (entry, *more) = await storage.run(entries_with_url, cache, CANARY)
    if more or entry.body is None or await entry.body.read_all() != _CANARY_BODY:
        problems.append("does not go on: what is stored now is not what is read")


def _files(folder: Path) -> Rows:
    if not folder.exists():
        return ()
    return tuple((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(folder.iterdir()))


def _short(rows: set[tuple[Any, ...]]) -> str:
    return " ".join(str(row)[:160] for row in sorted(rows, key=repr)[:3]) or "nothing"
