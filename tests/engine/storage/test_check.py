from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from engine.storage import (
    Index,
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    NotAProfile,
    Profile,
    ProfileDamaged,
    ProfileInUse,
    RecordState,
    Storage,
    StoredRegistration,
    StoredScript,
    StoredWorker,
    all_entries,
    all_registrations,
    cache_names,
    change_entries,
    create_background_fetch,
    entries_with_url,
    finish_background_fetch,
    open_cache,
    records_of_a_background_fetch,
    save_records,
    save_registration,
    unfinished_background_fetches,
)
from engine.storage.check import examine_profile
from tests.damage.damages import earlier_format

KEY = "https://site.test"
CACHED, SCRIPT, UPLOAD, ARRIVING, ARRIVED = range(1, 6)
"""The numbers of the bodies."""


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A profile with one of everything, closed in good order."""
    folder = tmp_path / "profile"
    storage = await Storage.open(folder)
    cache = await storage.run(open_cache, KEY, "v1")
    body = await storage.store_bytes(KEY, b"cached" * 100)
    await storage.run(
        change_entries,
        cache,
        put=[NewCacheEntry(f"{KEY}/a", "GET", {}, {}, body=body), NewCacheEntry(f"{KEY}/b", "GET", {}, {})],
    )
    script = StoredScript(f"{KEY}/sw.js", {}, await storage.store_bytes(KEY, b"script" * 100))
    worker = StoredWorker("w", "active", "activated", f"{KEY}/sw.js", "classic", [script])
    await storage.run(save_registration, StoredRegistration(KEY, f"{KEY}/", "imports", None, [worker]))
    records = [NewRecord({}, await storage.store_bytes(KEY, b"upload" * 100)), NewRecord({}), NewRecord({})]
    fetch = await storage.run(
        create_background_fetch, NewBackgroundFetch(KEY, f"{KEY}/", "id", "u", "", [], {}, 0.0, 0, 600, records)
    )
    async with storage.new_body(KEY) as arriving:
        await arriving.append(b"arriving" * 100)
    arrived = await storage.store_bytes(KEY, b"arrived" * 100)
    states = [
        RecordState(fetch, 1, {"s": 1}, arriving.body, None, "", 1),
        RecordState(fetch, 2, {"s": 2}, arrived, None, "success", 1),
    ]
    await storage.run(save_records, states)
    await storage.close()
    return folder


def file(folder: Path, number: int) -> Path:
    return folder / "bodies" / "00000" / f"{number:08x}"


def change(folder: Path, *statements: str) -> None:
    database = sqlite3.connect(folder / "index.sqlite")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def kinds(folder: Path) -> list[str]:
    """What is found; and repaired, after which nothing is left."""
    before = {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "index" not in path.name and path.name != "lock"
    }
    looked = examine_profile(folder)
    assert looked.found == looked.left
    assert {path: path.read_bytes() for path in before if path.exists()} == before, "looking changes nothing"
    repaired = examine_profile(folder, repair=True)
    assert repaired.left == []
    assert {fault.kind for fault in looked.found} <= {fault.kind for fault in repaired.found}
    assert examine_profile(folder).found == []
    return [fault.kind for fault in looked.found]


def test_nothing_is_wrong_with_a_good_profile(folder: Path) -> None:
    assert kinds(folder) == []


def test_a_profile_in_use_or_none_at_all_is_not_examined(folder: Path, tmp_path: Path) -> None:
    profile = Profile(folder)
    with pytest.raises(ProfileInUse):
        examine_profile(folder)
    profile.close()
    with pytest.raises(NotAProfile):
        examine_profile(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_an_orphan_is_set_aside(folder: Path) -> None:
    file(folder, 77).write_bytes(b"orphan")
    assert kinds(folder) == ["orphan file"]
    assert not file(folder, 77).exists()
    assert (folder / "lost/0000004d").read_bytes() == b"orphan"


def test_a_foreign_file_is_told_and_left_alone(folder: Path) -> None:
    (folder / "bodies/mine.txt").write_text("mine")
    diagnosis = examine_profile(folder, repair=True)
    assert [fault.kind for fault in diagnosis.left] == ["foreign file"]
    assert (folder / "bodies/mine.txt").exists()


def test_a_file_that_is_too_long_is_cut(folder: Path) -> None:
    for number in (CACHED, ARRIVING):
        with file(folder, number).open("ab") as stream:
            stream.write(b"more")
    assert kinds(folder) == ["long file"], "one that is growing may be longer"
    assert file(folder, CACHED).stat().st_size == 600


@pytest.mark.parametrize("lost", [False, True])
async def test_a_cache_entry_whose_body_is_not_whole_is_deleted(folder: Path, lost: bool) -> None:
    if lost:
        file(folder, CACHED).unlink()
    else:
        os.truncate(file(folder, CACHED), 50)
    assert kinds(folder) == ["missing file" if lost else "short file"]
    storage = await Storage.open(folder)
    assert [entry.url for entry in await storage.run(all_entries, 1)] == [f"{KEY}/b"]
    await storage.close()


async def test_a_registration_whose_script_is_gone_is_deleted(folder: Path) -> None:
    file(folder, SCRIPT).unlink()
    assert kinds(folder) == ["missing file"]
    storage = await Storage.open(folder)
    assert await storage.run(all_registrations) == []
    await storage.close()


async def test_an_upload_that_is_gone_is_a_record_that_failed(folder: Path) -> None:
    file(folder, UPLOAD).unlink()
    assert kinds(folder) == ["missing file"]
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    record = (await storage.run(records_of_a_background_fetch, fetch.id))[0]
    assert (record.request_body, record.result) == (None, "fetch-error")
    await storage.close()


async def test_a_response_that_is_arriving_goes_on_from_what_is_there(folder: Path) -> None:
    os.truncate(file(folder, ARRIVING), 50)
    assert kinds(folder) == ["short file"]
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    record = (await storage.run(records_of_a_background_fetch, fetch.id))[1]
    assert (record.stored, record.response, record.result) == (50, {"s": 1}, "")
    assert fetch.downloaded == 50 + 700
    assert record.response_body is not None
    await (await storage.resume_body(record.response_body)).finish()
    await storage.close()


@pytest.mark.parametrize("number", [ARRIVING, ARRIVED])
async def test_a_response_whose_bytes_are_gone_begins_anew(folder: Path, number: int) -> None:
    file(folder, number).unlink()
    assert kinds(folder) == ["missing file"]
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    record = (await storage.run(records_of_a_background_fetch, fetch.id))[1 if number == ARRIVING else 2]
    assert (record.stored, record.response, record.response_body, record.result) == (0, None, None, "")
    await storage.close()


async def test_a_response_of_a_fetch_that_has_ended_failed(folder: Path) -> None:
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    await storage.run(finish_background_fetch, fetch.id, "success", "")
    await storage.close()
    file(folder, ARRIVED).unlink()
    assert kinds(folder) == ["missing file"]
    storage = await Storage.open(folder)
    record = (await storage.run(records_of_a_background_fetch, fetch.id))[2]
    assert (record.response, record.result) == (None, "fetch-error")
    await storage.close()


def test_counts_that_are_wrong_are_counted_anew(folder: Path) -> None:
    change(
        folder,
        f"UPDATE bodies SET owners = 5 WHERE id = {CACHED}",
        "UPDATE usage SET used = used + 1",
        "UPDATE background_fetch_records SET stored = 3 WHERE position = 1",
        "UPDATE background_fetches SET downloaded = 12345",
    )
    assert kinds(folder) == ["wrong owner count", "wrong usage", "wrong progress", "wrong progress"]


def test_wrong_counts_do_not_keep_other_faults_from_being_repaired(folder: Path) -> None:
    change(
        folder, f"UPDATE bodies SET owners = 0 WHERE id = {CACHED}", f"UPDATE bodies SET owners = 1 WHERE id = {SCRIPT}"
    )
    columns = "cache, storage_key, url, url_without_query, method, request, response, vary, charge"
    change(
        folder,
        f"INSERT INTO cache_entries ({columns}, body) SELECT {columns}, {SCRIPT} FROM cache_entries WHERE id = 1",
    )
    change(folder, f"UPDATE bodies SET owners = 1 WHERE id = {SCRIPT}")
    file(folder, SCRIPT).unlink()
    assert "missing file" in kinds(folder)
    assert file(folder, CACHED).exists()


def test_a_body_nobody_owns_is_set_aside(folder: Path) -> None:
    change(folder, f"INSERT INTO bodies (id, storage_key, size, state) VALUES (50, '{KEY}', 3, 'complete')")
    file(folder, 50).write_bytes(b"abc")
    assert kinds(folder) == ["unowned body"]
    assert not file(folder, 50).exists()
    assert (folder / "lost/00000032").read_bytes() == b"abc"


async def test_bodies_whose_rows_are_gone_are_noted_anew_from_their_files(folder: Path) -> None:
    change(folder, "DELETE FROM bodies")
    assert "dangling row" in kinds(folder)
    storage = await Storage.open(folder)
    (entry,) = await storage.run(entries_with_url, 1, f"{KEY}/a")
    assert entry.body is not None
    assert await entry.body.read_all() == b"cached" * 100
    (fetch,) = await storage.run(unfinished_background_fetches)
    records = await storage.run(records_of_a_background_fetch, fetch.id)
    bodies = [records[0].request_body, records[1].response_body, records[2].response_body]
    assert [body.state for body in bodies if body is not None] == ["complete", "growing", "complete"]
    assert len(await storage.run(all_registrations)) == 1
    await storage.close()


async def test_a_body_whose_row_and_file_are_gone_is_given_up(folder: Path) -> None:
    change(folder, f"DELETE FROM bodies WHERE id IN ({CACHED}, {ARRIVED})")
    file(folder, CACHED).unlink()
    file(folder, ARRIVED).unlink()
    assert "dangling row" in kinds(folder)
    storage = await Storage.open(folder)
    assert [entry.url for entry in await storage.run(all_entries, 1)] == [f"{KEY}/b"]
    await storage.close()


async def test_rows_without_the_row_they_belong_to_are_deleted(folder: Path) -> None:
    change(folder, "DELETE FROM caches")
    assert "dangling row" in kinds(folder)
    storage = await Storage.open(folder)
    assert await storage.run(cache_names, KEY) == []
    await storage.close()
    assert not file(folder, CACHED).exists()


def alter(path: Path, where: int) -> bytes:
    """Flip one bit. Returns what is there now."""
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
    return bytes(data)


@pytest.mark.parametrize("number", [CACHED, SCRIPT, UPLOAD, ARRIVING, ARRIVED])
@pytest.mark.parametrize("where", [0, -1])
def test_bytes_that_have_changed_are_set_aside(folder: Path, number: int, where: int) -> None:
    changed = alter(file(folder, number), where)
    assert kinds(folder) == ["changed bytes"]
    assert (folder / "lost" / f"{number:08x}").read_bytes() == changed
    assert not file(folder, number).exists()


def test_bytes_behind_the_end_of_a_body_that_grows_may_be_anything(folder: Path) -> None:
    with file(folder, ARRIVING).open("ab") as stream:
        stream.write(b"not flushed yet")
    assert kinds(folder) == []


def test_nothing_that_was_set_aside_before_is_lost(folder: Path) -> None:
    (folder / "lost").mkdir()
    (folder / "lost" / f"{CACHED:08x}").write_bytes(b"earlier")
    changed = alter(file(folder, CACHED), 3)
    assert kinds(folder) == ["changed bytes"]
    assert (folder / "lost" / f"{CACHED:08x}").read_bytes() == b"earlier"
    assert (folder / "lost" / f"{CACHED:08x}-2").read_bytes() == changed


def test_a_body_that_was_stored_without_a_checksum_is_no_fault_and_does_not_get_one(folder: Path) -> None:
    change(folder, "UPDATE bodies SET checksum = NULL")
    for number in (CACHED, SCRIPT, UPLOAD, ARRIVING, ARRIVED):
        alter(file(folder, number), 0)
    os.truncate(file(folder, ARRIVING), 50)
    change(folder, f"DELETE FROM bodies WHERE id = {CACHED}")
    examine_profile(folder, repair=True)
    assert examine_profile(folder).found == []
    database = sqlite3.connect(folder / "index.sqlite")
    assert database.execute("SELECT id, checksum FROM bodies").fetchall() == [(number, None) for number in range(1, 6)]
    database.close()


async def test_a_profile_from_before_there_were_checksums_is_in_order(folder: Path) -> None:
    earlier_format(folder)
    assert examine_profile(folder).found == []
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    body = (await storage.run(records_of_a_background_fetch, fetch.id))[1].response_body
    assert body is not None and body.on_disk == (800, None)
    await storage.close()


async def test_a_worker_without_one_of_its_scripts_is_deleted(folder: Path) -> None:
    storage = await Storage.open(folder)
    scripts = [StoredScript(f"{KEY}/{name}", {}, await storage.store_bytes(KEY, name.encode())) for name in ("sw.js", "a.js", "b.js")]
    worker = StoredWorker("w2", "active", "activated", f"{KEY}/2/sw.js", "classic", scripts)
    await storage.run(save_registration, StoredRegistration(KEY, f"{KEY}/2/", "imports", None, [worker]))
    await storage.close()
    for position in range(3):
        copy = folder.with_name(str(position))
        shutil.copytree(folder, copy)
        change(copy, f"DELETE FROM script_resources WHERE worker = 2 AND position = {position}")
        assert "missing part" in kinds(copy)
        storage = await Storage.open(copy)
        assert [one.scope for one in await storage.run(all_registrations)] == [f"{KEY}/"]
        await storage.close()


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("is_over", [True, False])
async def test_a_background_fetch_without_one_of_its_records_has_failed(folder: Path, position: int, is_over: bool) -> None:
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    if is_over:
        await storage.run(finish_background_fetch, fetch.id, "success", "")
    await storage.close()
    change(folder, f"DELETE FROM background_fetch_records WHERE position = {position}")
    assert "missing part" in kinds(folder)
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    assert (fetch.result, fetch.failure_reason, fetch.event_due) == ("failure", "fetch-error", True)
    records = await storage.run(records_of_a_background_fetch, fetch.id)
    assert [record.position for record in records] == [0, 1]
    assert [record.result for record in records] == ["fetch-error", "success"] if position != 2 else ["fetch-error", "fetch-error"]
    await storage.close()


async def test_parts_are_not_missed_where_their_number_was_never_noted(folder: Path) -> None:
    change(folder, "UPDATE workers SET script_count = NULL", "UPDATE background_fetches SET record_count = NULL")
    assert kinds(folder) == []
    change(folder, "DELETE FROM background_fetch_records WHERE position = 1")
    assert "missing part" in kinds(folder), "but a gap is seen"


@pytest.mark.parametrize("number", [ARRIVING, ARRIVED])
async def test_a_body_whose_row_is_gone_and_whose_file_is_short_is_not_taken_for_whole(folder: Path, number: int) -> None:
    change(folder, f"DELETE FROM bodies WHERE id = {number}")
    os.truncate(file(folder, number), 50)
    assert "dangling row" in kinds(folder)
    storage = await Storage.open(folder)
    (fetch,) = await storage.run(unfinished_background_fetches)
    record = (await storage.run(records_of_a_background_fetch, fetch.id))[1 if number == ARRIVING else 2]
    assert (record.stored, record.result) == ((50, "") if number == ARRIVING else (0, ""))
    await storage.close()


@pytest.mark.parametrize(
    ("table", "column", "verb"),
    [
        ("background_fetches", "title", unfinished_background_fetches),
        ("background_fetches", "developer_id", unfinished_background_fetches),
        ("caches", "name", partial(cache_names, storage_key=KEY)),
    ],
)
async def test_a_string_that_is_none_is_damage(
    folder: Path, table: str, column: str, verb: Callable[[Index], object]
) -> None:
    change(folder, f"UPDATE {table} SET {column} = x'ff00fe'")
    storage = await Storage.open(folder)
    with pytest.raises(ProfileDamaged, match=f"{table} 1"):
        await storage.run(verb)
    await storage.close()
    assert "damaged row" in kinds(folder)


@pytest.mark.parametrize("last", [str(1 << 60), "-1", "'x'"])
async def test_a_counter_that_gives_ids_which_are_none_begins_behind_the_largest(folder: Path, last: str) -> None:
    change(folder, f"UPDATE sqlite_sequence SET seq = {last} WHERE name = 'cache_entries'")
    assert kinds(folder) == ["damaged row"]
    storage = await Storage.open(folder)
    before = [entry.id for entry in await storage.run(lambda index: all_entries(index, 1))]
    await storage.run(change_entries, 1, put=[NewCacheEntry(f"{KEY}/new", "GET", {}, {})])
    after = [entry.id for entry in await storage.run(lambda index: all_entries(index, 1))]
    await storage.close()
    assert after == [*before, max(before) + 1]
    assert kinds(folder) == []


async def test_rows_with_ids_that_are_none_leave_no_counter_behind(folder: Path) -> None:
    change(folder, f"UPDATE cache_entries SET id = {1 << 60} WHERE url = '{KEY}/b'")
    storage = await Storage.open(folder)
    await storage.run(change_entries, 1, put=[NewCacheEntry(f"{KEY}/new", "GET", {}, {})])
    await storage.close()
    assert "damaged row" in kinds(folder)
    storage = await Storage.open(folder)
    await storage.run(change_entries, 1, put=[NewCacheEntry(f"{KEY}/later", "GET", {}, {})])
    await storage.close()
    assert kinds(folder) == []
