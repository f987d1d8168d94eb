"""What the profile does not take is not told as done, and what was to be stored is stored when it does."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.service_worker.registrations import remove_from_map
from engine.storage import (
    Index,
    Storage,
    StorageError,
    StorageFailed,
    StorageFull,
    all_background_fetches,
    records_of_a_background_fetch,
)
from engine.webidl.exceptions import DOMException

World: TypeAlias = Any


class Disk:
    """Refuses whatever changes rows, as long as it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refusal: type[StorageError] | None = None
        self.takes_what_frees_room = False
        forget, disk = Index._forget_unowned_bodies, self

        def refuse(index: Index) -> None:
            if disk.refusal is not None and not (disk.takes_what_frees_room and index._frees_room):
                raise disk.refusal(index.path, "somehow")
            forget(index)

        monkeypatch.setattr(Index, "_forget_unowned_bodies", refuse)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def states(world: World) -> list[tuple[str, str, str]]:
    return [
        (stored.developer_id, stored.result, stored.failure_reason)
        for stored in await world.user_agent.storage.run(all_background_fetches)
    ]


@pytest.mark.parametrize("refusal", [StorageFull, StorageFailed])
async def test_abort_is_refused_when_the_profile_cannot_be_told_and_the_fetch_goes_on(
    world: World, transport: FakeTransport, disk: Disk, refusal: type[StorageError]
) -> None:
    gate = Event()
    transport.route("*", FakeResponse([b"12345", gate]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.records[0].response_data.length == 5)
    disk.refusal = refusal
    with pytest.raises(refusal):
        await world.fetches.abort(bg_fetch)
    assert world.fetches.views()[0].state == "active"
    disk.refusal = None
    assert await states(world) == [("id", "", "")]
    assert await world.fetches.abort(bg_fetch)
    await world.end_of(bg_fetch)
    assert bg_fetch.failure_reason == "aborted"


async def test_an_end_that_could_not_be_stored_is_stored_later_and_its_id_is_free_only_then(
    world: World, transport: FakeTransport, disk: Disk
) -> None:
    gate = Event()
    transport.route("*", FakeResponse([b"12345", gate]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.records[0].response_data.length == 5)
    disk.refusal = StorageFull
    gate.set()
    await world.end_of(bg_fetch)
    assert (bg_fetch.result, world.events.names) == ("success", ["backgroundfetchsuccess"])
    with pytest.raises(DOMException) as caught:
        await world.fetch("id", "a")
    assert caught.value.name == "QuotaExceededError"
    disk.refusal = None
    assert await states(world) == [("id", "", "")]
    for _ in range(5):
        world.clock.advance(30)
        await world.settle()
    assert await states(world) == [], "its event has been handled, so nothing is left to know of it"
    await world.fetch("id", "a")


async def test_what_could_not_be_stored_is_stored_at_the_end_and_the_next_run_does_not_repeat_it(
    world: World, transport: FakeTransport, disk: Disk
) -> None:
    transport.route("*", b"12345")
    gate = Event()
    transport.route("https://site.test/dir/slow", FakeResponse([b"1", gate]))
    slow = await world.fetch("slow", "slow")
    await world.until(lambda: slow.records[0].response_data.length == 1)
    disk.refusal = StorageFull
    gate.set()
    await world.end_of(slow)
    disk.refusal = None
    following = await world.restart()
    await following.fetches.start()
    await following.settle()
    assert following.fetches.views() == []
    assert following.events.names == []


async def test_a_registration_that_went_takes_its_fetches_along_once_the_disk_takes_it(
    world: World, transport: FakeTransport, disk: Disk
) -> None:
    transport.route("*", FakeResponse([b"12345", Event()]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.records[0].response_data.length == 5)
    disk.refusal = StorageFull
    remove_from_map(world.registration)
    with pytest.raises(StorageFull):
        await world.fetches.stored()
    disk.refusal = None
    await world.fetches.stored()
    assert await states(world) == []


async def test_an_upload_that_cannot_be_noted_as_sent_is_not_sent(
    world: World, transport: FakeTransport, disk: Disk
) -> None:
    world.user_agent.permissions.set("background-fetch", "prompt", "https://site.test")
    bg_fetch = await world.fetch("id", world.request("a", method="POST", body=b"x"))
    disk.refusal = StorageFull
    bg_fetch.set_paused(False)
    await world.end_of(bg_fetch)
    disk.refusal = None
    assert bg_fetch.failure_reason == "quota-exceeded"
    assert transport.requests == []




@pytest.mark.parametrize("size", [5, 200_000])
async def test_an_end_is_stored_with_its_records_or_not_at_all(
    world: World, transport: FakeTransport, disk: Disk, size: int, tmp_path: Path
) -> None:
    gate = Event()
    transport.route("*", FakeResponse([b"x" * size, gate]))
    world.events.handler = _does_not_run  # so the next run tells it
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.records[0].response_data.length == size)
    disk.refusal, disk.takes_what_frees_room = StorageFull, True
    gate.set()
    await world.until(lambda: bg_fetch.event_put_off)
    assert world.fetches.downloads.ledger.failure is not None
    # The process ends there.
    shutil.copytree(world.folder, tmp_path / "as it was")
    disk.refusal = None
    storage = await Storage.open(tmp_path / "as it was")
    (stored,) = await storage.run(all_background_fetches)
    (record,) = await storage.run(records_of_a_background_fetch, bg_fetch.number)
    assert (stored.result, stored.event_due) == ("success", True)
    assert (record.result, record.stored) == ("success", size)
    await storage.close()


async def _does_not_run(name: str, init: dict[str, Any]) -> str:
    return "failure"
