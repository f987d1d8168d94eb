"""Bodies to and from the network: streaming, decoding, aborting, failing."""

from __future__ import annotations

import gzip

import brotli
import pytest

from engine.event_loop import Event, in_parallel, yield_to_others
from engine.fetch import fetch
from engine.http import Body, BodyFailure, Pipe
from engine.network import NetworkFailure
from engine.network.fake_transport import FakeResponse
from engine.webidl.exceptions import DOMException, JSTypeError


async def test_a_body_that_breaks_off_says_why(go, a_request, transport):
    transport.route("*", FakeResponse([b"abc", NetworkFailure("truncated", "too short")]))
    response = await go(a_request("https://site.test/a"))
    assert await response.body.read() == b"abc"
    with pytest.raises(BodyFailure, match="too short") as caught:
        await response.body.read()
    assert isinstance(caught.value, JSTypeError) and caught.value.kind == "truncated"
    with pytest.raises(BodyFailure):
        await response.body.read()


async def test_nothing_is_read_before_somebody_wants_it(go, a_request, transport):
    transport.route("*", FakeResponse([b"x" * 10, b"y" * 10]))
    response = await go(a_request("https://site.test/a"))
    assert response.internal_response.body_info.encoded_size == 0
    assert await response.body.read(4) == b"xxxx"
    assert response.internal_response.body_info.encoded_size == 4


async def test_abort_before_the_response(user_agent, a_request, transport):
    never = Event()
    transport.route("*", FakeResponse(b"x", delay=1000))
    controller = fetch(a_request("https://site.test/a"), user_agent)
    steps = in_parallel(controller.response())
    await yield_to_others()
    controller.abort()
    response = await steps
    assert response.is_network_error and response.aborted
    assert not never.is_set()


async def test_abort_before_anything(user_agent, a_request, transport):
    controller = fetch(a_request("https://site.test/a"), user_agent)
    controller.abort()
    assert (await controller.response()).aborted
    assert not transport.requests


async def test_terminate_is_no_abort(user_agent, a_request, transport):
    transport.route("*", FakeResponse(b"x", delay=1000))
    controller = fetch(a_request("https://site.test/a"), user_agent)
    steps = in_parallel(controller.response())
    await yield_to_others()
    controller.terminate()
    controller.abort()  # too late
    response = await steps
    assert response.is_network_error and not response.aborted


async def test_abort_in_the_middle_of_the_body(user_agent, a_request, transport, page):
    transport.route("*", FakeResponse([b"abc", Event()]))
    controller = fetch(a_request("https://site.test/a"), user_agent)
    response = await controller.response()
    assert await response.body.read() == b"abc"
    reading = in_parallel(response.body.read())
    await yield_to_others()
    controller.abort("because")
    with pytest.raises(DOMException) as caught:
        await reading
    assert caught.value.name == "AbortError"
    with pytest.raises(DOMException):
        await response.body.read()
    assert transport.open_bodies == 0 and page.fetch_group == []
    assert controller.serialized_abort_reason == "because"


async def test_abort_when_nobody_reads(user_agent, a_request, transport):
    transport.route("*", FakeResponse([b"abc", Event()]))
    controller = fetch(a_request("https://site.test/a"), user_agent)
    response = await controller.response()
    controller.abort()
    with pytest.raises(DOMException):
        await response.body.read()
    assert transport.open_bodies == 0


async def test_terminated_bodies_end_in_a_type_error(user_agent, a_request, transport):
    transport.route("*", FakeResponse([b"abc", Event()]))
    controller = fetch(a_request("https://site.test/a"), user_agent)
    response = await controller.response()
    controller.terminate()
    with pytest.raises(JSTypeError):
        await response.body.read()


async def test_an_abort_after_the_end_changes_nothing(user_agent, a_request, transport):
    transport.route("*", "abc")
    controller = fetch(a_request("https://site.test/a"), user_agent)
    response = await controller.response()
    assert await response.body.read_all() == b"abc"
    controller.abort()
    assert await response.body.read() == b""


async def test_cancelling_a_body_lets_the_connection_go(go, a_request, transport, page):
    transport.route("*", FakeResponse([b"abc", Event()]))
    response = await go(a_request("https://site.test/a"))
    response.body.cancel()
    assert transport.open_bodies == 0 and page.fetch_group == []
    assert await response.body.read() == b""


async def test_whoever_waits_can_be_cancelled_too(user_agent, a_request, transport, page):
    transport.route("*", FakeResponse(b"x", delay=1000))
    controller = fetch(a_request("https://site.test/a"), user_agent)
    steps = in_parallel(controller.response())
    await yield_to_others()
    steps.cancel()
    await yield_to_others()
    await yield_to_others()
    assert steps.done and not controller.cancelled and page.fetch_group == []


async def test_coded_bodies_are_decoded_and_their_length_is_unknown(go, a_request, transport):
    data = b"hello " * 100_000
    coded = gzip.compress(data)
    transport.route(
        "*",
        FakeResponse(
            [coded[:7], coded[7:500], coded[500:]],
            headers=[(b"Content-Encoding", b"gzip"), (b"Content-Length", b"%d" % len(coded))],
        ),
    )
    response = await go(a_request("https://site.test/a"))
    assert response.body.length is None
    chunks = []
    while chunk := await response.body.read(1000):
        assert len(chunk) <= 1000
        chunks.append(chunk)
    assert b"".join(chunks) == data
    info = response.internal_response.body_info
    assert (info.encoded_size, info.decoded_size, info.content_encoding) == (len(coded), len(data), "gzip")
    assert response.header_list.get(b"content-encoding") == b"gzip"


async def test_wrongly_coded_bodies_end_in_a_type_error(go, a_request, transport, page):
    transport.route("*", FakeResponse([b"no gzip", Event()], headers=[(b"Content-Encoding", b"gzip")]))
    response = await go(a_request("https://site.test/a"))
    assert response.status == 200
    with pytest.raises(JSTypeError, match="gzip"):
        await response.body.read()
    with pytest.raises(JSTypeError, match="gzip"):
        await response.body.read()
    assert transport.open_bodies == 0 and page.fetch_group == []


def gzip_in_gzip(data: bytes) -> bytes:
    return gzip.compress(gzip.compress(data))


@pytest.mark.parametrize(
    ("coding", "compress"), [(b"br", brotli.compress), (b"gzip", gzip.compress), (b"gzip, gzip", gzip_in_gzip)]
)
async def test_a_small_body_that_becomes_large_is_decoded_as_it_is_read(go, a_request, transport, coding, compress):
    coded = compress(bytes(30 << 20))
    transport.route("*", FakeResponse(coded, headers=[(b"Content-Encoding", coding)]))
    response = await go(a_request("https://site.test/a"))
    info = response.internal_response.body_info
    read = 0
    while chunk := await response.body.read(100_000):
        assert len(chunk) <= 100_000
        read += len(chunk)
        assert info.decoded_size - read < 1 << 20
    assert read == 30 << 20


async def test_a_large_decoded_body_lets_others_go_on(go, a_request, transport):
    transport.route("*", FakeResponse(gzip.compress(bytes(30 << 20)), headers=[(b"Content-Encoding", b"gzip")]))
    response = await go(a_request("https://site.test/a"))
    turns = 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await yield_to_others()

    steps = in_parallel(others())
    await response.body.read_all()
    steps.cancel()
    assert turns > 50


async def test_nobody_reads_on_after_the_decoded_body_was_cancelled(go, a_request, transport):
    transport.route("*", FakeResponse(gzip.compress(bytes(30 << 20)), headers=[(b"Content-Encoding", b"gzip")]))
    response = await go(a_request("https://site.test/a"))
    await response.body.read(100)
    response.body.cancel()
    assert await response.body.read() == b""


async def test_uploads_tell_how_far_they_are(go, a_request, transport):
    transport.route("*", "x")
    sizes: list[int] = []
    ends: list[bool] = []
    await go(
        a_request("https://site.test/a", method="POST", body="x" * 150_000),
        process_request_body_chunk_length=sizes.append,
        process_request_end_of_body=lambda: ends.append(True),
    )
    assert sum(sizes) == 150_000 and len(sizes) == 3 and ends == [True]
    assert transport.requests[0].body == b"x" * 150_000
    await go(a_request("https://site.test/a"), process_request_end_of_body=lambda: ends.append(True))
    assert ends == [True, True]


class Stored:
    """A body file, as engine.storage has them."""

    body_id = "7"

    def __init__(self, data: bytes, fails: Exception | None = None) -> None:
        self.data, self.fails, self.size = data, fails, len(data)

    async def read(self, offset: int, maximum: int) -> bytes:
        if self.fails and offset:
            raise self.fails
        return self.data[offset : offset + min(maximum, 3)]


async def test_stored_bodies_go_out_from_the_disk(go, a_request, transport):
    transport.route("*", "x")
    await go(a_request("https://site.test/a", method="POST", body=Body(Stored(b"0123456789"))))
    assert transport.requests[0].body == b"0123456789"
    assert transport.requests[0].header("content-length") == b"10"


@pytest.mark.parametrize(
    ("error", "aborted"), [(JSTypeError("lost"), False), (DOMException("enough", "AbortError"), True)]
)
async def test_a_request_body_that_fails_ends_the_fetch(user_agent, a_request, transport, error, aborted):
    transport.route("*", "x")
    controller = fetch(
        a_request("https://site.test/a", method="POST", body=Body(Stored(b"0123456789", error))), user_agent
    )
    response = await controller.response()
    assert response.is_network_error and response.aborted == aborted and controller.cancelled


async def test_streams_are_not_uploaded_over_http_1(go, a_request, transport):
    response = await go(a_request("https://site.test/a", method="POST", body=Body(Pipe())))
    assert response.is_network_error and not transport.requests


async def test_connections_are_not_shared_between_sites_and_credentials(user_agent, a_request, transport, page):
    keys = []
    send = transport.send

    class Recording:
        async def send(self, request):
            keys.append(request.pool_key)
            return await send(request)

    user_agent.transport = Recording()
    transport.route("*", FakeResponse(b"x", headers=[(b"Access-Control-Allow-Origin", b"*")]))
    for slots in ({}, {}, {"credentials_mode": "omit"}):
        await fetch(a_request("https://site.test/a", **slots), user_agent).response()
    assert keys[0] == keys[1] != keys[2]


async def test_values_of_one_name_travel_in_one_line(go, a_request, transport):
    transport.route("*", FakeResponse(b"x"))
    request = a_request("https://site.test/a")
    request.header_list.append(b"X-Test", b"1")
    request.header_list.append(b"x-other", b"a")
    request.header_list.append(b"x-TEST", b"2")
    await go(request)
    [sent] = transport.requests
    lines = [(name, value) for name, value in sent.headers if name.lower().startswith(b"x-")]
    assert lines == [(b"X-Test", b"1, 2"), (b"x-other", b"a")]
