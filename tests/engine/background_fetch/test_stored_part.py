"""What is stored of a record, and when it is thrown away."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.webidl.exceptions import JSTypeError

World: TypeAlias = Any
Resumable: TypeAlias = Callable[..., Callable[[Any], FakeResponse]]

DATA = bytes(range(256)) * 40


async def test_it_starts_over_when_the_resource_has_changed(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    new = DATA[::-1]
    one, other = resumable(DATA, cut_at=3000), resumable(new, etag=b'"2"')
    transport.route("*", one, other)
    seen: list[int] = []
    bg_fetch = await world.fetch("id", "a")
    world.fetches.observe(lambda view: seen.append(view.downloaded))
    old_data = bg_fetch.records[0].response_data
    await world.end_of(bg_fetch, advance=0.1)
    assert old_data.result == "redundant"
    assert bg_fetch.stored_body_bytes_total == len(DATA)
    assert 3000 in seen or max(seen) == len(DATA)
    with pytest.raises(JSTypeError):
        await old_data.body.read(0, 10)


async def test_a_record_that_starts_over_again_and_again_is_given_up(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([DATA[:100], NetworkFailure("reset", "torn")], 200, [(b"Content-Length", b"1000")]))
    bg_fetch, _ = await world.bodies_at_the_end("a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) == 7


async def test_what_was_whole_when_it_broke_is_found_whole(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, cut_at=len(DATA)))
    bg_fetch, bodies = await world.bodies_at_the_end("a")
    assert bodies == [DATA]
    assert bg_fetch.result == "success"


async def test_with_integrity_metadata_only_the_whole_is_asked_for(world: World, transport: FakeTransport) -> None:
    digest = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    transport.route("*", FakeResponse(DATA))
    bg_fetch = await world.fetch("id", world.request("a", integrity_metadata=f"sha256-{digest}"))
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"
