import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from engine.event_loop import FakeClock
from engine.network import ConditionedTransport, Conditions, Fault, NetworkFailure, WireRequest, read_all
from engine.network.aiohttp_transport import AiohttpTransport
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.url import URL, parse_url

pytestmark = pytest.mark.asyncio


def get(text: str = "https://a.test/x") -> WireRequest:
    url = parse_url(text)
    assert isinstance(url, URL)
    return WireRequest(b"GET", url)


class Network:
    """A fake network answering "0123456789" everywhere, under conditions, on a fake clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fake = FakeTransport(self.clock)
        self.fake.route("*", b"0123456789")
        self.transport = ConditionedTransport(self.fake, self.clock)

    async def body(self, request: WireRequest | None = None, maximum: int = 4) -> bytes:
        return await read_all((await self.transport.send(request or get())).body, maximum)

    async def timed(self, coroutine: Any) -> tuple[Any, float]:
        """The result, and how much time of the fake clock had to pass for it."""
        task, began = asyncio.ensure_future(coroutine), self.clock.now()
        while not task.done():
            await asyncio.sleep(0)
            if self.clock.sleepers:
                self.clock.advance(0.01)
        return await task, self.clock.now() - began


@pytest.fixture
def network() -> Network:
    return Network()


async def failure_of(awaitable: Any) -> NetworkFailure:
    with pytest.raises(NetworkFailure) as caught:
        await awaitable
    return caught.value


async def test_without_conditions_nothing_changes(network: Network) -> None:
    assert await network.timed(network.body()) == (b"0123456789", 0.0)
    assert network.fake.open_bodies == 0


async def test_offline_requests_fail_until_the_network_is_back(network: Network) -> None:
    network.transport.go_offline()
    assert (await failure_of(network.body())).kind == "offline"
    assert network.fake.requests == []
    waiting = asyncio.ensure_future(network.transport.back_online())
    await asyncio.sleep(0)
    assert not waiting.done()
    network.transport.go_online()
    await waiting
    assert await network.body() == b"0123456789"


async def test_going_offline_ends_what_is_under_way(network: Network, until: Any) -> None:
    network.fake.route("*", FakeResponse([b"x", 99.0]), FakeResponse(delay=99.0))
    body = (await network.transport.send(get())).body
    assert await body.read(9) == b"x"
    reading = asyncio.ensure_future(body.read(9))
    sending = asyncio.ensure_future(network.transport.send(get()))
    await until(lambda: network.clock.sleepers >= 2)
    network.transport.go_offline()
    assert (await failure_of(reading)).kind == "offline"
    assert (await failure_of(sending)).kind == "offline"
    assert (await failure_of(body.read(9))).kind == "offline"
    assert network.fake.open_bodies == 0


async def test_cancelling_is_no_failure_of_the_network(network: Network, until: Any) -> None:
    network.fake.route("*", FakeResponse(delay=99.0))
    sending = asyncio.ensure_future(network.transport.send(get()))
    await until(lambda: network.clock.sleepers)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_latency_comes_before_the_answer(network: Network) -> None:
    network.transport.set_conditions(Conditions(latency=0.5))
    _, seconds = await network.timed(network.transport.send(get()))
    assert seconds == pytest.approx(0.5, abs=0.02)


async def test_the_download_rate_is_kept_and_shared(network: Network) -> None:
    network.fake.route("*", b"x" * 1000)
    network.transport.set_conditions(Conditions(download_rate=1000))
    body, seconds = await network.timed(network.body(maximum=1 << 20))
    assert len(body) == 1000
    assert seconds == pytest.approx(1.0, abs=0.25)
    _, seconds = await network.timed(asyncio.gather(network.body(), network.body()))
    assert seconds == pytest.approx(2.0, abs=0.25)


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_upload_rate_is_kept(network: Network, streamed: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"y" * 50

    network.transport.set_conditions(Conditions(upload_rate=500))
    request = get()
    request.body = pieces() if streamed else b"y" * 500
    _, seconds = await network.timed(network.body(request))
    assert seconds == pytest.approx(1.0, abs=0.25)
    assert network.fake.requests[0].body == b"y" * 500


async def test_faults_choose_by_url_method_and_occurrence(network: Network) -> None:
    network.transport.add_fault(Fault("*/x", occurrence=2, fail="refused"))
    network.transport.add_fault(Fault("*", method=b"PUT", fail="tls"))
    assert await network.body() == b"0123456789"
    assert await network.body(get("https://a.test/y")) == b"0123456789"
    assert (await failure_of(network.body())).kind == "refused"
    assert await network.body() == b"0123456789"
    put = get("https://a.test/y")
    put.method = b"PUT"
    assert (await failure_of(network.body(put))).kind == "tls"
    network.transport.clear_faults()
    assert await network.body(put) == b"0123456789"


@pytest.mark.parametrize(("then", "kind"), [("reset", "reset"), ("truncate", "truncated"), ("stall", "stalled")])
async def test_bodies_that_end_badly_after_some_bytes(network: Network, then: Any, kind: str) -> None:
    network.transport.set_conditions(Conditions(stall_timeout=3.0))
    network.transport.add_fault(Fault(after_bytes=5, then=then))
    body = (await network.transport.send(get())).body
    assert [await body.read(4), await body.read(4)] == [b"0123", b"4"]
    failure, seconds = await network.timed(failure_of(body.read(4)))
    assert failure.kind == kind
    assert seconds == pytest.approx(3.0 if then == "stall" else 0.0, abs=0.02)
    assert network.fake.open_bodies == 0


async def test_a_body_that_ends_early_as_if_that_were_all(network: Network) -> None:
    network.transport.add_fault(Fault(after_bytes=5, then="end"))
    assert await network.body() == b"01234"
    assert network.fake.open_bodies == 0


async def test_a_stall_lasts_until_the_body_is_closed(network: Network) -> None:
    network.transport.add_fault(Fault(after_bytes=0, then="stall"))
    body = (await network.transport.send(get())).body
    reading = asyncio.ensure_future(body.read(4))
    await asyncio.sleep(0)
    assert not reading.done()
    body.close()
    assert (await failure_of(reading)).kind == "reset"


async def test_heads_can_be_overridden(network: Network) -> None:
    network.fake.route("*", FakeResponse(b"x", headers=[(b"ETag", b'"1"'), (b"X", b"kept")]))
    network.transport.add_fault(Fault(status=503, headers=((b"etag", b'"2"'),), body=b"busy"))
    response = await network.transport.send(get())
    assert response.status == 503
    assert (b"etag", b'"2"') in response.headers and (b"X", b"kept") in response.headers
    assert (b"ETag", b'"1"') not in response.headers
    assert await read_all(response.body) == b"busy"


async def test_a_content_length_that_lies(network: Network) -> None:
    network.transport.add_fault(Fault("*/long", content_length=99))
    network.transport.add_fault(Fault("*/short", content_length=3))
    response = await network.transport.send(get("https://a.test/long"))
    assert [value for name, value in response.headers if name == b"Content-Length"] == [b"99"]
    assert (await failure_of(read_all(response.body))).kind == "truncated"
    assert await network.body(get("https://a.test/short")) == b"012"
    assert network.fake.open_bodies == 0


async def test_delays_of_faults(network: Network) -> None:
    network.transport.add_fault(Fault(delay=2.0, fail="timed out"))
    failure, seconds = await network.timed(failure_of(network.body()))
    assert (failure.kind, seconds) == ("timed out", pytest.approx(2.0, abs=0.02))


async def test_around_the_real_network(raw_server: Any) -> None:
    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")
        await connection.reader.read()

    server = await raw_server(handle)
    transport = ConditionedTransport(AiohttpTransport(), FakeClock())
    body = (await transport.send(get(server.url()))).body
    assert await body.read(9) == b"x"
    reading = asyncio.ensure_future(body.read(9))
    await asyncio.sleep(0)
    transport.go_offline()
    assert (await failure_of(reading)).kind == "offline"
    await transport.close()
