"""Who hears of what: the ledger, the realms that have an instance, the display."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from engine.background_fetch import news
from engine.event_loop import Event
from engine.network.fake_transport import FakeResponse, FakeTransport

World: TypeAlias = Any

NEWS: list[tuple[Callable[[Any, Any], None], set[str]]] = [
    (lambda downloads, one: news.record_changed(downloads, one, one.records[0]), {"ledger"}),
    (lambda downloads, one: news.bytes_arrived(downloads, one, one.records[0], object(), 1), {"ledger", "realm", "display"}),
    (news.bytes_departed, {"ledger", "realm", "display"}),
    (news.figures_changed, {"realm", "display"}),
    (news.display_changed, {"display"}),
    (news.ended, {"realm", "display"}),
    (news.records_went, {"realm", "display"}),
    (news.unregistered, {"realm", "display"}),
]


@pytest.mark.parametrize(("tell", "expected"), NEWS)
async def test_each_piece_of_news_reaches_whom_it_concerns(
    world: World, transport: FakeTransport, monkeypatch: pytest.MonkeyPatch, tell: Any, expected: set[str]
) -> None:
    transport.route("*", FakeResponse([Event()]))
    bg_fetch = await world.fetch("id", "a")
    world.fetches.add_instance(world.page, bg_fetch.number)
    await world.until(lambda: bg_fetch.running)
    await world.settle()
    heard: set[str] = set()
    with monkeypatch.context() as patch:
        downloads = world.fetches.downloads
        for note in ("note_state", "note_progress", "note_upload"):
            patch.setattr(downloads.ledger, note, lambda *of: heard.add("ledger"))
        patch.setattr(downloads.display, "changed", lambda bg_fetch, at_once=False: heard.add("display"))
        patch.setattr(world.page.bindings, "upcall", lambda *call: heard.add("realm"))
        tell(downloads, bg_fetch)
        await world.until(lambda: heard >= expected, advance=0.02)
    assert heard == expected


async def test_of_what_is_unregistered_no_record_is_noted(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    bg_fetch = await world.fetch("id", "a")
    bg_fetch.unregistered = True
    news.record_changed(world.fetches.downloads, bg_fetch, bg_fetch.records[0])
    assert not world.fetches.downloads.ledger._behind.notes
    bg_fetch.unregistered = False


async def test_a_browser_that_is_closing_tells_realms_nothing(world: World, transport: FakeTransport) -> None:
    transport.route("*", FakeResponse([Event()]))
    bg_fetch = await world.fetch("id", "a")
    world.fetches.add_instance(world.page, bg_fetch.number)
    await world.settle()
    await world.stop()
    world.page.bindings.calls.clear()
    news.ended(world.fetches.downloads, bg_fetch)
    assert world.page.bindings.calls == []
