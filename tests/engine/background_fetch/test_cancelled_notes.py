"""What is noted of background fetches is written down, whoever is cancelled while it is."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

import pytest

from engine.background_fetch.ledger import Ledger
from engine.event_loop import Cancelled, Event, in_parallel, yield_to_others
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.service_worker.registrations import remove_from_map
from engine.storage import Index, Storage, disk_verb

World: TypeAlias = Any


@disk_verb
def _noted(index: Index) -> dict[str, tuple[int, str, int]]:
    """Id → attempts, result, bytes, of each fetch's only record."""
    rows = index.rows(
        """SELECT f.developer_id, r.attempts, r.result, r.stored
           FROM background_fetch_records r JOIN background_fetches f ON f.id = r.fetch"""
    )
    return {developer_id.decode(): (attempts, result, stored) for developer_id, attempts, result, stored in rows}


class SlowDisk:
    """The ledger's verbs wait, each until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting: list[Event] = []
        self.is_slow = True
        run, disk = Storage.run, self

        async def slowly(storage: Storage, verb: Any, *args: Any, **kwargs: Any) -> Any:
            if disk.is_slow and verb.__name__ in ("save_records", "save_progress"):
                disk.waiting.append(Event())
                await disk.waiting[-1].wait()
            return await run(storage, verb, *args, **kwargs)

        monkeypatch.setattr(Storage, "run", slowly)

    def go_on(self) -> None:
        self.is_slow = False
        for each in self.waiting:
            each.set()


async def _is_writing(world: World, disk: SlowDisk) -> None:
    """The ledger writes where a download is; what is noted from now on is taken by the next who writes."""
    world.transport.route("https://site.test/dir/large", FakeResponse([b"12345", Event()]))
    download = await world.fetch("large", "large")
    await world.until(lambda: download.stored_body_bytes_total == 5)
    in_parallel(world.fetches.downloads.ledger.write())
    await world.until(lambda: disk.waiting)


async def test_an_upload_that_ends_while_it_is_noted_loses_the_note_of_no_other(
    world: World, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport.route("*", FakeResponse([Event()]))
    disk = SlowDisk(monkeypatch)
    await _is_writing(world, disk)
    other = world.register(world.user_agent.service_workers, "https://site.test/other/")
    first = await world.fetch("first", world.request("a", method="POST"), registration=other)
    second = await world.fetch("second", world.request("b", method="POST"))
    await world.until(lambda: first.records[0].attempts and second.records[0].attempts)
    # The first takes the notes of both.
    disk.waiting[0].set()
    await world.until(lambda: len(disk.waiting) == 2)
    remove_from_map(other)
    await world.settle(3)
    disk.go_on()
    await world.until(lambda: transport.requests_for("https://site.test/dir/b"))
    assert (await world.user_agent.storage.run(_noted))["second"] == (1, "", 0)
    following = await world.restart()
    await following.fetches.start()
    await following.until(lambda: following.events.names)
    assert following.events.names == ["backgroundfetchfail"], "it is not sent twice"
    assert len(transport.requests_for("https://site.test/dir/b")) == 1
    await following.stop()


async def test_a_success_that_somebody_else_writes_down_is_written_down(
    world: World, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, is_over = Event(), Event()
    transport.route("*", FakeResponse([Event()]))
    transport.route("https://site.test/dir/x", FakeResponse([gate, b"hello"]))
    world.events.handler = lambda name, snapshot: is_over.wait()
    download = await world.fetch("download", "x")
    await world.settle()
    disk = SlowDisk(monkeypatch)
    await _is_writing(world, disk)
    other = world.register(world.user_agent.service_workers, "https://site.test/other/")
    upload = await world.fetch("upload", world.request("a", method="POST"), registration=other)
    await world.until(lambda: upload.records[0].attempts)
    gate.set()
    await world.until(lambda: download.settled)
    # The upload takes the notes of both.
    disk.waiting[0].set()
    await world.until(lambda: len(disk.waiting) == 2)
    remove_from_map(other)
    await world.settle(3)
    disk.go_on()
    await world.until(lambda: world.events.names)
    assert world.events.names == ["backgroundfetchsuccess"]
    assert (await world.user_agent.storage.run(_noted))["download"] == (0, "success", 5)
    is_over.set()
    await world.end_of(download)


async def test_progress_that_a_cancelled_writer_took_is_written_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.transport.route("*", FakeResponse([b"12345", Event()]))
    bg_fetch = await world.fetch("download", "x")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 5)
    disk, ledger = SlowDisk(monkeypatch), world.fetches.downloads.ledger
    writers = [in_parallel(ledger.write()) for _ in range(3)]
    await world.until(lambda: disk.waiting)
    for writer in writers[:2]:
        writer.cancel()
        with pytest.raises(Cancelled):
            await writer
    disk.go_on()
    await writers[2]
    assert await world.user_agent.storage.run(_noted) == {"download": (0, "", 5)}


@pytest.mark.parametrize("how", ["closed", "cancelled again and again"])
async def test_an_upload_that_was_not_sent_is_not_noted_as_sent(
    world: World, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    transport.route("*", FakeResponse([Event()]))
    disk = SlowDisk(monkeypatch)
    bg_fetch = await world.fetch("upload", world.request("a", method="POST"))
    await world.until(lambda: disk.waiting)
    stopping = asyncio.ensure_future(world.stop())
    for _ in range(5):
        await yield_to_others()
        if how != "closed":
            for steps in list(world.fetches.downloads._steps):
                steps.cancel()
    disk.go_on()
    await stopping
    assert not transport.requests_for("https://site.test/dir/a") and bg_fetch.records[0].attempts == 0
    following = await world.next_run()
    await following.fetches.start()
    await following.until(lambda: transport.requests_for("https://site.test/dir/a"))
    await following.stop()


async def test_what_is_put_back_while_others_write_is_written_by_them(world: World) -> None:
    """The notes of a record that is gone from memory change nothing."""
    world.transport.route("*", FakeResponse([b"12345", Event()]))
    bg_fetch = await world.fetch("download", "x")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 5)
    assert isinstance(world.fetches.downloads.ledger, Ledger)
    writing = in_parallel(world.fetches.downloads.ledger.write())
    assert await world.fetches.abort(bg_fetch)
    await writing
    await world.until(lambda: world.events.names)
    assert world.events.names == ["backgroundfetchabort"]
