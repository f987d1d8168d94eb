import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.event_loop import FakeClock
from engine.network import NetworkFailure, WireRequest, read_all
from engine.network.fake_transport import FakeResponse, FakeTransport, SentRequest
from engine.url import URL, parse_url

pytestmark = pytest.mark.asyncio


def get(text: str, method: bytes = b"GET") -> WireRequest:
    url = parse_url(text)
    assert isinstance(url, URL)
    return WireRequest(method, url)


async def body_of(network: FakeTransport, request: WireRequest) -> bytes:
    return await read_all((await network.send(request)).body)


async def test_answers_come_in_order_and_the_last_one_stays() -> None:
    network = FakeTransport()
    network.route("https://a.test/*", "one", FakeResponse(b"two", status=404), "rest")
    assert [await body_of(network, get("https://a.test/x#frag")) for _ in range(4)] == [
        b"one",
        b"two",
        b"rest",
        b"rest",
    ]
    assert network.requests[0].url == "https://a.test/x"


async def test_later_routes_come_first_and_methods_count() -> None:
    network = FakeTransport()
    network.route("https://a.test/*", "any")
    network.route("https://a.test/x", "put", method="PUT")
    assert await body_of(network, get("https://a.test/x", b"PUT")) == b"put"
    assert await body_of(network, get("https://a.test/x")) == b"any"


async def test_what_has_no_route_is_refused() -> None:
    with pytest.raises(NetworkFailure) as caught:
        await FakeTransport().send(get("https://a.test/"))
    assert caught.value.kind == "refused"


async def test_a_responder_sees_the_request_with_its_body() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    def echo(sent: SentRequest) -> FakeResponse:
        return FakeResponse(sent.body or b"", headers=[(b"X", sent.header("x") or b"")])

    network = FakeTransport()
    network.route("*", echo)
    request = get("https://a.test/", b"POST")
    request.body, request.headers = body(), [(b"X", b"1"), (b"x", b"2")]
    response = await network.send(request)
    assert response.headers == [(b"X", b"1, 2"), (b"Content-Length", b"3")]
    assert await read_all(response.body) == b"abc"


async def test_bodies_come_in_pieces_on_the_clock(until: Any) -> None:
    clock = FakeClock()
    gate = asyncio.Event()
    network = FakeTransport(clock)
    network.route("*", FakeResponse([b"abc", 5.0, b"d", gate, NetworkFailure("truncated", "cut")], delay=1.0))
    sending = asyncio.ensure_future(network.send(get("https://a.test/")))
    await until(lambda: clock.sleepers)
    clock.advance(1)
    body = (await sending).body
    assert [await body.read(2), await body.read(2)] == [b"ab", b"c"]
    reading = asyncio.ensure_future(body.read(9))
    await until(lambda: clock.sleepers)
    assert not reading.done()
    clock.advance(5)
    assert await reading == b"d"
    reading = asyncio.ensure_future(body.read(9))
    gate.set()
    with pytest.raises(NetworkFailure, match="cut"):
        await reading
    assert network.open_bodies == 0


async def test_open_bodies_are_counted_and_closing_wakes_a_reader(until: Any) -> None:
    clock = FakeClock()
    network = FakeTransport(clock)
    network.route("*", FakeResponse([9.0, b"x"]))
    body = (await network.send(get("https://a.test/"))).body
    assert network.open_bodies == 1
    reading = asyncio.ensure_future(body.read(1))
    await until(lambda: clock.sleepers)
    body.close()
    with pytest.raises(NetworkFailure):
        await reading
    assert network.open_bodies == 0
