from __future__ import annotations

from typing import Any

import pytest

from engine.file import BlobURLStore


@pytest.fixture
def store(realm: Any) -> BlobURLStore:
    realm.environment.user_agent.blob_urls = BlobURLStore()
    return realm.environment.user_agent.blob_urls


async def test_a_blob_can_be_had_by_its_url(realm: Any, store: BlobURLStore) -> None:
    from engine.url import parse_url

    url = realm.run("globalThis.url = URL.createObjectURL(new Blob(['a', 'bc'], { type: 'text/plain' }))")
    assert url.startswith("blob:https://example.test/")
    parsed = parse_url(url)
    assert parsed
    blob = await store.obtain_a_blob_object(parsed, realm.environment)
    assert blob is not None
    assert (blob.data, blob.type) == (b"abc", "text/plain")
    realm.run("URL.revokeObjectURL(url)")
    assert await store.obtain_a_blob_object(parsed, realm.environment) is None


def test_revoking_anything_else_does_nothing(realm: Any, store: BlobURLStore) -> None:
    realm.run("globalThis.url = URL.createObjectURL(new Blob()); undefined")
    for other in ("url + '#'", "'https://example.test/'", "'nope'", "'blob:https://example.test/1'", "'\\ud800'"):
        realm.run(f"URL.revokeObjectURL({other})")
    assert len(store) == 1


def test_only_blobs_have_urls(realm: Any, store: BlobURLStore) -> None:
    assert realm.error_of("URL.createObjectURL({})").startswith("TypeError")
    assert len(store) == 0


def test_a_request_keeps_what_its_url_stood_for(realm: Any, store: BlobURLStore) -> None:
    realm.run(
        "globalThis.url = URL.createObjectURL(new Blob(['a'])); globalThis.request = new Request(url); URL.revokeObjectURL(url)"
    )
    assert len(store) == 0
    assert len(store._held) == 1
    realm.run("globalThis.copy = request.clone(); request = new Request(request); undefined")
    assert len(store._held) == 1
    realm.run("copy = request = undefined")
    realm._on_agent(realm.environment.agent.runtime.collect_garbage)
    realm.run("undefined")
    assert len(store._held) == 0


def test_a_request_for_what_is_not_there_keeps_nothing(realm: Any, store: BlobURLStore) -> None:
    realm.run("new Request('blob:https://example.test/1'); undefined")
    assert len(store._held) == 0
