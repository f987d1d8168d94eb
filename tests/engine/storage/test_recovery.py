from __future__ import annotations

import shutil
from pathlib import Path

from engine.storage import NewCacheEntry, Storage, change_entries, doom_cache, entries_with_url, open_cache

KEY = "https://site.test"
BIG = b"x" * 200_000


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "bodies").rglob("*") if path.is_file()}


async def test_files_of_a_run_that_was_killed_are_reclaimed(tmp_path: Path) -> None:
    storage = await Storage.open(tmp_path / "a")
    cache = await storage.run(open_cache, KEY, "v1")
    kept = await storage.store_bytes(KEY, BIG)
    await storage.run(change_entries, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=kept)])
    orphan = storage.new_body(KEY)
    await orphan.append(BIG)
    # The process dies now: what the next one finds is this.
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert files(tmp_path / "b") == {"00000001", "00000002"}
    again = await Storage.open(tmp_path / "b")
    again.index.bodies.wait_for_removals()
    assert files(tmp_path / "b") == {"00000001"}
    (entry,) = await again.run(entries_with_url, cache, KEY)
    assert entry.body is not None
    assert await entry.body.read_all() == BIG
    new = again.new_body(KEY)
    assert new.body.id > 2, "a number that was in use may still be on somebody's mind"
    orphan.fail("the process died")
    await again.close()
    await storage.close()


async def test_a_run_that_ended_well_leaves_nothing_to_look_for(tmp_path: Path) -> None:
    storage = await Storage.open(tmp_path / "a")
    held = await storage.store_bytes(KEY, BIG)
    noted = await storage.store_bytes(KEY, BIG)
    cache = await storage.run(open_cache, KEY, "v1")
    await storage.run(change_entries, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=noted)])
    (entry,) = await storage.run(entries_with_url, cache, KEY)
    await storage.run(change_entries, cache, delete=[entry.id])
    assert files(tmp_path / "a") == {"00000001", "00000002"}
    await storage.close()
    assert held.state == noted.state == "complete"
    assert files(tmp_path / "a") == set()


async def test_caches_that_were_doomed_and_held_are_gone_at_the_next_start(tmp_path: Path) -> None:
    storage = await Storage.open(tmp_path / "a")
    cache = await storage.run(open_cache, KEY, "v1")
    await storage.run(
        change_entries, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=await storage.store_bytes(KEY, BIG))]
    )
    await storage.run(doom_cache, KEY, "v1")
    await storage.close()
    assert files(tmp_path / "a") == {"00000001"}
    again = await Storage.open(tmp_path / "a")
    assert await again.run(entries_with_url, cache, KEY) == []
    again.index.bodies.wait_for_removals()
    assert files(tmp_path / "a") == set()
    await again.close()


async def test_things_that_are_no_body_files_are_left_alone(tmp_path: Path) -> None:
    storage = await Storage.open(tmp_path / "a")
    strangers = [tmp_path / "a/bodies/readme", tmp_path / "a/bodies/00000/notes", tmp_path / "a/bodies/00007/00000001"]
    for path in strangers:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    again = await Storage.open(tmp_path / "b")
    again.index.bodies.wait_for_removals()
    assert files(tmp_path / "b") == {"readme", "notes", "00000001"}
    await again.close()
    await storage.close()
