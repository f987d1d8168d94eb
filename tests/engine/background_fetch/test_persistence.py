"""What a later run of the browser makes of what an earlier one has left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any, TypeAlias

from engine.event_loop import Event
from engine.http.policy_container import ContentSecurityPolicy, parse_a_directive_set
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.storage import all_background_fetches

SITE = "https://site.test"
World: TypeAlias = Any
Resumable: TypeAlias = Callable[..., Callable[[Any], FakeResponse]]

DATA = bytes(range(256)) * 400


async def test_it_goes_on_from_the_stored_offset(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*/a", FakeResponse([DATA[:60_000], Event()], 200, [(b"ETag", b'"1"')]), resumable(DATA))
    transport.route("*/b", b"b")
    bg_fetch = await world.fetch("id", "a", "b", title="Title", downloadTotal=200_000, icons=[{"src": "icon.png", "label": "L"}])
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 60_001 and bg_fetch.settled == 1)
    following = await world.restart()
    bodies: list[bytes] = []

    async def handler(name: str, snapshot: Any) -> None:
        again = following.fetches.downloads._by_number[bg_fetch.number]
        bodies.extend([await record.response_data.body.read_all() for record in again.records])

    following.events.handler = handler
    await following.fetches.start()
    [view] = following.fetches.views()
    assert (view.id, view.title, view.downloaded, view.download_total) == ("id", "Title", 60_001, 200_000)
    assert (view.settled_records, view.records) == (1, 2)
    assert view.unique_id == bg_fetch.unique_id
    again = following.fetches.downloads._by_number[bg_fetch.number]
    assert again.icons == [{"src": f"{SITE}/dir/icon.png", "label": "L"}]
    await following.end_of(again)
    assert bodies == [DATA, b"b"]
    assert [sent.header("Range") for sent in transport.requests_for("*/a")] == [None, b"bytes=60000-"]
    assert len(transport.requests_for("*/b")) == 1
    assert following.events.names == ["backgroundfetchsuccess"]
    await following.stop()


async def test_a_run_that_was_cut_off_loses_only_what_was_not_flushed(
    world: World, transport: FakeTransport, resumable: Resumable
) -> None:
    gate = Event()
    pieces = [DATA[:30_000], gate, DATA[30_000:60_000], Event()]
    transport.route("*/a", FakeResponse(pieces, 200, [(b"ETag", b'"1"')]), resumable(DATA))
    bg_fetch = await world.fetch("id", "a")
    body = await body_of(world, bg_fetch)
    await world.until(lambda: body.recorded == 30_000, advance=0.1)
    await world.user_agent.storage.run(all_background_fetches)  # after which it is committed
    gate.set()
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 60_000)
    # The process dies: what happens now is not written down any more.
    killed = shutil.copytree(world.folder, world.folder.with_name("killed"))
    await world.stop()
    world.folder = killed
    following = await world.next_run()
    await following.fetches.start()
    again = following.fetches.downloads._by_number[bg_fetch.number]
    assert again.stored_body_bytes_total == 30_000
    await following.end_of(again)
    assert (again.result, again.stored_body_bytes_total) == ("success", len(DATA))
    assert transport.requests[-1].header("Range") == b"bytes=30000-"
    await following.stop()


async def body_of(world: World, bg_fetch: Any) -> Any:
    await world.until(lambda: bg_fetch.records[0].response_data.body is not None)
    return bg_fetch.records[0].response_data.body


async def test_a_terminal_event_that_was_not_handled_is_fired_again(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"some bytes")

    async def never(name: str, snapshot: Any) -> None:
        await Event().wait()

    world.events.handler = never
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: world.events.fired)
    following = await world.restart()
    bodies: list[bytes] = []

    async def handler(name: str, snapshot: Any) -> None:
        assert snapshot["result"] == "success"
        [record] = following.fetches.downloads._by_number[bg_fetch.number].records
        bodies.append(await record.response_data.body.read_all())

    following.events.handler = handler
    await following.fetches.start()
    await following.until(lambda: bodies)
    assert bodies == [b"some bytes"]
    assert len(transport.requests) == 1
    last = await following.restart()
    await last.fetches.start()
    await last.settle()
    assert last.events.fired == []
    assert last.fetches.views() == []
    await last.stop()


async def test_when_the_event_is_fired_all_of_it_is_in_the_profile(world: World, transport: FakeTransport) -> None:
    transport.route("*/good", b"some bytes")
    transport.route("*/bad", FakeResponse(b"", 404))

    async def never(name: str, snapshot: Any) -> None:
        await Event().wait()

    world.events.handler = never
    bg_fetch = await world.fetch("id", "good", "bad")
    await world.until(lambda: world.events.fired)
    # The process dies: what happens now is not written down any more.
    killed = shutil.copytree(world.folder, world.folder.with_name("killed"))
    await world.stop()
    world.folder = killed
    following = await world.next_run()
    following.events.handler = never
    await following.fetches.start()
    again = following.fetches.downloads._by_number[bg_fetch.number]
    assert (again.result, again.failure_reason) == ("failure", "bad-status")
    good, bad = (record.response_data for record in again.records)
    assert (good.result, bad.result) == ("success", "bad-status")
    assert good.body is not None and await good.body.read_all() == b"some bytes"
    assert bad.response is not None and bad.response.status == 404
    await following.stop()


async def test_an_event_whose_worker_does_not_run_is_kept(world: World, transport: FakeTransport) -> None:
    transport.route("*", b"some bytes")

    async def fails(name: str, snapshot: Any) -> str:
        return "failure"

    world.events.handler = fails
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: world.watcher.messages)
    assert bg_fetch.records_available
    view = await world.fetches.handle(bg_fetch.number).wait()
    assert (view.state, view.event_due, view.event_put_off) == ("success", False, True)
    following = await world.restart()
    await following.fetches.start()
    await following.until(lambda: following.events.names == ["backgroundfetchsuccess"])
    await following.stop()


async def test_an_abort_that_was_promised_holds(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([b"x", Event()]))

    async def never(name: str, snapshot: Any) -> None:
        await Event().wait()

    world.events.handler = never
    bg_fetch = await world.fetch("id", "a")
    await world.fetches.handle(bg_fetch.number).abort()
    following = await world.restart()
    await following.fetches.start()
    again = following.fetches.downloads._by_number[bg_fetch.number]
    assert again.records[0].response_data.result == "aborted"
    await following.until(lambda: following.events.names == ["backgroundfetchabort"])
    assert len(transport.requests) <= 1
    await following.stop()


async def test_a_pause_lasts(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]), b"x")
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: transport.requests)
    await world.fetches.handle(bg_fetch.number).pause()
    following = await world.restart()
    await following.fetches.start()
    await following.settle()
    assert following.fetches.views()[0].state == "paused"
    assert len(transport.requests) == 1
    await following.fetches.handle(bg_fetch.number).resume()
    await following.end_of(following.fetches.downloads._by_number[bg_fetch.number])
    assert following.events.names == ["backgroundfetchsuccess"]
    await following.stop()


async def test_an_upload_that_was_sent_is_not_sent_again(world: World, transport: FakeTransport) -> None:
    transport.route("*/sent", FakeResponse([Event()]))
    transport.route("*/waits", FakeResponse(b"x"))
    world.fetches.downloads.turns._per_origin = 1
    requests = [world.request(name, method="POST", body=b"body of " + name.encode()) for name in ("sent", "waits")]
    bg_fetch = await world.fetch("id", *requests)
    await world.until(lambda: transport.requests)
    following = await world.restart()
    await following.fetches.start()
    await following.end_of(following.fetches.downloads._by_number[bg_fetch.number])
    assert following.events.names == ["backgroundfetchfail"]
    assert [(sent.url.rpartition("/")[2], sent.body) for sent in transport.requests] == [
        ("sent", b"body of sent"),
        ("waits", b"body of waits"),
    ]
    await following.stop()


async def test_policies_and_origin_of_the_creator_are_kept(world: World, transport: FakeTransport) -> None:
    world.page.policy_container.csp_list.append(ContentSecurityPolicy(parse_a_directive_set("connect-src https://other.test")))
    world.network.go_offline()
    transport.route("*", FakeResponse(b"x", 200, [(b"Access-Control-Allow-Origin", SITE.encode())]))
    bg_fetch = await world.fetch("id", "https://other.test/allowed", "forbidden")
    await world.settle()
    following = await world.restart()
    await following.fetches.start()
    again = following.fetches.downloads._by_number[bg_fetch.number]
    results = [record.response_data for record in again.records]
    await following.end_of(again)
    assert [data.result for data in results] == ["success", "fetch-error"]
    [sent] = transport.requests
    assert (sent.header("Origin"), sent.header("Referer")) == (SITE.encode(), f"{SITE}/".encode())
    await following.stop()


async def test_what_belongs_to_no_registration_is_removed(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    await world.fetch("id", "a")
    following = await world.restart()
    following.user_agent.service_workers.registration_map.clear()
    await following.fetches.start()
    assert following.fetches.views() == []
    assert await following.user_agent.storage.run(all_background_fetches) == []
    await following.stop()


async def test_a_body_that_was_lost_is_fetched_anew(world: World, transport: FakeTransport, resumable: Resumable) -> None:
    transport.route("*/a", FakeResponse([DATA[:60_000], Event()], 200, [(b"ETag", b'"1"')]), resumable(DATA))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 60_000)
    body = bg_fetch.records[0].response_data.body
    path = world.user_agent.storage.index.bodies.path(body.id)
    await world.stop()
    path.unlink()
    following = await world.next_run()
    await following.fetches.start()
    again = following.fetches.downloads._by_number[bg_fetch.number]
    await following.end_of(again)
    assert (again.result, again.stored_body_bytes_total) == ("success", len(DATA))
    await following.stop()
