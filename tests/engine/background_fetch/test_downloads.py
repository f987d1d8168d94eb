"""The noun: which background fetches there are, and which are active."""

from __future__ import annotations

from typing import Any, TypeAlias

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport

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
