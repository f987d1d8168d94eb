"""Broken connections, ranges, and servers that change their mind."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from engine.background_fetch import RetryPolicy
from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.webidl.exceptions import JSTypeError

SITE = "https://site.test"
World: TypeAlias = Any
Resumable: TypeAlias = Callable[..., Callable[[Any], FakeResponse]]

DATA = bytes(range(256)) * 40


async def body_at_the_end(
    world: World, *requests: str, advance: float = 0.1, **options: Any
) -> tuple[Any, list[bytes]]:
    """The fetch, and the bytes of its successful records as they were during its event."""
    bodies: list[bytes] = []

    async def handler(name: str, snapshot: Any) -> None:
        for record in bg_fetch.records:
            data = record.response_data
            bodies.append(await data.body.read_all() if data.result == "success" else data.result.encode())

    world.events.handler = handler
    bg_fetch = await world.fetch("id", *requests, **options)
    await world.end_of(bg_fetch, advance)
    return bg_fetch, bodies


async def test_it_goes_on_where_the_connection_broke(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, cut_at=3000))
    bg_fetch, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA]
    assert bg_fetch.stored_body_bytes_total == len(DATA)
    first, second = transport.requests
    assert (first.header("Range"), first.header("If-Range")) == (None, None)
    assert (second.header("Range"), second.header("If-Range")) == (b"bytes=3000-", b'"1"')
    assert second.header("Accept-Encoding") == b"identity"


async def test_a_weak_validator_is_not_sent_but_compared(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, etag=b'W/"1"', cut_at=3000))
    _, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA]
    assert transport.requests[1].header("If-Range") is None


async def test_other_origins_are_resumed_too_without_a_preflight(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, cut_at=3000, Access_Control_Allow_Origin=b"*"))
    _, bodies = await body_at_the_end(world, "https://other.test/a")
    assert bodies == [DATA]
    assert [sent.method for sent in transport.requests] == ["GET", "GET"]
    assert transport.requests[1].header("Range") == b"bytes=3000-"
    assert transport.requests[1].header("If-Range") is None


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


async def test_a_part_of_another_version_makes_it_start_over(world: World, transport: FakeTransport) -> None:
    new = DATA[::-1]

    def respond(sent: Any) -> FakeResponse:
        if len(transport.requests) == 1:
            pieces = [DATA[:3000], NetworkFailure("truncated", "cut")]
            return FakeResponse(pieces, 200, [(b"Last-Modified", b"Mon, 01 Jan 2024 00:00:00 GMT")])
        if sent.header("Range"):
            headers = [(b"Content-Range", b"bytes 3000-10239/10240"), (b"Last-Modified", b"Tue, 02 Jan 2024 00:00:00 GMT")]
            return FakeResponse(new[3000:], 206, headers)
        return FakeResponse(new)

    transport.route("*", respond)
    bg_fetch, bodies = await body_at_the_end(world, "a")
    assert bodies == [new]
    assert [sent.header("Range") for sent in transport.requests] == [None, b"bytes=3000-", None]
    assert bg_fetch.result == "success"


async def test_a_resource_in_parts(world: World, transport: FakeTransport) -> None:
    def respond(sent: Any) -> FakeResponse:
        wanted = sent.header("Range")
        start = int(wanted[6:-1]) if wanted else 0
        part = DATA[start : start + 2560]
        content_range = b"bytes %d-%d/%d" % (start, start + len(part) - 1, len(DATA))
        return FakeResponse(part, 206, [(b"Content-Range", content_range)])

    transport.route("*", respond)
    bg_fetch, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA]
    assert len(transport.requests) == 4
    assert bg_fetch.result == "success"


async def test_parts_of_an_unknown_whole_end_with_416(world: World, transport: FakeTransport) -> None:
    def respond(sent: Any) -> FakeResponse:
        wanted = sent.header("Range")
        start = int(wanted[6:-1]) if wanted else 0
        part = DATA[start : start + 5120]
        if not part:
            return FakeResponse(b"", 416, [(b"Content-Range", b"bytes */%d" % len(DATA))])
        return FakeResponse(part, 206, [(b"Content-Range", b"bytes %d-%d/*" % (start, start + len(part) - 1))])

    transport.route("*", respond)
    _, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA]


async def test_parts_that_never_get_on_are_given_up(world: World, transport: FakeTransport) -> None:
    headers = [(b"Content-Range", b"bytes 0-99/1000")]
    transport.route("*", FakeResponse(DATA[:100], 206, headers), FakeResponse(b"", 206, [(b"Content-Range", b"bytes 100-100/1000")]))
    bg_fetch, _ = await body_at_the_end(world, "a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) < 30


async def test_a_record_that_starts_over_again_and_again_is_given_up(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([DATA[:100], NetworkFailure("reset", "torn")], 200, [(b"Content-Length", b"1000")]))
    bg_fetch, _ = await body_at_the_end(world, "a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) == 7


async def test_a_part_that_lies_about_its_length_is_not_used(world: World, transport: FakeTransport) -> None:
    def respond(sent: Any) -> FakeResponse:
        if len(transport.requests) == 1:
            return FakeResponse([DATA[:100], NetworkFailure("reset", "torn")], 200)
        if sent.header("Range"):
            return FakeResponse(DATA[100:], 206, [(b"Content-Range", b"bytes 100-149/10240")])
        return FakeResponse(DATA)

    transport.route("*", respond)
    _, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA]


async def test_a_coded_part_is_not_used(world: World, transport: FakeTransport) -> None:
    def respond(sent: Any) -> FakeResponse:
        coded = [(b"Content-Encoding", b"gzip")]
        if len(transport.requests) == 1:
            return FakeResponse([DATA[:100], NetworkFailure("reset", "torn")], 200)
        if sent.header("Range"):
            rest = gzip.compress(DATA[100:])
            return FakeResponse(rest, 206, [(b"Content-Range", b"bytes 100-10239/10240"), *coded])
        return FakeResponse(gzip.compress(DATA[::-1]), 200, coded)

    transport.route("*", respond)
    bg_fetch, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA[::-1]]
    assert bg_fetch.stored_body_bytes_total == len(DATA)


async def test_the_rest_of_something_smaller_makes_it_start_over(world: World, transport: FakeTransport) -> None:
    def respond(sent: Any) -> FakeResponse:
        if len(transport.requests) == 1:
            return FakeResponse([DATA[:100], NetworkFailure("reset", "torn")], 200)
        if sent.header("Range"):
            return FakeResponse(b"", 416, [(b"Content-Range", b"bytes */50")])
        return FakeResponse(DATA[:50])

    transport.route("*", respond)
    _, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA[:50]]


async def test_what_was_whole_when_it_broke_is_found_whole(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, cut_at=len(DATA)))
    bg_fetch, bodies = await body_at_the_end(world, "a")
    assert bodies == [DATA]
    assert bg_fetch.result == "success"


async def test_with_integrity_metadata_only_the_whole_is_asked_for(world: World, transport: FakeTransport) -> None:
    digest = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    transport.route("*", FakeResponse(DATA))
    bg_fetch = await world.fetch("id", world.request("a", integrity_metadata=f"sha256-{digest}"))
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"


@pytest.mark.parametrize("kind", ["refused", "name not resolved"])
async def test_what_cannot_be_reached_is_given_up_soon(world: World, transport: FakeTransport, clock: Any, kind: Any) -> None:
    transport.route("*", NetworkFailure(kind, "nobody there"))
    bg_fetch, _ = await body_at_the_end(world, "a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) > 1
    assert clock.now() < 4


async def test_what_was_reached_before_has_more_time(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    server = resumable(DATA, cut_at=3000)
    transport.route("*", server, *[NetworkFailure("refused", "nobody there")] * 9, server)
    _, bodies = await body_at_the_end(world, "a", advance=2.0)
    assert bodies == [DATA]


async def test_a_server_that_says_later_is_asked_later(world: World, transport: FakeTransport, clock: Any) -> None:
    transport.route("*", FakeResponse(b"", 503), FakeResponse(b"", 429, [(b"Retry-After", b"20")]), b"here")
    bg_fetch, bodies = await body_at_the_end(world, "a")
    assert bodies == [b"here"]
    assert clock.now() >= 20.5
    assert bg_fetch.result == "success"


async def test_a_server_that_always_says_later_is_given_up(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse(b"", 503))
    bg_fetch, _ = await body_at_the_end(world, "a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) == RetryPolicy().attempts


async def test_a_server_that_says_much_later_is_not_waited_for(world: World, transport: FakeTransport, clock: Any) -> None:
    transport.route("*", FakeResponse(b"", 503, [(b"Retry-After", b"100000")]))
    bg_fetch, _ = await body_at_the_end(world, "a")
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


async def test_a_pause_stops_and_gives_its_turn_back(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    server = resumable(DATA)
    transport.route("*/a", FakeResponse([DATA[:3000], Event()], 200, [(b"ETag", b'"1"')]), server)
    transport.route("*/b*", b"b")
    world.fetches.downloads.turns._per_origin = 1
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 3000)
    other = await world.fetch("other", "b")
    assert await world.fetches.handle(bg_fetch.number).pause()
    await world.end_of(other)
    assert world.fetches.handle(bg_fetch.number).view.state == "paused"
    assert transport.open_bodies == 0
    assert await world.fetches.handle(bg_fetch.number).resume()
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"
    assert [sent.header("Range") for sent in transport.requests_for("*/a")] == [None, b"bytes=3000-"]


async def test_a_pause_while_it_waits_for_its_turn_holds(world: World, transport: FakeTransport) -> None:
    gate = Event()
    transport.route("*/a", FakeResponse([gate]))
    transport.route("*/b", b"b")
    world.fetches.downloads.turns._per_origin = 1
    first = await world.fetch("first", "a")
    second = await world.fetch("second", "b")
    await world.settle()
    assert await world.fetches.handle(second.number).pause()
    gate.set()
    await world.end_of(first)
    await world.settle()
    assert not transport.requests_for("*/b")
    await world.fetches.handle(second.number).resume()
    await world.end_of(second)


async def test_pausing_and_resuming_quickly_loses_nothing(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    server = resumable(DATA)

    def respond(sent: Any) -> FakeResponse:
        answer = server(sent)
        whole = answer.body
        assert isinstance(whole, bytes)
        answer.body = [whole[:500], 0.01, whole[500:1000], 0.01, whole[1000:]]
        return answer

    transport.route("*", respond)
    bodies: list[bytes] = []

    async def handler(name: str, snapshot: Any) -> None:
        bodies.append(await bg_fetch.records[0].response_data.body.read_all())

    world.events.handler = handler
    bg_fetch = await world.fetch("id", "a")
    for step in range(60):
        if bg_fetch.result:
            break
        handle = world.fetches.handle(bg_fetch.number)
        await (handle.pause() if step % 2 else handle.resume())
        await world.settle(step % 5)
        world.clock.advance(0.005)
    await world.fetches.handle(bg_fetch.number).resume()
    await world.end_of(bg_fetch, advance=0.01)
    assert bodies == [DATA]
    assert bg_fetch.stored_body_bytes_total == len(DATA)


async def test_an_upload_under_way_cannot_be_paused(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    bg_fetch = await world.fetch("id", world.request("a", method="POST", body=b"x"))
    assert not await world.fetches.handle(bg_fetch.number).pause()
    assert "pause" not in world.fetches.handle(bg_fetch.number).view.actions


async def test_quota_without_a_total(world: World, transport: FakeTransport) -> None:
    world.user_agent.storage.index.quota.set_limit(SITE, 20_000_000)
    transport.route("*", FakeResponse([b"x" * 1_000_000] * 30))
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    assert bg_fetch.failure_reason == "quota-exceeded"
