"""Broken connections, ranges, and servers that change their mind."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any, TypeAlias

from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport

SITE = "https://site.test"
World: TypeAlias = Any
Resumable: TypeAlias = Callable[..., Callable[[Any], FakeResponse]]

DATA = bytes(range(256)) * 40


async def test_it_goes_on_where_the_connection_broke(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*", resumable(DATA, cut_at=3000))
    bg_fetch, bodies = await world.bodies_at_the_end("a")
    assert bodies == [DATA]
    assert bg_fetch.stored_body_bytes_total == len(DATA)
    first, second = transport.requests
    assert (first.header("Range"), first.header("If-Range")) == (None, None)
    assert (second.header("Range"), second.header("If-Range")) == (b"bytes=3000-", b'"1"')
    assert second.header("Accept-Encoding") == b"identity"


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
    bg_fetch, bodies = await world.bodies_at_the_end("a")
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
    bg_fetch, bodies = await world.bodies_at_the_end("a")
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
    _, bodies = await world.bodies_at_the_end("a")
    assert bodies == [DATA]


async def test_parts_that_never_get_on_are_given_up(world: World, transport: FakeTransport) -> None:
    headers = [(b"Content-Range", b"bytes 0-99/1000")]
    transport.route("*", FakeResponse(DATA[:100], 206, headers), FakeResponse(b"", 206, [(b"Content-Range", b"bytes 100-100/1000")]))
    bg_fetch, _ = await world.bodies_at_the_end("a")
    assert bg_fetch.failure_reason == "fetch-error"
    assert len(transport.requests) < 30


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
    bg_fetch, bodies = await world.bodies_at_the_end("a")
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
    _, bodies = await world.bodies_at_the_end("a")
    assert bodies == [DATA[:50]]


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
