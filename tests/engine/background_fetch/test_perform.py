from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from engine.event_loop import Event, in_parallel
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import all_background_fetches

SITE = "https://site.test"
World: TypeAlias = Any


async def test_a_fetch_that_succeeds(world: World, transport: FakeTransport) -> None:
    transport.route(f"{SITE}/dir/*", b"some bytes")
    bg_fetch = await world.fetch("id", "a", "b", title="Title", downloadTotal=1000)
    assert bg_fetch.result == ""
    await world.end_of(bg_fetch)
    assert (bg_fetch.result, bg_fetch.failure_reason) == ("success", "")
    assert bg_fetch.stored_body_bytes_total == 20
    [(name, interface, snapshot)] = world.events.fired
    assert (name, interface) == ("backgroundfetchsuccess", "BackgroundFetchUpdateUIEvent")
    assert snapshot == {
        "number": bg_fetch.number,
        "id": "id",
        "uploadTotal": 0,
        "uploaded": 0,
        "downloadTotal": 1000,
        "downloaded": 20,
        "result": "success",
        "failureReason": "",
        "recordsAvailable": True,
    }


async def test_records_are_there_during_the_event_and_gone_after_it(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"some bytes")
    seen: list[Any] = []

    async def handler(name: str, snapshot: dict[str, Any]) -> None:
        seen.append([await record.response_data.body.read_all() for record in bg_fetch.records])  # type: ignore[union-attr]

    world.events.handler = handler
    bg_fetch = await world.fetch("id", "a")
    await world.end_of(bg_fetch)
    assert seen == [[b"some bytes"]]
    await world.until(lambda: not bg_fetch.records)
    await world.settle()
    stored = await world.user_agent.storage.run(all_background_fetches)
    assert stored == []
    usage = await world.user_agent.storage.run(lambda index: index.row("SELECT total(used) FROM usage"))
    assert usage == (0.0,)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (FakeResponse(b"not there", 404), "bad-status"),
        (FakeResponse(b"broken", 500), "bad-status"),
        (FakeResponse(b"many", 429), "bad-status"),
        (NetworkFailure("tls", "no trust"), "fetch-error"),
        (FakeResponse(b"a part", 206), "fetch-error"),
    ],
)
async def test_failures_are_told_at_once(world: World, transport: FakeTransport, answer: Any, reason: str) -> None:
    transport.route("*", answer)
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    assert (bg_fetch.result, bg_fetch.failure_reason) == ("failure", reason)
    assert bg_fetch.stored_body_bytes_total == 0
    assert world.events.names == ["backgroundfetchfail"]
    assert len(transport.requests) == 1


async def test_the_first_failure_is_the_reason_and_the_rest_go_on(world: World, transport: FakeTransport) -> None:
    may_answer = Event()

    async def late(sent: Any) -> FakeResponse:
        await may_answer.wait()
        return FakeResponse(b"late")

    transport.route("*/good", late)
    transport.route("*/bad", FakeResponse(b"", 404))
    transport.route("*/worse", NetworkFailure("tls", "no trust"))
    bg_fetch = await world.fetch("id", "bad", "good")
    await world.until(lambda: bg_fetch.settled == 1)
    assert bg_fetch.result == ""
    may_answer.set()
    await world.end_of(bg_fetch)
    assert bg_fetch.failure_reason == "bad-status"
    assert bg_fetch.stored_body_bytes_total == 4


async def test_abort_ends_what_runs_and_keeps_what_is_there(world: World, transport: FakeTransport) -> None:
    transport.route("*/done", b"done")
    transport.route("*/never", FakeResponse([b"begun", Event()]))
    bg_fetch = await world.fetch("id", "done", "never")
    done, never = (record.response_data for record in bg_fetch.records)
    await world.until(lambda: done.result == "success" and never.length == 5)
    assert await world.fetches.handle(bg_fetch.number).abort()
    assert not await world.fetches.handle(bg_fetch.number).abort()
    await world.end_of(bg_fetch)
    assert (bg_fetch.result, bg_fetch.failure_reason) == ("failure", "aborted")
    assert (done.result, never.result) == ("success", "aborted")
    assert done.body is not None and await done.body.read_all() == b"done"
    [(name, interface, snapshot)] = world.events.fired
    assert (name, interface) == ("backgroundfetchabort", "BackgroundFetchEvent")
    assert snapshot["failureReason"] == "aborted"
    assert transport.open_bodies == 0


async def test_abort_also_reaches_what_waits_for_its_turn(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    one = await world.fetch("one", *[f"a{number}" for number in range(30)])
    other = await world.fetch("other", "b")
    await world.settle()
    assert not other.running
    assert await world.fetches.handle(other.unique_id).abort()
    await world.end_of(other)
    assert await world.fetches.handle(one.number).abort()
    await world.end_of(one)
    assert one.settled == 30


async def test_an_abort_that_comes_before_the_conclusion_counts(world: World, transport: FakeTransport) -> None:
    gate = Event()
    transport.route("*", FakeResponse([b"x", gate]))
    bg_fetch = await world.fetch("id", "a")
    async with world.fetches.downloads.edit_queue(world.registration):
        aborting = in_parallel(world.fetches.handle(bg_fetch.number).abort())
        await world.settle(3)
        gate.set()
        await world.until(lambda: bg_fetch.settled == 1)
        await world.settle(3)
    assert await aborting
    await world.end_of(bg_fetch)
    assert (bg_fetch.result, bg_fetch.failure_reason) == ("failure", "aborted")
    assert world.events.names == ["backgroundfetchabort"]


async def test_aborting_what_has_ended_does_nothing(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"")
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    assert not await world.fetches.handle(bg_fetch.number).abort()


async def test_an_aborted_id_is_free_at_once(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    first = await world.fetch("id", "a")
    assert await world.fetches.handle(first.number).abort()
    second = await world.fetch("id", "a")
    assert await world.fetches.handle(second.number).abort()
    await world.end_of(first)
    await world.end_of(second)


async def test_a_thousand_records(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"0123456789")
    bg_fetch = await world.fetch("id", *[f"record/{number}" for number in range(1000)])
    await world.until(lambda: not bg_fetch.records_available, seconds=20)
    assert bg_fetch.result == "success"
    assert bg_fetch.stored_body_bytes_total == 10_000
    assert len(transport.requests) == 1000


async def test_no_more_run_at_once_than_may(world: World, transport: FakeTransport) -> None:
    running: list[int] = [0]

    async def respond(sent: Any) -> FakeResponse:
        running.append(transport.open_bodies + 1)
        await world.settle(1)
        return FakeResponse([b"x", 0.0])

    transport.route("*", respond)
    fetches = [await world.fetch(f"id {number}", *[f"{number}/{n}" for n in range(20)]) for number in range(3)]
    for bg_fetch in fetches:
        await world.end_of(bg_fetch)
    assert len(running) == 61
    assert max(running) <= 6


async def test_other_origins_need_leave_and_give_nothing_away_without(world: World, transport: FakeTransport) -> None:
    transport.route("https://other.test/with", FakeResponse(b"open", 200, [(b"Access-Control-Allow-Origin", b"*")]))
    transport.route("https://other.test/without", b"secret")
    good = await world.end_of(await world.fetch("with", "https://other.test/with"))
    assert (good.result, good.stored_body_bytes_total) == ("success", 4)
    bad = await world.end_of(await world.fetch("without", "https://other.test/without"))
    assert (bad.failure_reason, bad.stored_body_bytes_total) == ("fetch-error", 0)


@pytest.mark.parametrize(
    "address",
    ["data:text/plain,foo", "wss://site.test/", "file:///etc/passwd", "foobar:bazqux", "about:blank", "https://site.test:587/", "http://other.test/"],
)
async def test_what_may_not_be_fetched_fails_later(world: World, transport: FakeTransport, address: str) -> None:
    transport.route("*", FakeResponse(b"x", 200, [(b"Access-Control-Allow-Origin", b"*")]))
    bg_fetch = await world.fetch("id", address)
    await world.end_of(bg_fetch)
    assert bg_fetch.failure_reason == "fetch-error"
    assert not transport.requests


async def test_a_response_without_a_body(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse(b"", 204))
    bg_fetch = await world.fetch("id", "a")
    data = bg_fetch.records[0].response_data
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"
    assert data.body is None


async def test_a_worker_that_knows_only_the_old_name_gets_it(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse(b"", 404))
    assert world.registration.active is not None
    world.registration.active.event_types = {"backgroundfetchfailure"}
    await world.end_of(await world.fetch("1", "a"))
    world.registration.active.event_types = {"backgroundfetchfailure", "backgroundfetchfail"}
    await world.end_of(await world.fetch("2", "a"))
    world.fetches.downloads.accept_old_failure_event_name = False
    world.registration.active.event_types = {"backgroundfetchfailure"}
    await world.end_of(await world.fetch("3", "a"))
    assert world.events.names == ["backgroundfetchfailure", "backgroundfetchfail", "backgroundfetchfail"]
    assert len(world.watcher.messages) == 1


async def test_a_handler_may_begin_another_fetch(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"x")
    more: list[Any] = []

    async def handler(name: str, snapshot: dict[str, Any]) -> None:
        if not more:
            more.append(await world.fetch("id", "b"))

    world.events.handler = handler
    await world.end_of(await world.fetch("id", "a"))
    await world.end_of(more[0])
    assert world.events.names == ["backgroundfetchsuccess"] * 2


async def test_a_click_during_and_after(world: World, transport: FakeTransport) -> None:
    gate = Event()
    transport.route("*", FakeResponse([b"x", gate]))
    bg_fetch = await world.fetch("id", "a")
    await world.fetches.handle(bg_fetch.number).click()
    gate.set()
    await world.end_of(bg_fetch)
    await world.fetches.handle(bg_fetch.unique_id).click()
    assert world.events.names == ["backgroundfetchclick", "backgroundfetchsuccess", "backgroundfetchclick"]
    assert world.events.activations == [True, False, True]
    assert world.events.fired[-1][2]["recordsAvailable"] is False
