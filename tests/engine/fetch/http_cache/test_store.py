from __future__ import annotations

from engine.fetch.http_cache.store import MOST_OF_A_URL, MemoryCacheStore, StoredResponse
from engine.http import HeaderList


def response(url: str, size: int) -> StoredResponse:
    return StoredResponse(url, HeaderList(), 200, b"", HeaderList(), b"x" * size, 0, 0)


def test_the_least_recently_used_go_first():
    store = MemoryCacheStore(limit=4000)
    for name in "abc":
        store.put(None, response(name, 800))
    assert store.size == 3900
    assert len(store.responses(None, "a")) == 1
    store.put(None, response("d", 100))
    assert [len(store.responses(None, name)) for name in "abcd"] == [1, 0, 1, 1]


def test_partitions_replacement_and_removal():
    store = MemoryCacheStore()
    first = response("a", 10)
    store.put(1, first)
    store.put(2, response("a", 10))
    second = response("a", 20)
    store.put(1, second, instead_of=first)
    assert store.responses(1, "a") == [second]
    store.remove(1, "a")
    store.remove(1, "unknown")
    assert not store.responses(1, "a") and len(store.responses(2, "a")) == 1
    store.clear()
    assert store.size == 0


def test_a_host_is_forgotten_in_every_partition_and_on_every_port():
    store = MemoryCacheStore()
    gone = ["https://a.test/x", "http://a.test:81/x", "https://a.test/y"]
    kept = ["https://b.a.test/x", "https://aa.test/x"]
    for partition in (1, 2):
        for url in gone + kept:
            store.put(partition, response(url, 100))
    store.remove_host("a.test")
    assert [url for url in gone + kept if store.responses(1, url) or store.responses(2, url)] == kept
    assert store.size == 4 * store.responses(1, kept[0])[0].size


def test_of_one_address_so_many_variants_are_kept_and_the_oldest_go_first():
    store = MemoryCacheStore()
    variants = [response("a", 100) for _ in range(3 * MOST_OF_A_URL)]
    for variant in variants:
        store.put(None, variant)
    assert store.responses(None, "a") == variants[-MOST_OF_A_URL:]
    assert store.size == MOST_OF_A_URL * variants[0].size
