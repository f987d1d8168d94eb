from __future__ import annotations

from typing import Any

import pytest

from engine.cache import CacheBatchOperation, CacheQueryOptions, batch_cache_operations
from engine.cache.query import everything
from engine.http.response import Response
from engine.storage import QuotaExceeded, open_cache
from engine.webidl.exceptions import DOMException, JSTypeError

KEY = "https://site.test"


@pytest.fixture
async def cache(storage: Any) -> int:
    number: int = await storage.run(open_cache, KEY, "a")
    return number


async def urls(storage: Any, cache: int) -> list[str]:
    return [item.request.url.href.removeprefix(KEY) for item in await storage.run(everything, cache)]


def puts(request_for: Any, *paths: str) -> list[CacheBatchOperation]:
    return [CacheBatchOperation("put", request_for(path), Response()) for path in paths]


async def test_puts_append_in_order_and_replace(storage: Any, cache: int, request_for: Any) -> None:
    await storage.run(batch_cache_operations, cache, puts(request_for, "/a", "/b", "/c"))
    await storage.run(batch_cache_operations, cache, puts(request_for, "/a"))
    assert await urls(storage, cache) == ["/b", "/c", "/a"]


async def test_a_delete_says_what_it_removed(storage: Any, cache: int, request_for: Any) -> None:
    await storage.run(batch_cache_operations, cache, puts(request_for, "/a?1", "/a?2", "/b"))
    operation = CacheBatchOperation("delete", request_for("/a"), options=CacheQueryOptions(ignore_search=True))
    removed = await storage.run(batch_cache_operations, cache, [operation])
    assert [item.request.url.query for item in removed] == ["1", "2"]
    assert await urls(storage, cache) == ["/b"]
    assert await storage.run(batch_cache_operations, cache, [operation]) == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda request_for: CacheBatchOperation("put", request_for("/new#again"), Response()), DOMException),
        (lambda request_for: CacheBatchOperation("put", request_for("/x")), JSTypeError),
        (lambda request_for: CacheBatchOperation("put", request_for("data:,x"), Response()), JSTypeError),
        (lambda request_for: CacheBatchOperation("put", request_for("/x", "POST"), Response()), JSTypeError),
        (
            lambda request_for: CacheBatchOperation("put", request_for("/x"), Response(), CacheQueryOptions()),
            JSTypeError,
        ),
        (lambda request_for: CacheBatchOperation("delete", request_for("/x"), Response()), JSTypeError),
    ],
)
async def test_one_wrong_operation_undoes_the_batch(
    storage: Any, cache: int, request_for: Any, wrong: Any, error: type[Exception]
) -> None:
    await storage.run(batch_cache_operations, cache, puts(request_for, "/old", "/kept"))
    with pytest.raises(error):
        await storage.run(batch_cache_operations, cache, [*puts(request_for, "/old", "/new"), wrong(request_for)])
    assert await urls(storage, cache) == ["/old", "/kept"]


async def test_the_quota_undoes_the_batch(storage: Any, cache: int, request_for: Any) -> None:
    body = await storage.store_bytes(KEY, b"x" * 100_000)
    storage.index.quota.set_limit(KEY, 50_000)
    operation = CacheBatchOperation("put", request_for("/a"), Response(), body=body)
    with pytest.raises(QuotaExceeded):
        await storage.run(batch_cache_operations, cache, [operation])
    assert await urls(storage, cache) == []
