"""Instances hear of progress at most once per interval, and always of the end."""

from __future__ import annotations

from typing import Any, TypeAlias

from engine.background_fetch.update_instances import PATIENCE_WITH_REALMS
from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport

World: TypeAlias = Any


def updates(page: Any) -> list[tuple[int, str]]:
    return [(call[2]["downloaded"], call[2]["result"]) for call in page.bindings.calls if call[0] == "up_background_fetch_update"]


async def under_way(world: World, transport: FakeTransport) -> tuple[Any, list[Event]]:
    gates = [Event() for _ in range(4)]
    pieces: list[Any] = []
    for gate in gates:
        pieces += [b"12345", gate]
    transport.route("*", FakeResponse(pieces))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 5)
    return bg_fetch, gates


async def more(world: World, bg_fetch: Any, gate: Event) -> None:
    had = bg_fetch.stored_body_bytes_total
    gate.set()
    await world.until(lambda: bg_fetch.stored_body_bytes_total == had + 5)
    await world.settle(3)


async def over_while_its_realm_is_busy(world: World, transport: FakeTransport) -> Any:
    bg_fetch, gates = await under_way(world, transport)
    world.fetches.add_instance(world.page, bg_fetch.number)
    await world.settle(3)
    world.page.agent.busy = True
    for gate in gates:
        gate.set()
    await world.until(lambda: bg_fetch.result == "success")
    await world.settle(3)
    return bg_fetch


async def test_at_most_one_per_interval_with_the_newest_figures(world: World, transport: FakeTransport) -> None:
    bg_fetch, gates = await under_way(world, transport)
    world.fetches.add_instance(world.page, bg_fetch.number)
    await world.settle(3)
    assert updates(world.page) == [(5, "")]
    await more(world, bg_fetch, gates[0])
    await more(world, bg_fetch, gates[1])
    assert updates(world.page) == [(5, "")]
    world.clock.advance(0.016)
    await world.settle(3)
    assert updates(world.page) == [(5, ""), (15, "")]
    world.clock.advance(1)
    await world.settle(3)
    assert len(updates(world.page)) == 2


async def test_a_busy_realm_never_has_two_waiting(world: World, transport: FakeTransport) -> None:
    bg_fetch, gates = await under_way(world, transport)
    world.page.agent.busy = True
    world.fetches.add_instance(world.page, bg_fetch.number)
    for gate in gates[:2]:
        await more(world, bg_fetch, gate)
        world.clock.advance(0.1)
        await world.settle(3)
    assert len(world.page.agent.queued) == 1
    world.page.agent.catch_up()
    await world.settle(3)
    world.clock.advance(0.1)
    await world.settle(3)
    assert updates(world.page) == [(5, ""), (15, "")]


async def test_the_end_comes_at_once_and_also_to_a_busy_realm(world: World, transport: FakeTransport) -> None:
    bg_fetch = await over_while_its_realm_is_busy(world, transport)
    assert not world.events.names, "the event waits for a realm that is busy, but not for ever"
    await world.until(lambda: not bg_fetch.records_available, advance=PATIENCE_WITH_REALMS)
    await world.settle(3)
    world.page.agent.catch_up()
    assert updates(world.page)[-2:] == [(20, "success"), (20, "success")]
    last = world.page.bindings.calls[-1]
    assert last[2]["recordsAvailable"] is False


async def test_an_instance_of_what_is_gone_hears_so(world: World) -> None:
    world.fetches.add_instance(world.page, 4711)
    assert world.page.bindings.calls == [("up_background_fetch_gone", 4711)]


async def test_a_page_that_ends_is_forgotten(world: World, transport: FakeTransport) -> None:
    bg_fetch, gates = await under_way(world, transport)
    world.fetches.add_instance(world.page, bg_fetch.number)
    await world.settle(3)
    await more(world, bg_fetch, gates[0])
    world.page.destroy()
    assert not bg_fetch.instances
    world.clock.advance(1)
    await more(world, bg_fetch, gates[1])
    assert updates(world.page) == [(5, "")]


async def until_it_is_forgotten(world: World, bg_fetch: Any) -> None:
    await world.until(lambda: not bg_fetch.records)


async def test_what_is_over_is_forgotten_with_all_who_heard_of_it(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"bytes")
    known = len(world.page._on_destroy)
    for number in range(3):
        bg_fetch = await world.fetch(f"{number}", "a")
        world.fetches.add_instance(world.page, bg_fetch.number)
        await world.end_of(bg_fetch)
        await until_it_is_forgotten(world, bg_fetch)
        assert not bg_fetch.instances
        world.fetches.add_instance(world.page, bg_fetch.number)  # a click, say
        assert not bg_fetch.instances
    assert len(world.page._on_destroy) == known


async def test_of_those_that_are_over_so_many_are_shown(world: World, transport: FakeTransport) -> None:
    world.fetches.downloads.most_ended = 3
    transport.route("*", b"bytes")
    for number in range(6):
        bg_fetch = await world.fetch(f"{number}", "a")
        await world.end_of(bg_fetch)
        await until_it_is_forgotten(world, bg_fetch)
    assert [view.id for view in world.fetches.views()] == ["3", "4", "5"]
    assert len(world.fetches.downloads.registration_state(world.registration).shown) == 3


async def test_other_sites_have_no_part_in_it(world: World, transport: FakeTransport) -> None:
    bg_fetch, _ = await under_way(world, transport)
    stranger = world.new_page("https://other.test/")
    assert world.fetches.of_number(bg_fetch.number, stranger) is None


async def test_what_a_realm_asks_when_it_hears_of_the_end_is_answered(world: World, transport: FakeTransport) -> None:
    bg_fetch = await over_while_its_realm_is_busy(world, transport)
    assert bg_fetch.records_available, "what was queued for the realm has not run"
    world.page.agent.catch_up()
    await world.until(lambda: not bg_fetch.records_available)
