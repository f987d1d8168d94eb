"""The profiles with which journeys begin."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from engine.storage import (
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    RecordState,
    Storage,
    StoredBody,
    StoredCookie,
    StoredRegistration,
    StoredScript,
    StoredWorker,
    all_entries,
    change_cookies,
    change_entries,
    change_known_hosts,
    create_background_fetch,
    doom_cache,
    finish_background_fetch,
    open_cache,
    save_local_storage,
    save_permission,
    save_records,
    save_registration,
)

SITE = "https://site.test"
OTHER = "https://other.test"
SMALL = b"small " * 500
BIG = bytes(range(256)) * 560
"""More than is kept in memory."""
NOW = 1_700_000_000.0


def entry(path: str, body: StoredBody | None) -> NewCacheEntry:
    return NewCacheEntry(f"{SITE}{path}", "GET", {"method": "GET"}, {"status": 200}, body=body)


def registration(scope: str, script: StoredBody | None, unique_id: str) -> StoredRegistration:
    scripts = [] if script is None else [StoredScript(f"{SITE}/sw.js", {"status": 200}, script)]
    worker = StoredWorker(unique_id, "active", "activated", f"{SITE}/sw.js", "classic", scripts, event_types=["fetch"])
    return StoredRegistration(SITE, SITE + scope, "imports", NOW, [worker])


def background_fetch(name: str, *bodies: StoredBody | None) -> NewBackgroundFetch:
    records = [NewRecord({"url": f"{SITE}/{name}/{number}"}, body) for number, body in enumerate(bodies)]
    return NewBackgroundFetch(
        SITE,
        f"{SITE}/app/",
        name,
        f"unique-{name}",
        name.title(),
        [{"src": "/icon"}],
        {"origin": SITE},
        NOW,
        1 << 20,
        0,
        records,
    )


def cookie(name: str, expiry: float | None = NOW + 1000, domain: str = "site.test") -> StoredCookie:
    return StoredCookie(name, "value", domain, "/", expiry, True, True, "Lax", NOW, NOW, False)


async def furnish(storage: Storage) -> None:
    """Some of everything."""
    for scope in ("/app/", "/shop/"):
        script = await storage.store_bytes(SITE, scope.encode() * 300)
        await storage.run(save_registration, registration(scope, script, f"worker of {scope}"))
    for site, name in ((SITE, "v1"), (SITE, "v2"), (OTHER, "v1")):
        cache = await storage.run(open_cache, site, name)
        put = [entry("/small", await storage.store_bytes(site, SMALL)), entry("/none", None)]
        if name == "v1":
            put.append(entry("/big", await storage.store_bytes(site, BIG)))
        await storage.run(change_entries, cache, put=put)
    upload = await storage.store_bytes(SITE, SMALL)
    downloads = await storage.run(create_background_fetch, background_fetch("downloads", upload, None, None))
    await _note_response(storage, downloads, 1, BIG, "")
    for name, event_due in (("ended", True), ("settled", False)):
        number = await storage.run(create_background_fetch, background_fetch(name, None))
        await _note_response(storage, number, 0, SMALL, "success")
        await storage.run(finish_background_fetch, number, "success", "", event_due=event_due)
    cookies = [cookie("a"), cookie("session", None), cookie("old", NOW - 1), cookie("b", domain="www.site.test")]
    await storage.run(change_cookies, save=cookies)
    await storage.run(save_local_storage, SITE, {"one": "1", "two": "2"}, False)
    await storage.run(save_permission, SITE, "notifications", "granted")
    await storage.run(save_permission, OTHER, "notifications", "denied")
    await storage.run(change_known_hosts, save=[("site.test", NOW, True), ("www.site.test", NOW, False)])


async def _note_response(storage: Storage, fetch: int, position: int, data: bytes, result: str) -> None:
    writer = storage.new_body(SITE, reserved=True)
    await writer.append(data)
    await (writer.finish() if result else writer.pause())
    state = RecordState(fetch, position, {"status": 200}, writer.body, {"etag": "1"}, result, 1)
    await storage.run(save_records, [state])


async def leave_much_undone(storage: Storage) -> object:
    """What a process was in the middle of when it was killed. Returns what it holds."""
    cache = await storage.run(open_cache, SITE, "v1")
    await storage.run(change_entries, cache, delete=[item.id for item in await storage.run(all_entries, cache)][:1])
    await storage.run(doom_cache, SITE, "v2")
    held = storage.new_body(SITE)
    await held.append(BIG)
    await held.flush()
    whole = await storage.store_bytes(SITE, SMALL)
    await storage.run(save_local_storage, SITE, {"three": "3"}, False)
    return held, whole


def damage(profile: Path, *, the_index_too: bool) -> None:
    """Files that are gone, cut or nobody's, counts that are wrong; and, if asked for, a page of the index that is none."""
    files = sorted(path for path in (profile / "bodies").rglob("*") if path.is_file())
    files[2].unlink()
    with files[8].open("r+b") as growing:
        growing.truncate(1000)
    (files[0].parent / "000003e7").write_bytes(SMALL)
    index = profile / "index.sqlite"
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE usage SET used = 1")
        connection.execute("DELETE FROM bodies WHERE id = 8")
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        root_page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'permissions'").fetchone()[0]
    if the_index_too:
        with index.open("r+b") as file:
            file.seek((root_page - 1) * page_size)
            file.write(bytes(range(256)) * (page_size // 256))
