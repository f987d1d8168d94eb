from __future__ import annotations

from typing import Any

import pytest

from engine.cache import CacheQueryOptions, add_all, match_all
from engine.event_loop import Event, in_parallel, yield_to_others
from engine.fetch import fetch
from engine.network.fake_transport import FakeResponse
from engine.webidl.exceptions import DOMException, JSTypeError


async def add(environment: Any, cache: Any, *requests: Any) -> Any:
    for request in requests:
        request.client, request.mode = environment, "cors"
    controllers = [fetch(request, environment.user_agent) for request in requests]
    adding = in_parallel(add_all(environment, cache, requests, controllers))
    adding.when_done(lambda: None)
    return adding, controllers


async def cached(environment: Any, cache: Any) -> list[bytes]:
    responses = await match_all(environment, cache, None, CacheQueryOptions())
    return [await response.body.read_all() for response in responses if response.body is not None]


async def test_everything_is_stored_in_the_order_asked_for(storages: Any, environment: Any, request_for: Any) -> None:
    transport = environment.user_agent.transport
    slow = Event()
    transport.route("https://site.test/a", FakeResponse([slow, b"a"]))
    transport.route("https://site.test/b", FakeResponse(b"b"))
    cache = await storages.open(environment, "c")
    adding, _ = await add(environment, cache, request_for("/a"), request_for("/b"))
    for _ in range(10):
        await yield_to_others()
    assert await cached(environment, cache) == []
    slow.set()
    await adding
    assert await cached(environment, cache) == [b"a", b"b"]


async def test_the_first_failure_ends_the_others(storages: Any, environment: Any, request_for: Any) -> None:
    transport = environment.user_agent.transport
    transport.route("https://site.test/hanging", FakeResponse([b"begin", Event()]))
    transport.route("https://site.test/missing", FakeResponse(status=404))
    cache = await storages.open(environment, "c")
    adding, controllers = await add(environment, cache, request_for("/hanging"), request_for("/missing"))
    with pytest.raises(JSTypeError, match="404"):
        await adding
    for _ in range(5):
        await yield_to_others()
    assert controllers[0].aborted and transport.open_bodies == 0
    assert await cached(environment, cache) == []


async def test_an_abort_is_an_abort_error(storages: Any, environment: Any, request_for: Any) -> None:
    environment.user_agent.transport.route("https://site.test/a", FakeResponse([b"begin", Event()]))
    cache = await storages.open(environment, "c")
    adding, (controller,) = await add(environment, cache, request_for("/a"))
    for _ in range(10):
        await yield_to_others()
    controller.abort()
    with pytest.raises(DOMException) as raised:
        await adding
    assert raised.value.name == "AbortError"
