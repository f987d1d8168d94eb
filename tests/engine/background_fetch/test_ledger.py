"""When the disk refuses."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import StorageFull, all_background_fetches
from engine.storage.body_writer import BodyWriter

World: TypeAlias = Any


async def test_what_could_not_be_written_is_written_later(
    world: World, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    transport.route("*", FakeResponse([b"12345", gate]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.records[0].response_data.length == 5)
    await world.settle(3)

    async def refuse(writer: BodyWriter) -> int:
        raise StorageFull("somewhere", "no room")

    with monkeypatch.context() as patch:
        patch.setattr(BodyWriter, "flush", refuse)
        await world.fetches.downloads.ledger.write()
        assert isinstance(world.fetches.downloads.ledger.failure, StorageFull)
    body = bg_fetch.records[0].response_data.body
    await world.until(lambda: world.fetches.downloads.ledger.failure is None, advance=0.5)
    gate.set()
    await world.until(lambda: body.state == "complete", advance=0.1)
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"


async def test_a_full_disk_ends_the_record(world: World, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    transport.route("*", b"12345")

    async def refuse(writer: BodyWriter, chunk: bytes) -> None:
        raise StorageFull("somewhere", "no room")

    monkeypatch.setattr(BodyWriter, "append", refuse)
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    assert bg_fetch.failure_reason == "quota-exceeded"
    assert bg_fetch.stored_body_bytes_total == 0


async def test_a_quota_that_shrinks_ends_what_was_reserved(world: World, transport: FakeTransport) -> None:
    pieces: list[Any] = []
    for _ in range(20):
        pieces += [b"x" * 1000, 0.5]
    transport.route("*", FakeResponse(pieces))
    bg_fetch = await world.fetch("id", "a", downloadTotal=1_000_000)
    await world.until(lambda: bg_fetch.stored_body_bytes_total >= 2000, advance=0.1)
    world.user_agent.storage.index.quota.set_limit("https://site.test", 1000)
    await world.end_of(bg_fetch, advance=0.1)
    assert bg_fetch.failure_reason == "quota-exceeded"


async def test_progress_is_in_the_profile_after_a_while(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([b"12345", Event()]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 5)
    body = bg_fetch.records[0].response_data.body
    await world.until(lambda: body.recorded == 5, advance=0.25)
    [stored] = await world.user_agent.storage.run(all_background_fetches)
    assert stored.downloaded == 5
