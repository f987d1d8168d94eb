"""Bytes as they come: totals, quotas, parts that are not as long as they say."""

from __future__ import annotations

from typing import Any, TypeAlias

from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport

SITE = "https://site.test"
World: TypeAlias = Any

DATA = bytes(range(256)) * 40


async def test_a_part_that_lies_about_its_length_is_not_used(world: World, transport: FakeTransport) -> None:
    def respond(sent: Any) -> FakeResponse:
        if len(transport.requests) == 1:
            return FakeResponse([DATA[:100], NetworkFailure("reset", "torn")], 200)
        if sent.header("Range"):
            return FakeResponse(DATA[100:], 206, [(b"Content-Range", b"bytes 100-149/10240")])
        return FakeResponse(DATA)

    transport.route("*", respond)
    _, bodies = await world.bodies_at_the_end("a")
    assert bodies == [DATA]


async def test_quota_without_a_total(world: World, transport: FakeTransport) -> None:
    world.user_agent.storage.index.quota.set_limit(SITE, 20_000_000)
    transport.route("*", FakeResponse([b"x" * 1_000_000] * 30))
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    assert bg_fetch.failure_reason == "quota-exceeded"


async def test_more_than_the_total_ends_everything_at_once(world: World, transport: FakeTransport) -> None:
    transport.route("*/never", FakeResponse([b"x", Event()]))
    transport.route("*/large", FakeResponse([b"1234", 0.1, b"5678"]))
    bg_fetch = await world.fetch("id", "never", "large", downloadTotal=8)
    records = list(bg_fetch.records)
    await world.end_of(bg_fetch, advance=0.1)
    assert bg_fetch.failure_reason == "download-total-exceeded"
    assert [record.response_data.result for record in records] == ["aborted", "download-total-exceeded"]
    assert world.events.names == ["backgroundfetchfail"]
    assert transport.open_bodies == 0


async def test_exactly_the_total_is_not_too_much(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"12345678")
    bg_fetch = await world.end_of(await world.fetch("id", "a", downloadTotal=8))
    assert bg_fetch.result == "success"


async def test_the_total_holds_for_all_records_together(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"12345678")
    bg_fetch = await world.end_of(await world.fetch("id", "a", "b", downloadTotal=15))
    assert bg_fetch.failure_reason == "download-total-exceeded"
