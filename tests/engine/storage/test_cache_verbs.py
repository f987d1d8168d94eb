from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from engine.storage import (
    Index,
    NewCacheEntry,
    QuotaExceeded,
    StoredBody,
    all_entries,
    cache_names,
    change_entries,
    disk_verb,
    doom_cache,
    entries_of_all_caches,
    entries_with_url,
    estimate,
    find_cache,
    open_cache,
    remove_cache,
    remove_doomed_caches,
)
from engine.storage.cache_verbs import without_query

NewBody: TypeAlias = Callable[..., Awaitable[StoredBody]]
Reclaim: TypeAlias = Callable[[], None]

KEY = "https://site.test"


def entry(path: str, body: StoredBody | None = None, **more: object) -> NewCacheEntry:
    return NewCacheEntry(
        url=f"{KEY}/{path}", method="GET", request={"headers": []}, response={"status": 200}, body=body, **more
    )  # type: ignore[arg-type]


def urls(index: Index, cache: int) -> list[str]:
    return [entry.url.removeprefix(f"{KEY}/") for entry in all_entries(index, cache)]


def test_caches_are_listed_in_the_order_of_their_creation(index: Index) -> None:
    for name in ("z", "a", "\ud800", "\ufffd", ""):
        open_cache(index, KEY, name)
    open_cache(index, "https://other.test", "b")
    assert open_cache(index, KEY, "a") == find_cache(index, KEY, "a")
    assert cache_names(index, KEY) == ["z", "a", "\ud800", "\ufffd", ""]
    assert find_cache(index, KEY, "b") is None


def test_a_doomed_cache_has_no_name_but_keeps_its_entries_until_it_is_removed(index: Index) -> None:
    cache = open_cache(index, KEY, "v1")
    change_entries(index, cache, put=[entry("a")])
    assert doom_cache(index, KEY, "v1") == cache
    assert doom_cache(index, KEY, "v1") is None
    assert cache_names(index, KEY) == []
    assert entries_of_all_caches(index, KEY, f"{KEY}/a") == []
    new = open_cache(index, KEY, "v1")
    assert new != cache
    assert (urls(index, cache), urls(index, new)) == (["a"], [])
    change_entries(index, cache, put=[entry("b")])
    assert urls(index, cache) == ["a", "b"]
    remove_cache(index, cache)
    assert urls(index, cache) == []
    assert cache_names(index, KEY) == ["v1"]


def test_doomed_caches_can_be_removed_together(index: Index) -> None:
    kept = open_cache(index, KEY, "kept")
    doomed = open_cache(index, KEY, "doomed")
    for cache in (kept, doomed):
        change_entries(index, cache, put=[entry("a")])
    doom_cache(index, KEY, "doomed")
    remove_doomed_caches(index)
    assert (urls(index, kept), urls(index, doomed)) == (["a"], [])


def test_entries_keep_all_they_were_given(index: Index) -> None:
    cache = open_cache(index, KEY, "v1")
    request = {"method": "GET", "headers": [["accept", "\xff"]]}
    (number,) = change_entries(
        index, cache, put=[NewCacheEntry(f"{KEY}/a#part", "HEAD", request, {"status": 204}, vary="accept")]
    )  # type: ignore[dict-item]
    (found,) = all_entries(index, cache)
    assert (found.id, found.cache, found.url, found.method) == (number, cache, f"{KEY}/a", "HEAD")
    assert (found.request, found.response, found.vary, found.body) == (request, {"status": 204}, "accept", None)


def test_entries_are_found_by_url_oldest_first(index: Index) -> None:
    cache = open_cache(index, KEY, "v1")
    change_entries(index, cache, put=[entry("a?1"), entry("b"), entry("a"), entry("a?2"), entry("a?1"), entry("a?")])

    def found(url: str, ignore_search: bool = False) -> list[str]:
        return [
            entry.url.removeprefix(f"{KEY}/")
            for entry in entries_with_url(index, cache, f"{KEY}/{url}", ignore_search=ignore_search)
        ]

    assert found("a") == ["a"]
    assert found("a#fragment") == ["a"]
    assert found("a?1") == ["a?1", "a?1"]
    assert found("a?3", ignore_search=True) == ["a?1", "a", "a?2", "a?1", "a?"]
    assert found("c") == []


def test_looking_up_is_never_a_linear_scan(index: Index) -> None:
    for column in ("url", "url_without_query"):
        plan = index.rows(
            f"EXPLAIN QUERY PLAN SELECT id FROM cache_entries WHERE cache = 1 AND {column} = 'x' ORDER BY id"
        )
        assert f"cache_entries_by_{column}" in plan[0][3], plan
        assert len(plan) == 1, f"no sorting either: {plan}"


def test_all_caches_are_searched_in_the_order_of_their_creation(index: Index) -> None:
    first, second = (open_cache(index, KEY, name) for name in ("z", "a"))
    change_entries(index, second, put=[entry("x")])
    change_entries(index, first, put=[entry("x"), entry("x?1")])
    assert [found.cache for found in entries_of_all_caches(index, KEY, f"{KEY}/x")] == [first, second]
    assert [found.cache for found in entries_of_all_caches(index, KEY, f"{KEY}/x", ignore_search=True)] == [
        first,
        first,
        second,
    ]


def test_a_put_replaces_what_the_caller_decided_in_one_transaction(index: Index) -> None:
    cache = open_cache(index, KEY, "v1")
    old, other = change_entries(index, cache, put=[entry("a"), entry("b")])

    @disk_verb
    def put_over(index: Index) -> None:
        found = entries_with_url(index, cache, f"{KEY}/a")
        change_entries(index, cache, delete=[entry.id for entry in found], put=[entry("a", vary="new")])

    put_over(index)
    after = all_entries(index, cache)
    assert [(found.url, found.vary) for found in after] == [(f"{KEY}/b", None), (f"{KEY}/a", "new")]
    assert after[0].id == other
    assert old not in [found.id for found in after]


def test_entries_of_another_cache_are_not_deleted(index: Index) -> None:
    one, two = (open_cache(index, KEY, name) for name in "ab")
    (number,) = change_entries(index, one, put=[entry("a")])
    change_entries(index, two, delete=[number])
    assert urls(index, one) == ["a"]


async def test_a_body_in_two_entries_is_stored_and_counted_once(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    cache = open_cache(index, KEY, "v1")
    body = await new_body(b"x" * 200_000)
    path = index.bodies.path(body.id)
    first, second = change_entries(index, cache, put=[entry("a", body), entry("b", body)])
    assert 200_000 < estimate(index, KEY).usage < 201_000
    assert sum(len(list(folder.iterdir())) for folder in index.bodies.folder.iterdir()) == 1
    del body
    change_entries(index, cache, delete=[first])
    reclaim()
    (found,) = all_entries(index, cache)
    assert found.body is not None
    assert await found.body.read_all() == b"x" * 200_000
    del found
    change_entries(index, cache, delete=[second])
    reclaim()
    assert not path.exists()
    assert estimate(index, KEY).usage == 0


async def test_a_body_that_is_being_read_stays_when_its_entry_goes(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    cache = open_cache(index, KEY, "v1")
    change_entries(index, cache, put=[entry("a", await new_body(b"x" * 200_000))])
    (found,) = all_entries(index, cache)
    body = found.body
    assert body is not None
    del found
    remove_cache(index, cache)
    reclaim()
    assert await body.read(199_999, 10) == b"x"
    # It can even be put again.
    cache = open_cache(index, KEY, "v2")
    change_entries(index, cache, put=[entry("a", body)])
    del body
    reclaim()
    (found,) = all_entries(index, cache)
    assert found.body is not None
    assert await found.body.read(0, 3) == b"xxx"


async def test_a_put_over_the_quota_changes_nothing(index: Index, new_body: NewBody) -> None:
    cache = open_cache(index, KEY, "v1")
    (old,) = change_entries(index, cache, put=[entry("a")])
    usage = estimate(index, KEY).usage
    body = await new_body(b"x" * 900_000)
    index.quota.set_limit(KEY, 800_000)
    with pytest.raises(QuotaExceeded) as caught:
        change_entries(index, cache, delete=[old], put=[entry("a", body)])
    assert caught.value.quota == 800_000
    assert caught.value.requested == 900_000
    assert urls(index, cache) == ["a"]
    assert estimate(index, KEY).usage == usage


def test_padding_is_charged(index: Index) -> None:
    cache = open_cache(index, KEY, "v1")
    change_entries(index, cache, put=[entry("a")])
    plain = estimate(index, KEY).usage
    change_entries(index, cache, put=[entry("b", padding=5000)])
    assert estimate(index, KEY).usage == 2 * plain + 5000


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a/b?c#d", "https://a/b"),
        ("https://a/b#d?c", "https://a/b"),
        ("https://a/?", "https://a/"),
        ("https://a/b", "https://a/b"),
    ],
)
def test_a_query_is_taken_off(url: str, expected: str) -> None:
    assert without_query(url) == expected
