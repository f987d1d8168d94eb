from __future__ import annotations

import re
from collections.abc import Callable

from engine.file import BlobObject, BlobURLStore
from engine.infra import FAILURE
from engine.url import URL, OpaqueOrigin, Origin, origin_of, parse_url


def url_of(text: str) -> URL:
    url = parse_url(text)
    assert isinstance(url, URL)
    return url


class AnEnvironment:
    def __init__(self, origin: Origin | str, top_level: str | None = None) -> None:
        self.origin: Origin = origin_of(url_of(origin)) if isinstance(origin, str) else origin
        self.top_level_origin: Origin | None = None if top_level is None else origin_of(url_of(top_level))
        self.end: list[Callable[[], object]] = []

    def when_destroyed(self, steps: Callable[[], object]) -> None:
        self.end.append(steps)


BLOB = BlobObject(b"0123456789", "text/plain")


def test_an_entry_has_a_url_of_its_environment() -> None:
    url = BlobURLStore().add_an_entry(BLOB, AnEnvironment("https://example.org:8443"))
    assert re.fullmatch(
        r"blob:https://example\.org:8443/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", url
    )
    assert BlobURLStore().add_an_entry(BLOB, AnEnvironment(OpaqueOrigin())).startswith("blob:null/")


async def test_an_entry_is_found_without_the_fragment() -> None:
    store, environment = BlobURLStore(), AnEnvironment("https://example.org")
    url = store.add_an_entry(BLOB, environment)
    assert await store.obtain_a_blob_object(url_of(url + "#there"), environment) is BLOB
    assert await store.obtain_a_blob_object(url_of(url + "?there"), environment) is None


async def test_an_entry_that_a_url_was_parsed_with_outlives_its_revocation() -> None:
    store, environment = BlobURLStore(), AnEnvironment("https://example.org")
    url = url_of(store.add_an_entry(BLOB, environment))
    entry = store.resolve_a_blob_url(url)
    assert entry and entry.origin == environment.origin
    store.revoke(url, environment)
    assert store.resolve_a_blob_url(url) is FAILURE
    assert await store.obtain_a_blob_object(url, environment) is None
    assert await store.obtain_a_blob_object(url.with_blob_url_entry(entry), environment) is BLOB


def test_revoking_asks_for_the_exact_url() -> None:
    store, environment = BlobURLStore(), AnEnvironment("https://example.org")
    url = store.add_an_entry(BLOB, environment)
    for other in (url + "#x", url + "?x", "https://example.org/"):
        store.revoke(url_of(other), environment)
    assert len(store) == 1
    store.revoke(url_of(url), environment)
    assert len(store) == 0


async def test_another_partition_can_neither_have_nor_revoke_it() -> None:
    store, environment = BlobURLStore(), AnEnvironment("https://example.org")
    url = url_of(store.add_an_entry(BLOB, environment))
    for other in (
        AnEnvironment("https://www.example.org"),
        AnEnvironment("https://example.org", "https://example.com"),
        AnEnvironment(OpaqueOrigin()),
    ):
        store.revoke(url, other)
        assert await store.obtain_a_blob_object(url, other) is None
    for same in (AnEnvironment("https://example.org", "https://www.example.org"), None):
        assert await store.obtain_a_blob_object(url, same) is BLOB


def test_entries_end_with_their_environment() -> None:
    store, environment, other = (
        BlobURLStore(),
        AnEnvironment("https://example.org"),
        AnEnvironment("https://example.org"),
    )
    for owner in (environment, environment, other):
        store.add_an_entry(BLOB, owner)
    for steps in environment.end:
        steps()
    assert len(store) == 1


async def test_a_blob_gives_a_body_of_a_part() -> None:
    assert BLOB.size == 10
    assert await BLOB.body(0, 10).read_all() == b"0123456789"
    part = BLOB.body(2, 5)
    assert part.length == 3
    assert await part.read_all() == b"234"
