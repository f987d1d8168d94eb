from __future__ import annotations

from typing import Any

import pytest

from engine.cache import CacheQueryOptions, delete, keys, match_all, put
from engine.http.body import Body
from engine.http.headers import HeaderList
from engine.http.policy_container import EmbedderPolicy
from engine.http.response import Response, filtered_response
from engine.storage import StoredBody
from engine.webidl.exceptions import DOMException, JSTypeError

OPTIONS = CacheQueryOptions()


async def test_every_match_reads_the_stored_file_from_its_start(
    storages: Any, environment: Any, request_for: Any
) -> None:
    cache = await storages.open(environment, "a")
    await put(environment, cache, request_for("/a"), Response(body=Body(b"text")))
    for _ in range(2):
        (response,) = await match_all(environment, cache, request_for("/a"), OPTIONS)
        assert isinstance(response.body.source, StoredBody)
        assert await response.body.read_all() == b"text"


async def test_a_filtered_response_keeps_what_it_hides(storages: Any, environment: Any, request_for: Any) -> None:
    cache = await storages.open(environment, "a")
    internal = Response(header_list=HeaderList([(b"Set-Cookie", b"a=1"), (b"X-A", b"b")]), body=Body(b"text"))
    await put(environment, cache, request_for("/a"), filtered_response("basic", internal))
    (response,) = await match_all(environment, cache, request_for("/a"), OPTIONS)
    assert response.type == "basic"
    assert [name for name, _ in response.header_list] == [b"X-A"]
    assert response.internal_response.header_list.contains(b"Set-Cookie")


async def test_an_opaque_response_is_padded(storages: Any, environment: Any, request_for: Any) -> None:
    cache = await storages.open(environment, "a")
    storage = environment.user_agent.storage
    storage.index.quota.set_limit(environment.storage_key, 1_000_000)
    with pytest.raises(DOMException) as raised:
        await put(environment, cache, request_for("/a"), filtered_response("opaque", Response(body=Body(b"x"))))
    assert raised.value.name == "QuotaExceededError"


async def test_an_opaque_response_that_may_not_be_embedded_is_withheld(
    storages: Any, environment: Any, request_for: Any
) -> None:
    cache = await storages.open(environment, "a")
    foreign = request_for("https://elsewhere.test/x")
    await put(environment, cache, foreign, filtered_response("opaque", Response(url_list=list(foreign.url_list))))
    assert len(await match_all(environment, cache, foreign, OPTIONS)) == 1
    environment.policy_container.embedder_policy = EmbedderPolicy(value="require-corp")
    with pytest.raises(JSTypeError):
        await match_all(environment, cache, foreign, OPTIONS)


async def paths(environment: Any, cache: Any) -> list[str]:
    requests = await keys(environment, cache, None, OPTIONS)
    return [request.url.href.removeprefix("https://site.test") for request in requests]


async def test_delete_and_keys(storages: Any, environment: Any, request_for: Any) -> None:
    cache = await storages.open(environment, "a")
    for path in ("/a?1", "/b", "/a?2"):
        await put(environment, cache, request_for(path), Response())
    assert await paths(environment, cache) == ["/a?1", "/b", "/a?2"]
    ignoring = CacheQueryOptions(ignore_search=True)
    assert len(await keys(environment, cache, request_for("/a"), ignoring)) == 2
    assert not await delete(environment, cache, request_for("/a"), OPTIONS)
    assert await delete(environment, cache, request_for("/a"), ignoring)
    assert await paths(environment, cache) == ["/b"]
