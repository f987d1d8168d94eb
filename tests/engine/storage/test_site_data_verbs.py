from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from engine.storage import (
    Index,
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    StoredBody,
    StoredRegistration,
    StoredScript,
    StoredWorker,
    change_entries,
    clear_storage,
    create_background_fetch,
    estimate,
    open_cache,
    save_registration,
    storage_keys,
)
from engine.storage.check import check_index

NewBody: TypeAlias = Callable[..., Awaitable[StoredBody]]
Reclaim: TypeAlias = Callable[[], None]


async def fill(index: Index, new_body: NewBody, key: str) -> None:
    cache = open_cache(index, key, "v1")
    change_entries(index, cache, put=[NewCacheEntry(f"{key}/a", "GET", {}, {}, body=await new_body(b"cached", key))])
    worker = StoredWorker(
        "w",
        "active",
        "activated",
        f"{key}/sw.js",
        "classic",
        [StoredScript(f"{key}/sw.js", {}, await new_body(b"1", key))],
    )
    save_registration(index, StoredRegistration(key, f"{key}/", "imports", None, [worker]))
    records = [NewRecord({}, await new_body(b"upload", key))]
    create_background_fetch(index, NewBackgroundFetch(key, f"{key}/", "id", key, "", [], {}, 0.0, 100, 6, records))


async def test_everything_of_a_storage_key_goes_and_nothing_of_another(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    one, two = "https://one.test", "https://two.test"
    await fill(index, new_body, one)
    await fill(index, new_body, two)
    assert storage_keys(index) == [one, two]
    before = estimate(index, two).usage
    clear_storage(index, one)
    reclaim()
    assert storage_keys(index) == [two]
    assert estimate(index, one).usage == 0
    assert estimate(index, two).usage == before
    assert sum(len(list(folder.iterdir())) for folder in index.bodies.folder.iterdir()) == 3
    assert check_index(index) == []
