"""What is tried again, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from engine.background_fetch import RetryPolicy
from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport

World: TypeAlias = Any
Resumable: TypeAlias = Callable[..., Callable[[Any], FakeResponse]]

DATA = bytes(range(256)) * 40


@pytest.mark.parametrize("kind", ["refused", "name not resolved"])
async def test_what_cannot_be_reached_is_given_up_soon(world: World, transport: FakeTransport, clock: Any, kind: Any) -> None:
    transport.route("*", NetworkFailure(kind, "nobody there"))
    bg_fetch, _ = await world.bodies_at_the_end("a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) > 1
    assert clock.now() < 4


async def test_what_was_reached_before_has_more_time(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    server = resumable(DATA, cut_at=3000)
    transport.route("*", server, *[NetworkFailure("refused", "nobody there")] * 9, server)
    _, bodies = await world.bodies_at_the_end("a", advance=2.0)
    assert bodies == [DATA]


async def test_a_server_that_says_later_is_asked_later(world: World, transport: FakeTransport, clock: Any) -> None:
    transport.route("*", FakeResponse(b"", 503), FakeResponse(b"", 429, [(b"Retry-After", b"20")]), b"here")
    bg_fetch, bodies = await world.bodies_at_the_end("a")
    assert bodies == [b"here"]
    assert clock.now() >= 20.5
    assert bg_fetch.result == "success"


async def test_a_server_that_always_says_later_is_given_up(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse(b"", 503))
    bg_fetch, _ = await world.bodies_at_the_end("a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) == RetryPolicy().attempts


async def test_a_server_that_says_much_later_is_not_waited_for(world: World, transport: FakeTransport, clock: Any) -> None:
    transport.route("*", FakeResponse(b"", 503, [(b"Retry-After", b"100000")]))
    bg_fetch, _ = await world.bodies_at_the_end("a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert clock.now() < 10


async def test_offline_is_waited_for(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"here")
    world.network.go_offline()
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: world.fetches.views()[0].state == "offline")
    for _ in range(100):
        world.clock.advance(60)
        await world.settle(1)
    assert not transport.requests
    world.network.go_online()
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"


async def test_going_offline_in_the_middle_costs_nothing(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    gate = Event()
    server = resumable(DATA)
    pieces = [DATA[:3000], gate, DATA[3000:]]
    transport.route("*", FakeResponse(pieces, 200, [(b"ETag", b'"1"')]), server)
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 3000)
    world.network.go_offline()
    await world.until(lambda: world.fetches.views()[0].state == "offline")
    world.network.go_online()
    await world.end_of(bg_fetch)
    assert transport.requests[1].header("Range") == b"bytes=3000-"
    assert bg_fetch.stored_body_bytes_total == len(DATA)
