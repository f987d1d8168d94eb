"""What the specification leaves open, and browsers do in another way or not at all."""

from __future__ import annotations

import gzip
from typing import Any, TypeAlias

import pytest

from engine.event_loop import Event
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse, FakeTransport

World: TypeAlias = Any
DATA = bytes(range(256)) * 40


def set_cookie(world: World, cookie: bytes) -> None:
    world.user_agent.cookie_store.parse_and_store_a_cookie(
        cookie, is_secure=True, host="site.test", path="/", http_only_allowed=True,
        allow_non_host_only_cookie_for_public_suffix=False, same_site_strict_or_lax_allowed=True, partition_key=None,
    )  # fmt: skip


async def test_a_resumed_fetch_has_the_cookies_of_that_time(world: World, transport: FakeTransport, resumable: Any) -> None:
    set_cookie(world, b"login=first")
    transport.route("*", FakeResponse([DATA[:3000], Event()], 200, [(b"ETag", b'"1"')]), resumable(DATA))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total == 3000)
    handle = world.fetches.handle(bg_fetch.number)
    assert await handle.pause()
    set_cookie(world, b"login=second")
    assert await handle.resume()
    await world.end_of(bg_fetch)
    assert bg_fetch.result == "success"
    assert [sent.header("Cookie") for sent in transport.requests] == [b"login=first", b"login=second"]


async def test_so_do_those_that_wait_for_a_while(world: World, transport: FakeTransport, resumable: Any) -> None:
    transport.route("*", NetworkFailure("reset", "the connection was torn"), resumable(DATA))
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.waiting)
    set_cookie(world, b"login=late")
    await world.end_of(bg_fetch, advance=1)
    assert [sent.header("Cookie") for sent in transport.requests] == [None, b"login=late"]


async def test_thirty_fetches_of_one_site_wait_for_each_other_and_none_is_refused(
    world: World, transport: FakeTransport
) -> None:
    gate = Event()
    transport.route("*", FakeResponse([gate, b"bytes"]))
    fetches = [await world.fetch(f"id {number}", f"{number}") for number in range(30)]
    await world.until(lambda: len(transport.requests) == 6)
    await world.settle()
    assert len(transport.requests) == 6
    assert {bg_fetch.result for bg_fetch in fetches} == {""}
    gate.set()
    for bg_fetch in fetches:
        await world.end_of(bg_fetch)
    assert {bg_fetch.result for bg_fetch in fetches} == {"success"}


async def test_the_total_counts_what_is_stored_and_not_what_was_sent(world: World, transport: FakeTransport) -> None:


    coded = gzip.compress(bytes(10_000))
    transport.route("*", FakeResponse(coded, 200, [(b"Content-Encoding", b"gzip")]))
    assert len(coded) < 1000
    too_small = await world.end_of(await world.fetch("small", "a", downloadTotal=9_999))
    assert too_small.failure_reason == "download-total-exceeded"
    exact = await world.end_of(await world.fetch("exact", "a", downloadTotal=10_000))
    assert (exact.result, exact.stored_body_bytes_total) == ("success", 10_000)


@pytest.mark.parametrize("during", [True, False])
async def test_abort_after_the_end_is_false(world: World, transport: FakeTransport, during: bool) -> None:
    answers: list[bool] = []

    async def handler(name: str, _: Any) -> None:
        if during:
            answers.append(await world.fetches.handle(bg_fetch.number).abort())

    world.events.handler = handler
    transport.route("*", b"bytes")
    bg_fetch = await world.fetch("id", "a")
    await world.end_of(bg_fetch)
    if not during:
        answers.append(await world.fetches.handle(bg_fetch.number).abort())
    assert answers == [False]
    assert world.events.names == ["backgroundfetchsuccess"]
