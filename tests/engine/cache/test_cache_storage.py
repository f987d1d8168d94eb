from __future__ import annotations

import gc
from typing import Any

import pytest

from engine.cache import CacheBatchOperation, CacheQueryOptions, batch_cache_operations
from engine.event_loop import yield_to_others
from engine.http.response import Response
from engine.storage import Index, all_entries
from engine.url import OpaqueOrigin
from engine.webidl.exceptions import DOMException


def caches_on_disk(index: Index) -> int:
    row = index.row("SELECT count(*) FROM caches")
    assert row is not None
    return int(row[0])


async def test_the_same_name_is_the_same_cache(storages: Any, environment: Any) -> None:
    assert (await storages.open(environment, "a")).number == (await storages.open(environment, "a")).number
    assert await storages.keys(environment) == ["a"]


async def test_a_deleted_cache_stays_while_it_is_held(storages: Any, storage: Any, environment: Any) -> None:
    first, second = await storages.open(environment, "a"), await storages.open(environment, "a")
    assert await storages.delete(environment, "a") and not await storages.has(environment, "a")
    for _ in (first, second):
        assert await storage.run(caches_on_disk) == 1
    del first
    gc.collect()
    await yield_to_others()
    assert await storage.run(caches_on_disk) == 1
    del second
    gc.collect()
    for _ in range(3):
        await yield_to_others()
    assert await storage.run(caches_on_disk) == 0


async def test_a_deleted_cache_that_nobody_holds_goes_at_once(storages: Any, storage: Any, environment: Any) -> None:
    await storages.open(environment, "a")
    gc.collect()
    await yield_to_others()
    assert await storages.delete(environment, "a")
    assert await storage.run(caches_on_disk) == 0


async def test_match_takes_the_first_in_the_order_of_the_map(
    storages: Any, storage: Any, environment: Any, request_for: Any
) -> None:
    for name, status in (("b", 200), ("a", 201), ("c", 202)):
        cache = await storages.open(environment, name)
        if name != "b":
            operation = CacheBatchOperation("put", request_for("/x"), Response(status=status))
            await storage.run(batch_cache_operations, cache.number, [operation])
    options = CacheQueryOptions()
    assert (await storages.match(environment, request_for("/x"), options)).status == 201
    assert (await storages.match(environment, request_for("/x"), options, "c")).status == 202
    assert await storages.match(environment, request_for("/x"), options, "b") is None
    assert await storages.match(environment, request_for("/y"), options) is None


async def test_an_opaque_origin_has_none(storages: Any, environment: Any) -> None:
    environment.origin = OpaqueOrigin()
    for steps in (
        storages.open(environment, "a"),
        storages.has(environment, "a"),
        storages.delete(environment, "a"),
        storages.keys(environment),
    ):
        with pytest.raises(DOMException) as raised:
            await steps
        assert raised.value.name == "SecurityError"


async def test_what_is_cleared_is_empty_at_once_also_for_those_who_hold_it(
    storages: Any, storage: Any, environment: Any, request_for: Any
) -> None:
    held = await storages.open(environment, "held")
    await storage.run(batch_cache_operations, held.number, [CacheBatchOperation("put", request_for("/x"), Response())])
    await storages.open(environment, "not held")
    gc.collect()
    await yield_to_others()
    await storages.clear("https://elsewhere.test")
    assert await storages.keys(environment) == ["held", "not held"]
    await storages.clear(environment.storage_key)
    assert await storages.keys(environment) == []
    assert await storage.run(all_entries, held.number) == []
    assert await storage.run(caches_on_disk) == 1
    await storage.run(batch_cache_operations, held.number, [CacheBatchOperation("put", request_for("/x"), Response())])
    assert len(await storage.run(all_entries, held.number)) == 1
