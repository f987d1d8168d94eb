"""Where background fetches begin and end with their registration."""

from __future__ import annotations

from typing import Any, TypeAlias

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import all_background_fetches

SITE = "https://site.test"
World: TypeAlias = Any


async def test_an_unregistered_registration_takes_its_fetches_with_it(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([b"begun", Event()]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 5)
    del world.user_agent.service_workers.registration_map[(SITE, world.registration.scope)]
    world.user_agent.service_workers.registration_has_left_the_map(world.registration)
    again = world.register(world.user_agent.service_workers, world.registration.scope)
    # The id is free at once.
    second = await world.fetch("id", "a", registration=again)
    await world.until(lambda: not bg_fetch.running)
    await world.settle()
    assert world.events.fired == []
    stored = await world.user_agent.storage.run(all_background_fetches)
    assert [one.id for one in stored] == [second.number]
    assert [view.number for view in world.fetches.views()] == [second.number]
