"""What the index promises when the disk says no: nothing is told as done that is not there, and what is full can be emptied."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import threading
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TypeAlias

import pytest

import engine.storage.index as index_module
import engine.storage.log as log_module
from engine.event_loop import gather, yield_to_others
from engine.storage import (
    Index,
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    Profile,
    QuotaExceeded,
    Storage,
    StorageFailed,
    StorageFull,
    StoredBody,
    StoredRegistration,
    all_background_fetches,
    all_entries,
    all_registrations,
    cache_names,
    change_entries,
    clear_storage,
    create_background_fetch,
    flushing,
    open_cache,
    room,
    save_registration,
)
from engine.storage.body_writer import BodyWriter
from engine.storage.doomed_files import DoomedFiles
from engine.storage.errors import disk_errors
from engine.storage.reserve import RESERVE_NAME, Reserve

KEY = "https://site.test"

NewBody: TypeAlias = Callable[..., Awaitable[StoredBody]]


def broken(descriptor: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def a_fetch() -> NewBackgroundFetch:
    return NewBackgroundFetch(KEY, KEY + "/", "id", "unique", "t", [], {}, 0.0, 0, 0, [NewRecord({})])


def durable_change(index: Index, which: str) -> None:
    if which == "a background fetch":
        create_background_fetch(index, a_fetch())
    elif which == "a registration":
        save_registration(index, StoredRegistration(KEY, KEY + "/", "imports"))
    else:
        clear_storage(index, KEY)


def what_there_is(index: Index) -> tuple[int, int, list[str]]:
    return len(all_background_fetches(index)), len(all_registrations(index)), cache_names(index, KEY)


@pytest.mark.parametrize("which", ["a background fetch", "a registration", "clearing"])
@pytest.mark.parametrize("is_long", [False, True], ids=["a short log", "a log of many transactions"])
@pytest.mark.parametrize("flushes_the_rest", [False, True], ids=["nothing is flushed", "only the log is not"])
def test_what_could_not_be_flushed_has_not_happened_neither_now_nor_at_the_next_start(
    profile: Profile,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
    which: str,
    is_long: bool,
    flushes_the_rest: bool,
) -> None:
    for number in range(500 if is_long else 1):
        open_cache(index, KEY, f"before {number}")
    before = what_there_is(index)
    with monkeypatch.context() as patch:
        patch.setattr(index_module, "flush_to_disk", broken)
        if not flushes_the_rest:
            patch.setattr(os, "fsync", broken)
        with pytest.raises(StorageFailed, match="nothing is stored any more in this run"):
            durable_change(index, which)
    assert what_there_is(index) == before
    for _ in range(2):
        with pytest.raises(StorageFailed, match="nothing is stored any more in this run"):
            open_cache(index, KEY, "after")
        with pytest.raises(StorageFailed):
            durable_change(index, which)
        assert what_there_is(index) == before, "reading goes on"
    copy = shutil.copytree(profile.folder, profile.folder.with_name("killed now"))
    database = profile.index_path.read_bytes()
    index.close()
    assert profile.index_path.read_bytes() == database, "of what may be lost nothing gets there"
    for folder in (profile.folder, copy):
        (folder / "lock").unlink()
        again = Profile(folder)
        reopened = again.open_index()
        assert what_there_is(reopened) == before
        open_cache(reopened, KEY, "in another run")
        assert reopened.row("PRAGMA integrity_check") == ("ok",)
        reopened.close()
        again.close()


@pytest.mark.parametrize("flushes", [False, True], ids=["the copy cannot be flushed", "it is"])
def test_the_log_is_only_replaced_by_a_copy_that_a_power_loss_leaves(
    profile: Profile, index: Index, monkeypatch: pytest.MonkeyPatch, flushes: bool
) -> None:
    log = profile.index_path.with_name("index.sqlite-wal")
    open_cache(index, KEY, "before")
    old = os.open(log, os.O_RDONLY)
    seen: list[tuple[bool, int]] = []
    with monkeypatch.context() as patch:
        patch.setattr(index_module, "flush_to_disk", broken)
        if flushes:
            patch.setattr(
                log_module,
                "flush_folder",
                lambda _: seen.append((log.stat().st_ino == os.fstat(old).st_ino, os.fstat(old).st_size)),
            )
        else:
            patch.setattr(os, "fsync", broken)
        with pytest.raises(StorageFailed):
            durable_change(index, "a registration")
    if flushes:
        ((is_the_old_one, size),) = seen
        assert not is_the_old_one and size > 0, "it is cut only when another has its name for good"
    else:
        assert log.stat().st_ino == os.fstat(old).st_ino
    os.close(old)


def test_a_copy_of_the_log_that_was_not_finished_goes_at_the_next_start(profile: Profile) -> None:
    (profile.folder / "index.sqlite-wal-saved").write_bytes(b"half of it")
    profile.open_index().close()
    assert not (profile.folder / "index.sqlite-wal-saved").exists()


async def test_of_verbs_that_waited_together_none_is_told_as_done(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "flush_to_disk", broken)
    answers = await gather(
        storage.run(open_cache, KEY, "not durable"),
        storage.run(create_background_fetch, a_fetch()),
        storage.run(cache_names, KEY),
        storage.run(save_registration, StoredRegistration(KEY, KEY + "/", "imports")),
        return_exceptions=True,
    )
    there = await storage.run(what_there_is)
    assert there[:2] == (0, 0)
    assert [isinstance(answer, StorageFailed) for answer in (answers[1], answers[3])] == [True, True]
    assert isinstance(answers[0], int) == (there[2] == ["not durable"]), "its answer is what there is"


async def test_a_log_that_could_not_be_flushed_for_a_deleted_file_keeps_the_file(
    index: Index, new_body: NewBody, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = open_cache(index, KEY, "v1")
    body = await new_body()
    path = index.bodies.path(body.id)
    [entry] = change_entries(index, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=body)])
    index.bodies.alive.clear()
    monkeypatch.setattr(index_module, "flush_to_disk", broken)
    change_entries(index, cache, delete=[entry])
    assert not index.bodies.doomed.delete()
    assert path.exists()
    monkeypatch.undo()
    with pytest.raises(StorageFailed, match="nothing is stored any more in this run"):
        durable_change(index, "a registration")  # a second flush says yes also for what a system has given up


def replaced(index: Index, cache: int, entry: int, body: StoredBody) -> None:
    change_entries(index, cache, delete=[entry], put=[NewCacheEntry(KEY, "GET", {}, {}, body=body)])


def deleted(index: Index, cache: int, entry: int, body: StoredBody) -> None:
    change_entries(index, cache, delete=[entry])


def cleared(index: Index, cache: int, entry: int, body: StoredBody) -> None:
    index.execute("DELETE FROM caches")


@pytest.mark.parametrize("change", [replaced, deleted, cleared])
async def test_after_a_power_loss_no_entry_is_without_its_bytes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Index, int, int, StoredBody], None],
) -> None:
    """The index is as it was at the last flush of its log, of the body files every change is there at once."""
    storage = await Storage.open(tmp_path / "a")
    cache = await storage.run(open_cache, KEY, "v1")
    old = await storage.store_bytes(KEY, b"the old one")
    [entry] = await storage.run(change_entries, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=old)])
    file = storage.index.bodies.path(old.id)
    new = await storage.store_bytes(KEY, b"the new one")
    await storage.run(durable_change, "a background fetch")
    at_the_last_flush: list[tuple[bytes, bool]] = []
    flush = flushing.flush_to_disk

    def flush_and_note(descriptor: int) -> None:
        flush(descriptor)
        log = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        at_the_last_flush.append((log, file.exists()))

    monkeypatch.setattr(index_module, "flush_to_disk", flush_and_note)
    log_before = (tmp_path / "a/index.sqlite-wal").read_bytes()
    del old
    storage.index.bodies.alive.pop(new.id - 1, None)
    await storage.run(change, cache, entry, new)
    assert file.exists(), "the log has not been flushed since"
    storage.index.bodies.wait_for_removals()
    assert not file.exists()
    assert [was_there for _, was_there in at_the_last_flush] == [True]
    assert len(at_the_last_flush[0][0]) > len(log_before)
    await storage.close()


# A full disk --------------------------------------------------------------------------------------------------------------


def job_that_needs(reserve: Path, *, deletes: bool) -> Callable[[Index], str]:
    def job(index: Index) -> str:
        with index.transaction(frees_room=deletes):
            if reserve.exists():
                raise StorageFull(index.path, "database or disk is full")
            return "done"

    return job


def test_what_deletes_gets_the_room_that_was_kept_back_and_nothing_else_does(profile: Profile, index: Index) -> None:
    reserve = profile.folder / RESERVE_NAME
    index.have_a_reserve()
    assert reserve.stat().st_size > 500_000
    with pytest.raises(StorageFull):
        index.run(job_that_needs(reserve, deletes=False))
    assert reserve.exists()
    assert index.run(job_that_needs(reserve, deletes=True)) == "done"
    assert not reserve.exists()
    index.have_a_reserve()
    assert reserve.exists()


def test_what_is_not_ours_in_the_place_of_the_reserve_is_neither_cut_nor_deleted(
    profile: Profile, index: Index, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    reserve = profile.folder / RESERVE_NAME
    reserve.symlink_to(precious)
    index.have_a_reserve()
    with pytest.raises(StorageFull):
        index.run(job_that_needs(reserve, deletes=True))
    assert precious.read_text() == "mine"
    assert reserve.is_symlink()


async def test_files_that_wait_for_their_deletion_go_when_a_transaction_needs_their_room(
    index: Index, new_body: NewBody
) -> None:
    path = index.bodies.path((await new_body()).id)
    index.bodies.threads.shutdown(wait=True)  # no thread holds the body
    assert index.run(job_that_needs(path, deletes=False)) == "done"
    assert not path.exists()


@pytest.mark.parametrize("size", [10, 300_000], ids=["a small body", "a large body"])
async def test_files_that_wait_for_their_deletion_go_when_a_body_needs_their_room(
    index: Index, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    index.bodies.doomed.add([77])
    old = index.bodies.path(77)
    old.parent.mkdir()
    old.touch()
    write = flushing.write_all

    def write_if_there_is_room(descriptor: int, chunk: bytes, offset: int) -> None:
        if old.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        write(descriptor, chunk, offset)

    monkeypatch.setattr(flushing, "write_all", write_if_there_is_room)
    writer = index.bodies.new(KEY)
    await writer.append(b"x" * size)
    body = await writer.finish()
    assert await body.read_all() == b"x" * size


def test_reading_does_not_fail_because_something_else_cannot_be_deleted(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_cache(index, KEY, "v1")
    index.execute("INSERT INTO bodies (id, storage_key, size, state) VALUES (5, 'k', 0, 'complete')")
    index.bodies.abandoned.append(5)
    forget = Index._forget_unowned_bodies

    def full(self: Index) -> None:
        raise StorageFull(self.path, "database or disk is full")

    monkeypatch.setattr(Index, "_forget_unowned_bodies", full)
    assert index.run(lambda index: cache_names(index, KEY)) == ["v1"]
    monkeypatch.setattr(Index, "_forget_unowned_bodies", forget)
    assert cache_names(index, KEY) == ["v1"]
    assert index.rows("SELECT id FROM bodies") == [], "it is tried again"


def close_of(writer: BodyWriter) -> Path:
    return writer._files.path(writer.body.id)


async def test_the_bytes_of_a_body_that_was_given_up_go_at_once(storage: Storage) -> None:
    writer = storage.new_body(KEY)
    await writer.append(b"x" * 300_000)
    path = close_of(writer)
    assert path.exists()
    writer.fail("no room")
    storage.index.bodies.threads.shutdown(wait=True)
    assert not path.exists(), "no transaction was needed, and the body is still held"
    assert writer.body.state == "failed"


async def test_the_bytes_of_a_body_stay_while_a_row_promises_them(index: Index) -> None:
    writer = index.bodies.new(KEY)
    await writer.append(b"x" * 300_000)
    await writer.flush()
    with index.transaction():
        index.keep(writer.body)
        index.execute("UPDATE bodies SET owners = 1")
    writer.fail("no room")
    index.bodies.threads.shutdown(wait=True)
    assert close_of(writer).stat().st_size == 300_000


async def test_a_body_that_no_row_was_made_for_goes_without_anybody_asking(storage: Storage) -> None:
    body = await storage.store_bytes(KEY, b"the put of this was refused")
    path = storage.index.bodies.path(body.id)
    assert path.exists()
    del body
    while path.exists():
        await yield_to_others()


async def test_what_a_rollback_takes_back_is_not_counted_as_recorded(index: Index, new_body: NewBody) -> None:
    index.quota.set_limit(KEY, 900_000)
    cache = open_cache(index, KEY, "v1")
    held = [await new_body(b"x" * 300_000) for _ in range(3)]
    for body in held:
        with pytest.raises(QuotaExceeded):
            change_entries(index, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=body, padding=700_000)])
        assert body.recorded == 0
    with pytest.raises(QuotaExceeded):
        room(index, KEY, 1)

    with index.transaction():
        with pytest.raises(QuotaExceeded):
            change_entries(index, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=held[0], padding=700_000)])
        assert held[0].recorded == 0, "also in a transaction that goes on"
        assert all_entries(index, cache) == []
    change_entries(index, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=held[0])])
    assert held[0].recorded == 300_000


def test_a_long_log_is_brought_into_the_database(profile: Profile, index: Index) -> None:
    log = profile.folder / "index.sqlite-wal"
    largest = 0
    for number in range(3000):
        open_cache(index, KEY, f"{number:0300}")
        largest = max(largest, log.stat().st_size)
    assert largest < 5_000_000
    assert profile.index_path.stat().st_size > 500_000


class TestThePersonIsTold:
    """Of a disk that refuses bytes, by whoever writes them and whatever becomes of the body."""

    @pytest.mark.parametrize("verb", ["append", "flush", "pause", "finish"])
    async def test_by_every_step_of_a_writer_once(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch, verb: str
    ) -> None:
        def full(descriptor: int, chunk: bytes, offset: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        told: list[object] = []
        storage.when_refused = told.append
        monkeypatch.setattr(flushing, "write_all", full)
        for _ in range(2):
            writer = storage.new_body(KEY)
            with pytest.raises(StorageFull):
                await writer.append(bytes(200_000 if verb == "append" else 2000))
                await getattr(writer, verb)()
            writer.fail("it does not fit")
        assert [str(error).partition(":")[0] for error in told] == ["The disk is full"]

    async def test_but_not_of_what_a_site_may_not(self, storage: Storage) -> None:
        told: list[object] = []
        storage.when_refused = told.append
        storage.index.quota.set_limit(KEY, 1000)
        with pytest.raises(QuotaExceeded):
            await storage.store_bytes(KEY, bytes(2000))
        assert told == []


async def test_a_refusal_holds_nothing_of_whoever_asked(storage: Storage) -> None:
    class Asked:
        pass

    def refuse(index: Index, asked: Asked) -> None:
        with disk_errors("index"):
            raise OSError(errno.ENOSPC, "No space left on device")

    async def ask(asked: Asked) -> None:
        with pytest.raises(StorageFull) as caught:
            await storage.run(refuse, asked)
        del caught

    gc.disable()
    try:
        asked = Asked()
        there = weakref.ref(asked)
        await ask(asked)
        del asked
        await storage.run(cache_names, KEY)  # the thread has done with it
        assert there() is None
    finally:
        gc.enable()


def test_a_reserve_that_was_needed_is_taken_again_as_soon_as_there_is_room_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 5 << 20
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_bavail=free, f_frsize=1))
    path = tmp_path / RESERVE_NAME
    reserve = Reserve(path)
    free = 3 << 20
    reserve.take()
    assert not path.exists()
    free = 5 << 20
    reserve.take()
    assert path.exists() and reserve.give_up()
    free = 1 << 20
    reserve.take()
    assert path.exists()


def test_room_that_somebody_else_has_just_made_is_room(tmp_path: Path) -> None:
    doomed = DoomedFiles(tmp_path, lambda body_id: tmp_path / str(body_id), is_lasting=False)
    is_deleting, may_end = threading.Event(), threading.Event()

    def flush_log() -> None:
        is_deleting.set()
        assert may_end.wait(10)

    doomed.flush_log = flush_log
    (tmp_path / "1").write_bytes(b"1")
    doomed.add([1])
    with ThreadPoolExecutor() as threads:
        first = threads.submit(doomed.delete)
        assert is_deleting.wait(10)
        doomed._deleting = Waited(doomed._deleting, may_end)  # type: ignore[assignment]
        assert threads.submit(doomed.delete).result(10)
        assert first.result(10)
    assert not doomed.delete()


class Waited:
    """A lock; whoever comes to it lets the one who has it go on."""

    def __init__(self, lock: threading.Lock, may_end: threading.Event) -> None:
        self._lock, self._may_end = lock, may_end

    def __enter__(self) -> None:
        self._may_end.set()
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()
