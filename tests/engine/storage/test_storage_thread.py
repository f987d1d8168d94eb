from __future__ import annotations

import threading
import weakref
from functools import partial

import pytest

import engine.storage.index as index_module
from engine.event_loop import Cancelled, gather, in_parallel, yield_to_others
from engine.storage import (
    Index,
    NewCacheEntry,
    Storage,
    StorageFull,
    change_entries,
    durable_disk_verb,
    open_cache,
)
from engine.storage.storage_thread import StorageThread

KEY = "https://site.test"


@durable_disk_verb
def mark(index: Index, name: str, fail: bool = False) -> str:
    index.execute("INSERT INTO profile (name, value) VALUES (?, 1)", (name,))
    if fail:
        raise LookupError(name)
    return name


def marks(index: Index) -> list[str]:
    return [name for (name,) in index.rows("SELECT name FROM profile WHERE name LIKE 'm%' ORDER BY name")]


class Gate:
    """A job that keeps the storage thread busy until it is opened, so that others have to wait together."""

    def __init__(self, storage: Storage) -> None:
        self.event = threading.Event()
        self.steps = in_parallel(storage.run(lambda index: self.event.wait(10)))

    async def open(self) -> None:
        self.event.set()
        await self.steps


async def test_verbs_that_wait_together_are_flushed_together(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    flushes: list[int] = []
    monkeypatch.setattr(index_module, "flush_to_disk", flushes.append)
    gate = Gate(storage)
    waiting = [in_parallel(storage.run(mark, f"m{number:02}")) for number in range(20)]
    await yield_to_others()
    await gate.open()
    assert await gather(*waiting) == [f"m{number:02}" for number in range(20)]
    assert len(flushes) <= 2, "the gate may have gone ahead of the others"
    assert len(await storage.run(marks)) == 20


async def test_one_that_fails_takes_back_what_it_did_and_nothing_else(storage: Storage) -> None:
    gate = Gate(storage)
    waiting = [in_parallel(storage.run(mark, f"m{number}", fail=number == 1)) for number in range(3)]
    await yield_to_others()
    await gate.open()
    with pytest.raises(LookupError, match="m1"):
        await waiting[1]
    assert [await waiting[0], await waiting[2]] == ["m0", "m2"]
    assert await storage.run(marks) == ["m0", "m2"]


async def test_a_function_made_of_verbs_is_one_transaction(storage: Storage) -> None:
    def both(index: Index) -> None:
        mark(index, "m1")
        mark(index, "m2", fail=True)

    with pytest.raises(LookupError):
        await storage.run(both)
    assert await storage.run(marks) == []


async def test_a_verb_for_which_the_disk_is_full_does_not_harm_the_others(storage: Storage) -> None:
    await storage.run(mark, "m0")
    await storage.run(lambda index: index.rows("PRAGMA max_page_count = 1"))
    gate = Gate(storage)
    small = in_parallel(storage.run(mark, "m1"))

    def fill(index: Index) -> None:
        for number in range(2000):
            index.execute("INSERT INTO profile (name, value) VALUES (?, ?)", (f"filler {number}", "x" * 500))

    large = in_parallel(storage.run(fill))
    await yield_to_others()
    await gate.open()
    with pytest.raises(StorageFull):
        await large
    assert await small == "m1"
    await storage.run(lambda index: index.rows("PRAGMA max_page_count = 1000000"))
    assert await storage.run(marks) == ["m0", "m1"]


async def test_a_verb_runs_even_if_the_wait_for_it_is_cancelled(storage: Storage) -> None:
    gate = Gate(storage)
    waiting = in_parallel(storage.run(mark, "m1"))
    await yield_to_others()
    waiting.cancel()
    with pytest.raises(Cancelled):
        await waiting
    await gate.open()
    assert await storage.run(marks) == ["m1"]


async def test_stopping_waits_for_what_was_asked_before(index: Index) -> None:
    thread = StorageThread(index)
    names = [f"m{number:03}" for number in range(200)]
    waiting = [in_parallel(thread.run(partial(mark, name=name))) for name in names]
    await yield_to_others()
    await thread.stop()
    assert await gather(*waiting) == marks(index) == names


async def test_the_thread_holds_no_body_once_its_verb_has_run(storage: Storage) -> None:
    cache = await storage.run(open_cache, KEY, "v1")
    body = await storage.store_bytes(KEY, b"abc")
    await storage.run(change_entries, cache, put=[NewCacheEntry(KEY, "GET", {}, {}, body=body)])
    reference = weakref.ref(body)
    del body
    for _ in range(100_000):
        if reference() is None:
            break
        await yield_to_others()
    assert reference() is None
