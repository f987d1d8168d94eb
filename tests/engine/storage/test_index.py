from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pytest

import engine.storage.index as index_module
from engine.storage import (
    Index,
    NewCacheEntry,
    Profile,
    ProfileDamaged,
    StorageFull,
    StoredBody,
    all_entries,
    change_entries,
    disk_verb,
    durable_disk_verb,
    open_cache,
    remove_cache,
)
from engine.storage.index import from_blob, from_json, to_blob, to_json

NewBody: TypeAlias = Callable[..., Awaitable[StoredBody]]
Reclaim: TypeAlias = Callable[[], None]


@disk_verb
def mark(index: Index, name: str, fail: bool = False) -> None:
    index.execute("INSERT INTO profile (name, value) VALUES (?, 1)", (name,))
    if fail:
        raise LookupError(name)


def marks(index: Index) -> list[str]:
    return [name for (name,) in index.rows("SELECT name FROM profile ORDER BY name")]


def copy_of(profile: Profile, to: Path) -> Profile:
    """The profile as the next process would find it if this one died now."""
    shutil.copytree(profile.folder, to)
    return Profile(to)


def test_a_verb_that_raises_changes_nothing(index: Index) -> None:
    mark(index, "kept")
    with pytest.raises(LookupError):
        mark(index, "lost", fail=True)
    assert marks(index) == ["kept"]
    mark(index, "later")
    assert marks(index) == ["kept", "later"]


def test_a_verb_called_by_a_verb_joins_its_transaction(index: Index) -> None:
    @disk_verb
    def both(index: Index) -> None:
        mark(index, "one")
        mark(index, "two", fail=True)

    with pytest.raises(LookupError):
        both(index)
    assert marks(index) == []


def test_a_verb_may_go_on_when_another_has_failed_and_taken_back_what_it_did(index: Index) -> None:
    @disk_verb
    def careful(index: Index) -> None:
        try:
            mark(index, "a", fail=True)
        except LookupError:
            mark(index, "b")

    careful(index)
    assert marks(index) == ["b"]


def test_what_was_committed_survives_the_death_of_the_process_and_nothing_else(
    profile: Profile, index: Index, tmp_path: Path
) -> None:
    mark(index, "committed")
    with index.transaction():
        index.execute("INSERT INTO profile (name, value) VALUES ('under way', 1)")
        copy = copy_of(profile, tmp_path / "copy")
    again = copy.open_index()
    assert marks(again) == ["committed"]
    again.close()
    copy.close()


def test_only_durable_verbs_flush_the_log_and_only_after_a_change(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    monkeypatch.setattr(index_module, "flush_to_disk", flushed.append)

    @durable_disk_verb
    def durable(index: Index, name: str | None) -> None:
        if name is not None:
            mark(index, name)

    mark(index, "plain")
    assert flushed == []
    durable(index, "promised")
    assert len(flushed) == 1
    durable(index, None)
    assert len(flushed) == 1
    with index.transaction():
        durable(index, "inside")
        assert len(flushed) == 1
    assert len(flushed) == 2


def test_what_is_flushed_is_the_log(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = []
    monkeypatch.setattr(index_module, "flush_to_disk", lambda descriptor: flushed.append(os.fstat(descriptor).st_ino))
    for name in ("first run", "second run"):
        index = profile.open_index()
        with index.transaction(durable=True):
            mark(index, name)
        assert flushed.pop() == (profile.folder / "index.sqlite-wal").stat().st_ino
        index.close()


def test_a_full_disk_is_said_and_nothing_is_half_done(index: Index) -> None:
    mark(index, "before")
    pages = index.row("PRAGMA page_count")
    assert pages is not None
    index.rows(f"PRAGMA max_page_count = {pages[0]}")

    @disk_verb
    def fill(index: Index) -> None:
        for number in range(2000):
            index.execute("INSERT INTO profile (name, value) VALUES (?, ?)", (f"filler {number}", "x" * 500))

    with pytest.raises(StorageFull, match=r"index\.sqlite.*Free some space"):
        fill(index)
    assert marks(index) == ["before"]
    index.rows("PRAGMA max_page_count = 1000000")
    mark(index, "after")
    assert marks(index) == ["after", "before"]


def test_damage_found_while_reading_is_said(profile: Profile, index: Index) -> None:
    @disk_verb
    def fill(index: Index) -> None:
        for number in range(500):
            index.execute("INSERT INTO profile (name, value) VALUES (?, ?)", (f"filler {number}", "x" * 500))

    fill(index)
    index.close()
    data = bytearray(profile.index_path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40_000] = b"\xff" * 40_000
    profile.index_path.write_bytes(data)
    again = profile.open_index()

    @disk_verb
    def read(index: Index) -> int:
        return len(index.rows("SELECT * FROM profile"))

    with pytest.raises(ProfileDamaged):
        read(again)
    again.close()


def test_a_broken_constraint_is_a_bug_and_stays_what_it_is(index: Index) -> None:
    import sqlite3

    mark(index, "one")
    with pytest.raises(sqlite3.IntegrityError):
        mark(index, "one")


def test_strings_of_scripts_survive_with_lone_surrogates() -> None:
    text = "a\ud800b\U0001f600\x00"
    assert from_blob(to_blob(text)) == text
    assert from_json(to_json({"t": text})) == {"t": text}
    assert to_blob("\ud800") != to_blob("\ufffd")


async def test_a_body_is_one_object_for_all_who_read_it(index: Index, new_body: NewBody) -> None:
    body = await new_body()
    with index.transaction():
        assert index.keep(body) == body.id
        assert index.body(body.id) is body
    assert index.body(None) is None


async def test_a_body_without_owner_goes_when_it_is_let_go(index: Index, new_body: NewBody, reclaim: Reclaim) -> None:
    body = await new_body()
    path = index.bodies.path(body.id)
    with index.transaction():
        index.keep(body)
    index.reclaim()
    assert path.exists()
    del body
    reclaim()
    assert not path.exists()
    assert index.rows("SELECT * FROM bodies") == []


async def test_a_body_the_index_never_heard_of_goes_when_it_is_let_go(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    body = await new_body()
    path = index.bodies.path(body.id)
    assert path.exists()
    del body
    reclaim()
    assert not path.exists()


async def test_the_file_of_a_body_that_somebody_holds_again_stays(index: Index, new_body: NewBody) -> None:
    body = await new_body()
    index.bodies.abandoned.append(body.id)  # as when another thread took hold of it in the moment it was let go
    index.reclaim()
    index.bodies.wait_for_removals()
    assert await body.read_all() == b"some bytes"


async def test_the_row_of_a_body_promises_only_what_was_flushed(index: Index) -> None:
    writer = index.bodies.new("https://site.test")
    await writer.append(b"x" * 300_000)
    assert await writer.flush() == 300_000
    await writer.append(b"y" * 100)
    with index.transaction():
        index.keep(writer.body)
    assert index.row("SELECT size, state FROM bodies") == (300_000, "growing")
    await writer.finish()
    with index.transaction():
        index.keep(writer.body)
    assert index.row("SELECT size, state FROM bodies") == (300_100, "complete")


async def test_a_file_stays_when_the_deletion_of_its_owner_is_taken_back(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    cache = open_cache(index, "https://site.test", "v1")
    body = await new_body()
    path = index.bodies.path(body.id)
    change_entries(index, cache, put=[NewCacheEntry("https://site.test/", "GET", {}, {}, body=body)])
    del body
    reclaim()

    @disk_verb
    def delete(index: Index) -> None:
        remove_cache(index, cache)
        index.reclaim()
        raise LookupError

    @disk_verb
    def try_to_delete(index: Index) -> None:
        with pytest.raises(LookupError):
            delete(index)

    for verb in (delete, try_to_delete):
        with suppress(LookupError):
            verb(index)
        reclaim()
        assert path.exists()
        (entry,) = all_entries(index, cache)
        assert entry.body is not None
        assert await entry.body.read_all() == b"some bytes"
        del entry
