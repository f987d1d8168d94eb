"""A 304 brings new headers for a stored response, whatever has become of that meanwhile."""

from __future__ import annotations

import pytest

from engine.fetch.http_cache.store import MemoryCacheStore, StoredResponse
from engine.fetch.http_cache.verbs import freshen
from engine.http import HeaderList, Response

URL = "https://site.test/a"


def stored(body: bytes = b"old", url: str = URL) -> StoredResponse:
    return StoredResponse(url, HeaderList(), 200, b"", HeaderList([(b"ETag", b'"1"')]), body, 0, 0)


def not_modified(number: int) -> Response:
    return Response(status=304, header_list=HeaderList([(b"X-Number", b"%d" % number), (b"X-Fill", b"x" * number)]))


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_several_at_once_leave_one_response_and_evict_no_neighbour(at_once: int) -> None:
    store = MemoryCacheStore(limit=20_000)
    neighbour = stored(b"n" * 5000, URL + "/neighbour")
    store.put(None, neighbour)
    store.put(None, stored(b"o" * 5000))
    for number in range(100):
        (mine,) = store.responses(None, URL)
        for _ in range(at_once):
            freshen(store, None, mine, not_modified(number), 0, 0)
        assert mine.header_list.get(b"x-number") == b"%d" % number, "who asked has the new headers"
    assert store.responses(None, neighbour.url) == [neighbour]
    (last,) = store.responses(None, URL)
    assert (last.body, last.header_list.get(b"x-number")) == (b"o" * 5000, b"99")
    assert store.size == neighbour.size + last.size


def test_what_was_forgotten_meanwhile_stays_forgotten() -> None:
    store = MemoryCacheStore()
    mine = stored()
    store.put(None, mine)
    store.remove(None, URL)
    freshen(store, None, mine, not_modified(1), 0, 0)
    assert store.responses(None, URL) == []
    assert store.size == 0


def test_what_was_replaced_meanwhile_is_not_replaced_by_the_old_one() -> None:
    store = MemoryCacheStore()
    mine, newer = stored(), stored(b"new")
    store.put(None, mine)
    store.put(None, newer, mine)
    freshen(store, None, mine, not_modified(1), 0, 0)
    assert store.responses(None, URL) == [newer]
    assert store.size == newer.size
