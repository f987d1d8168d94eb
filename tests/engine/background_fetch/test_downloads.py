"""The noun: which background fetches there are, and which are active."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import unfinished_background_fetches

World: TypeAlias = Any


async def test_one_is_deactivated_once(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    bg_fetch = await world.fetch("id", "a")
    downloads = world.fetches.downloads
    assert downloads.deactivate(bg_fetch)
    assert not downloads.deactivate(bg_fetch)
    other = await world.fetch("other", "a")
    downloads.registration_state(world.registration).active["id"] = other
    # The id is that of another by now.
    assert not downloads.deactivate(bg_fetch)
    assert world.fetches.get(world.registration, "id") is other


async def test_all_come_in_the_order_in_which_they_began(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    made = [await world.fetch(id, "a") for id in ("z", "a", "m")]
    assert world.fetches.downloads.all() == made


async def test_what_is_unregistered_keeps_no_state(world: World, transport: FakeTransport) -> None:
    downloads = world.fetches.downloads
    assert downloads.registration_state(world.registration) is downloads.registration_state(world.registration)
    assert downloads.forget_registration(world.registration) == []
    del world.user_agent.service_workers.registration_map[(world.registration.storage_key, world.registration.scope)]
    downloads.registration_state(world.registration)
    assert world.registration not in downloads._states


async def test_one_that_begins_while_the_browser_closes_is_stored_and_does_not_run_in_it(
    world: World, transport: FakeTransport
) -> None:
    transport.route("*", FakeResponse([Event()]))
    downloads = world.fetches.downloads
    await downloads.close()
    bg_fetch = await world.fetch("id", "a")
    for _ in range(20):
        await asyncio.sleep(0)
    assert not downloads._steps and not transport.requests
    (kept,) = await downloads.storage.run(unfinished_background_fetches)
    assert kept.id == bg_fetch.number
