"""A profile with some of everything, in a file of many pages, some of which were in use before and are not now."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from engine.storage import (
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    RecordState,
    Storage,
    StoredCookie,
    StoredRegistration,
    StoredScript,
    StoredWorker,
    change_cookies,
    change_entries,
    change_known_hosts,
    create_background_fetch,
    finish_background_fetch,
    open_cache,
    save_local_storage,
    save_permission,
    save_records,
    save_registration,
)
from engine.storage.schema import MIGRATIONS, tables

SITES = ("https://one.test", "https://two.test")


async def make(folder: Path, killed: Path) -> None:
    """The profile, closed in good order; and, at `killed`, as it is when the process dies before that."""
    storage = await Storage.open(folder)
    for site in SITES:
        await _fill(storage, site)
    # Rows that are gone, and of which pages may still tell.
    gone = await storage.run(open_cache, SITES[0], "gone")
    ids = await storage.run(change_entries, gone, put=[_entry(f"{SITES[0]}/gone/{number}") for number in range(80)])
    await storage.run(change_entries, gone, delete=ids)
    shutil.copytree(folder, killed)
    await storage.close()


async def _fill(storage: Storage, site: str) -> None:
    for name in ("v1", "v2"):
        cache = await storage.run(open_cache, site, name)
        put = [_entry(f"{site}/{name}/{number}") for number in range(40)]
        for number, entry in enumerate(put[:6]):
            entry.body = await storage.store_bytes(site, f"{site} {name} {number} ".encode() * 40)
        await storage.run(change_entries, cache, put=put)
    items = {f"key {number}": "value " * (number % 50) for number in range(70)} | {"long": "x" * 20_000}
    await storage.run(save_local_storage, site, items, False)
    domain = site.removeprefix("https://")
    cookies = [
        StoredCookie(f"n{number}", "v" * 60, domain, "/", 4e9, True, False, "lax", number, number, False, "")
        for number in range(50)
    ]
    await storage.run(change_cookies, save=cookies)
    await storage.run(change_known_hosts, save=[(f"h{number}.{domain}", 4e9, True) for number in range(50)])
    for number in range(30):
        await storage.run(save_permission, f"https://p{number}.{domain}", "notifications", "granted")
    for scope in ("a", "b"):
        scripts = [
            StoredScript(
                f"{site}/{scope}/{name}.js",
                {"status": 200},
                await storage.store_bytes(site, f"// {site} {scope} {name}".encode()),
            )
            for name in ("sw", "import")
        ]
        worker = StoredWorker(f"{site} {scope}", "active", "activated", scripts[0].url, "classic", scripts)
        await storage.run(save_registration, StoredRegistration(site, f"{site}/{scope}/", "imports", None, [worker]))
    for developer_id in ("active", "over"):
        await _fill_fetch(storage, site, developer_id)


async def _fill_fetch(storage: Storage, site: str, developer_id: str) -> None:
    urls = [f"{site}/{developer_id}/{number}" for number in range(12)]
    records = [NewRecord({"url": url, "method": "GET", "headers": [["a", "b" * 400]]}) for url in urls]
    records[0].request["method"] = "POST"
    records[0].body = await storage.store_bytes(site, f"upload to {urls[0]}".encode() * 30)
    creator: dict[str, Any] = {"origin": "null", "policy_container": {}}
    new = NewBackgroundFetch(
        site, f"{site}/a/", developer_id, f"{site} {developer_id}", "title", [], creator, 0.0, 0, 0, records
    )
    fetch = await storage.run(create_background_fetch, new)
    states = []
    for position in range(1, 6):
        data = f"answer of {urls[position]} ".encode() * 100
        states.append(
            RecordState(fetch, position, {"status": 200}, await storage.store_bytes(site, data), None, "success", 1)
        )
    async with storage.new_body(site) as writer:
        await writer.append(f"half of {urls[6]} ".encode() * 100)
    states.append(RecordState(fetch, 6, {"status": 200}, writer.body, None, "", 1))
    await storage.run(save_records, states)
    if developer_id == "over":
        await storage.run(finish_background_fetch, fetch, "success", "")


def _entry(url: str) -> NewCacheEntry:
    return NewCacheEntry(url, "GET", {"url": url, "padding": "x" * 300}, {"status": 200})


def _keys() -> dict[str, list[str]]:
    database = sqlite3.connect(":memory:")
    database.executescript(" ".join(MIGRATIONS))
    found = {}
    for table in tables():
        information = database.execute(f"PRAGMA table_info({table})").fetchall()
        found[table] = [column[1] for column in sorted(information, key=lambda column: column[5]) if column[5]]
    database.close()
    return found


KEYS = _keys()
"""Table → the columns of its primary key."""

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, dict[str, Any]]]
"""Table → primary key → column → value."""


def rows_of(folder: Path) -> Rows:
    """Every row of a profile that is whole."""
    database = sqlite3.connect(folder / "index.sqlite")
    database.row_factory = sqlite3.Row
    found: Rows = {}
    for table in tables():
        rows = [dict(row) for row in database.execute(f"SELECT * FROM {table}")]
        found[table] = {tuple(row[key] for key in KEYS[table]): row for row in rows}
    database.close()
    return found


def readable_rows_of(folder: Path, whole: Rows) -> dict[str, set[Key]]:
    """Which rows SQLite still reads as they were, each asked for by its key."""
    found: dict[str, set[Key]] = {table: set() for table in whole}
    try:
        database = sqlite3.connect(folder / "index.sqlite")
        database.row_factory = sqlite3.Row
        for table, rows in whole.items():
            for key, row in rows.items():
                where = " AND ".join(f"{name} = ?" for name in KEYS[table])
                try:
                    one = database.execute(f"SELECT * FROM {table} WHERE {where}", key).fetchone()
                except sqlite3.Error:
                    continue
                if one is not None and dict(one) == row:
                    found[table].add(key)
        database.close()
    except sqlite3.Error:
        pass
    return found


def bytes_of_bodies(folder: Path, place: str = "bodies") -> dict[str, bytes]:
    """The name of each file → what is in it."""
    return {
        path.name: path.read_bytes() for path in (folder / place).rglob("*") if path.is_file() and not path.is_symlink()
    }
