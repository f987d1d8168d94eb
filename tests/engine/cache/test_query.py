from __future__ import annotations

from typing import Any

import pytest

from engine.cache import (
    CacheBatchOperation,
    CacheQueryOptions,
    batch_cache_operations,
    query_cache,
    request_matches_cached_item,
)
from engine.storage import open_cache

KEY = "https://site.test"


@pytest.mark.parametrize(
    ("query", "cached", "options", "matches"),
    [
        ("/a", "/a", {}, True),
        ("/a#x", "/a#y", {}, True),
        ("/a", "/b", {}, False),
        ("/a?1", "/a?2", {}, False),
        ("/a?1", "/a", {"ignore_search": True}, True),
        ("/a?1", "/b?1", {"ignore_search": True}, False),
    ],
)
def test_urls(request_for: Any, query: str, cached: str, options: dict[str, bool], matches: bool) -> None:
    assert (
        request_matches_cached_item(request_for(query), request_for(cached), None, CacheQueryOptions(**options))
        is matches
    )


def test_only_get_is_cached_unless_it_does_not_matter(request_for: Any) -> None:
    posted = request_for("/a", "POST")
    assert not request_matches_cached_item(request_for("/a"), posted)
    assert request_matches_cached_item(request_for("/a"), posted, None, CacheQueryOptions(ignore_method=True))


@pytest.mark.parametrize(
    ("vary", "query", "cached", "matches"),
    [
        ("a", {"A": "1"}, {"a": "1"}, True),
        ("a", {"a": "1"}, {"a": "2"}, False),
        ("a", {}, {"a": "2"}, False),
        ("a, b", {"a": "1"}, {"a": "1", "b": "2"}, False),
        ("a,, b", {"a": "1", "b": "2"}, {"a": "1", "b": "2"}, True),
        ("*", {}, {}, False),
    ],
)
def test_vary(
    request_for: Any, response_with: Any, vary: str, query: dict[str, str], cached: dict[str, str], matches: bool
) -> None:
    response = response_with(Vary=vary)
    one, other = request_for("/a", **query), request_for("/a", **cached)
    assert request_matches_cached_item(one, other, response) is matches
    assert request_matches_cached_item(one, other, response, CacheQueryOptions(ignore_vary=True))
    assert request_matches_cached_item(one, other, None)


async def test_query_cache_answers_as_the_question_does(storage: Any, request_for: Any, response_with: Any) -> None:
    cache = await storage.run(open_cache, KEY, "a")
    items = [
        (request_for("/a?1"), response_with()),
        (request_for("/a?2", Accept="x"), response_with(Vary="accept")),
        (request_for("/b"), response_with()),
    ]
    await storage.run(batch_cache_operations, cache, [CacheBatchOperation("put", *item) for item in items])
    for query in (request_for("/a?1"), request_for("/a?2"), request_for("/a?2", accept="x"), request_for("/b#c")):
        for options in (
            CacheQueryOptions(),
            CacheQueryOptions(ignore_search=True),
            CacheQueryOptions(ignore_vary=True),
        ):
            found = [item.request.url.href for item in await storage.run(query_cache, cache, query, options)]
            assert found == [
                request.url.href
                for request, response in items
                if request_matches_cached_item(query, request, response, options)
            ]
