from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from engine.event_loop import Event, in_parallel
from engine.http.body import Body, Pipe
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import all_background_fetches
from engine.webidl.exceptions import DOMException, JSTypeError

SITE = "https://site.test"
World: TypeAlias = Any


async def test_a_total_beyond_the_quota_is_refused_and_leaves_nothing(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    with pytest.raises(DOMException) as failure:
        await world.fetch("id", "a", downloadTotal=2**53)
    assert failure.value.name == "QuotaExceededError"
    assert await world.user_agent.storage.run(all_background_fetches) == []
    assert not transport.requests
    await world.fetch("id", "a", downloadTotal=40_000_000)
    with pytest.raises(DOMException):
        await world.fetch("other", "a", downloadTotal=20_000_000)


async def test_request_bodies_count_too(world: World) -> None:
    world.user_agent.storage.index.quota.set_limit(SITE, 10_000)
    with pytest.raises(DOMException) as failure:
        await world.fetch("id", world.request("a", method="POST", body=b"x" * 20_000))
    assert failure.value.name == "QuotaExceededError"


async def test_a_body_that_fails_cancels_the_others(world: World) -> None:
    failing, waiting = Pipe(), Pipe()
    requests = [world.request("a", method="POST", body=Body(pipe)) for pipe in (failing, waiting)]
    steps = in_parallel(world.fetch("id", *requests))
    await world.settle(3)
    failing.error(DOMException("mine", "DataError"))
    with pytest.raises(JSTypeError):
        await steps
    assert waiting.cancelled
    assert await world.user_agent.storage.run(all_background_fetches) == []


async def test_a_slow_body_holds_its_id_and_nobody_else_up(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"x")
    pipe = Pipe()
    steps = in_parallel(world.fetch("slow", world.request("a", method="POST", body=Body(pipe))))
    await world.settle(3)
    with pytest.raises(JSTypeError):
        await world.fetch("slow", "b")
    await world.end_of(await world.fetch("other", "b"))
    await pipe.write(b"some bytes")
    pipe.close()
    bg_fetch = await steps
    assert bg_fetch.upload_total == 10
    await world.end_of(bg_fetch)
    # And after a failure the id is free again.
    failing = Pipe()
    failing.error(JSTypeError("mine"))
    with pytest.raises(JSTypeError):
        await world.fetch("slow", world.request("a", method="POST", body=Body(failing)))
    await world.end_of(await world.fetch("slow", "b"))


async def test_nothing_begins_for_what_is_unregistered(world: World) -> None:
    del world.user_agent.service_workers.registration_map[(SITE, world.registration.scope)]
    with pytest.raises(JSTypeError):
        await world.fetch("id", "a")


async def test_the_same_id_under_two_scopes(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    other = world.register(world.user_agent.service_workers, f"{SITE}/other/")
    await world.fetch("id", "a")
    await world.fetch("id", "a", registration=other)
    assert len(world.fetches.views()) == 2
