from __future__ import annotations

from pathlib import Path

from engine.storage import (
    NewCacheEntry,
    Storage,
    all_entries,
    all_permissions,
    change_entries,
    open_cache,
    save_permission,
)
from engine.storage.check import examine_profile

KEY = "https://site.test"


async def make_profile(folder: Path, entries: int) -> None:
    storage = await Storage.open(folder)
    cache = await storage.run(open_cache, KEY, "v1")
    body = await storage.store_bytes(KEY, b"body" * 100)
    put = [NewCacheEntry(f"{KEY}/{number}", "GET", {"padding": "x" * 300}, {}, body=body) for number in range(entries)]
    await storage.run(change_entries, cache, put=put)
    await storage.run(save_permission, KEY, "background-fetch", "granted")
    await storage.close()


def damage(path: Path, where: slice) -> None:
    data = bytearray(path.read_bytes())
    data[where] = b"\xa5" * len(data[where])
    path.write_bytes(data)


async def test_what_can_be_read_of_a_damaged_index_is_saved(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    await make_profile(folder, 1000)
    size = (folder / "index.sqlite").stat().st_size
    damage(folder / "index.sqlite", slice(size // 2, size // 2 + 12_000))
    looked = examine_profile(folder)
    assert {fault.kind for fault in looked.found} == {"damaged index"}
    assert looked.left == looked.found
    repaired = examine_profile(folder, repair=True)
    assert repaired.left == []
    assert (folder / "index-damaged-1.sqlite").stat().st_size == size
    assert examine_profile(folder).found == []
    storage = await Storage.open(folder)
    entries = await storage.run(all_entries, 1)
    assert 800 < len(entries) < 1000
    assert {entries[0].url, entries[-1].url} == {f"{KEY}/0", f"{KEY}/999"}, "from both ends"
    assert entries[0].body is not None
    assert await entries[0].body.read_all() == b"body" * 100
    assert await storage.run(all_permissions) == {(KEY, "background-fetch"): "granted"}
    await storage.close()


async def test_files_are_set_aside_when_their_rows_are_lost(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    await make_profile(folder, 1)
    (folder / "index.sqlite").write_bytes(b"junk" * 5000)
    repaired = examine_profile(folder, repair=True)
    assert repaired.left == []
    assert (folder / "lost/00000001").read_bytes() == b"body" * 100
    assert (folder / "index-damaged-1.sqlite").read_bytes() == b"junk" * 5000
    storage = await Storage.open(folder)
    assert await storage.run(all_permissions) == {}
    await storage.close()
