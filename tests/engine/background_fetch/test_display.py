"""What people are shown."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from typing import Any, TypeAlias

import pytest

from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport

SITE = "https://site.test"
World: TypeAlias = Any


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


async def test_a_view_of_what_runs(world: World, transport: FakeTransport) -> None:
    transport.route("*/done", b"12345")
    transport.route("*/slow", FakeResponse([b"x" * 1000, 1.0, b"x" * 1000, 1.0, Event()]))
    bg_fetch = await world.fetch("id", "done", "slow", title="Title", downloadTotal=10_000)
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 2005 and bg_fetch.settled == 1, advance=0.1)
    view = world.fetches.handle(bg_fetch.number).view
    assert (view.id, view.title, view.origin, view.scope) == ("id", "Title", SITE, f"{SITE}/dir/")
    assert (view.state, view.downloaded, view.download_total) == ("active", 2005, 10_000)
    assert (view.records, view.settled_records) == (2, 1)
    assert view.share == pytest.approx(0.2005)
    assert view.rate is not None and view.rate > 0
    assert view.time_left == pytest.approx(7995 / view.rate)
    assert view.actions == ("pause", "abort", "click")
    with pytest.raises(dataclasses.FrozenInstanceError):
        view.title = "other"


async def test_the_total_is_what_the_servers_say_if_the_site_does_not(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([b"12345", Event()], 200, [(b"Content-Length", b"50")]))
    bg_fetch = await world.fetch("id", "a", "b")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 10)
    assert world.fetches.handle(bg_fetch.number).view.download_total == 100


async def test_waiting_says_why_and_until_when(world: World, transport: FakeTransport) -> None:
    transport.route("*", NetworkFailure("refused", "nobody listens"), FakeResponse([Event()]))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: world.fetches.handle(bg_fetch.number).view.state == "waiting")
    view = world.fetches.handle(bg_fetch.number).view
    assert view.reason == "nobody listens"
    assert view.retry_at == pytest.approx(world.clock.wall_time() + 0.5, abs=0.01)
    await world.until(lambda: world.fetches.handle(bg_fetch.number).view.state == "active", advance=0.1)


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [(b"x", "success", ""), (FakeResponse(b"", 404), "failure", f"bad-status: {SITE}/dir/a: the server answered 404")],
)
async def test_how_it_ended_stays_to_be_seen(world: World, transport: FakeTransport, answer: Any, state: str, reason: str) -> None:
    transport.route("*", answer)
    bg_fetch = await world.end_of(await world.fetch("id", "a"))
    view = world.fetches.handle(bg_fetch.unique_id).view
    assert (view.state, view.reason, view.actions, view.is_over) == (state, reason, ("click",), True)
    assert view.records == 1


async def test_observers_see_every_state_at_once_and_progress_now_and_then(world: World, transport: FakeTransport) -> None:
    pieces: list[Any] = []
    for _ in range(50):
        pieces += [b"12345", 0.01]
    transport.route("*", FakeResponse(pieces))
    views: list[Any] = []
    forget = world.fetches.observe(views.append)
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total >= 50, advance=0.01)
    await world.fetches.handle(bg_fetch.number).pause()
    assert views[-1].state == "paused"
    await world.fetches.handle(bg_fetch.number).resume()
    assert views[-1].state == "active"
    assert len(views) < 12
    await world.fetches.handle(bg_fetch.number).abort()
    await world.until(lambda: views[-1].state == "aborted" and not views[-1].event_due)
    assert [(view.state, view.event_due) for view in views[-2:]] == [("aborted", True), ("aborted", False)]
    count = len(views)
    forget()
    await world.fetch("other", "b")
    assert len(views) == count


async def test_icons_are_fetched_and_looked_at(world: World, transport: FakeTransport) -> None:
    transport.route("*/a", FakeResponse([Event()]))
    transport.route("*/good.png", png(96, 64))
    transport.route(
        "https://cdn.test/vector",
        '<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg" width="24px" height="16">',
    )
    transport.route("*/bad", "no image")
    icons = [
        {"src": "good.png", "label": "Good", "sizes": "96x64"},
        {"src": "https://cdn.test/vector"},
        {"src": "bad"},
        {"src": "missing"},
        {"src": "http://["},
    ]
    await world.fetch("id", "a", icons=icons)
    await world.until(lambda: world.fetches.views()[0].icons)
    good, vector, bad, missing = world.fetches.views()[0].icons
    assert (good.src, good.label, good.type, good.width, good.height) == (f"{SITE}/dir/good.png", "Good", "image/png", 96, 64)
    assert good.data == png(96, 64)
    assert (vector.type, vector.width, vector.height) == ("image/svg+xml", 24, 16)
    assert bad.failure == "not an image that can be shown"
    assert missing.failure != ""
    [sent] = transport.requests_for("*/good.png")
    assert (sent.header("Sec-Fetch-Dest"), sent.header("Sec-Fetch-Mode")) == (b"image", b"no-cors")


async def test_update_ui_changes_title_and_icons_for_good(world: World, transport: FakeTransport) -> None:
    transport.route("*/a", FakeResponse([Event()]))
    transport.route("*/new.png", png(1, 2))
    views: list[Any] = []
    bg_fetch = await world.fetch("id", "a", title="Before")
    world.fetches.observe(views.append)
    await world.fetches.update_ui(bg_fetch, {"title": "After", "icons": [{"src": "new.png"}]}, world.page)
    await world.until(lambda: views and views[-1].icons)
    assert (views[-1].title, views[-1].icons[0].height) == ("After", 2)
    following = await world.restart()
    await following.fetches.start()
    [view] = following.fetches.views()
    assert view.title == "After"
    await following.stop()


async def test_nobody_of_that_name(world: World) -> None:
    for name in (4711, "no such id"):
        with pytest.raises(KeyError):
            await world.fetches.handle(name).abort()
