import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from engine.infra import EngineBug
from engine.network import NetworkFailure, WireRequest, WireResponse, read_all
from engine.network.aiohttp_transport import AiohttpTransport, ConnectionLimits
from engine.url import URL, parse_url

pytestmark = pytest.mark.asyncio

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return parsed


def get(text: str, **more: Any) -> WireRequest:
    return WireRequest(b"GET", url(text), **more)


async def failure_of(awaitable: Any) -> NetworkFailure:
    with pytest.raises(NetworkFailure) as caught:
        await awaitable
    return caught.value


def answering(*answers: bytes, heads: list[bytes]) -> Any:
    """A handler that gives each request on a connection the next answer, and closes after the last."""

    async def handle(connection: Any) -> None:
        for answer in answers:
            head = await connection.read_head()
            if not head:
                return
            heads.append(head)
            await connection.say(answer)

    return handle


async def test_the_wire_shows_what_was_given_and_nothing_else(raw_server: Any, transport: AiohttpTransport) -> None:
    heads: list[bytes] = []
    server = await raw_server(answering(OK, heads=heads))
    request = WireRequest(
        b"patCH",
        url(server.url("/a%2fb/%E9?q=a+b&c='%20#no")),
        [(b"x-LOWER", b"caf\xe9 \xff"), (b"X-Twice", b"1"), (b"X-Twice", b"2"), (b"X-Empty", b"")],
    )
    response = await transport.send(request)
    assert await read_all(response.body) == b"ok"
    assert heads == [
        b"patCH /a%2fb/%E9?q=a+b&c=%27%20 HTTP/1.1\r\n"
        + b"Host: 127.0.0.1:%d\r\nConnection: keep-alive\r\n" % server.port
        + b"x-LOWER: caf\xe9 \xff\r\nX-Twice: 1\r\nX-Twice: 2\r\nX-Empty: \r\n\r\n"
    ]


async def test_response_heads_come_byte_for_byte_in_order(raw_server: Any, transport: AiohttpTransport) -> None:
    answer = (
        b"HTTP/1.1 299 Caf\xe9 bien\r\nx-B: \xe9\xff\r\nSet-Cookie: a=1\r\n"
        b"X-a:   padded \t\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n"
    )
    server = await raw_server(answering(answer, heads=[]))
    response = await transport.send(get(server.url()))
    assert (response.status, response.status_message) == (299, b"Caf\xe9 bien")
    assert response.headers == [
        (b"x-B", b"\xe9\xff"),
        (b"Set-Cookie", b"a=1"),
        (b"X-a", b"padded"),
        (b"set-cookie", b"b=2"),
        (b"content-length", b"0"),
    ]
    assert response.remote_address == "127.0.0.1"
    assert await read_all(response.body) == b""


async def test_bodies_are_not_decoded_and_redirects_not_followed(raw_server: Any, transport: AiohttpTransport) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8bxx"
    server = await raw_server(answering(answer, heads=[]))
    response = await transport.send(get(server.url()))
    assert response.status == 302
    assert await read_all(response.body) == b"\x1f\x8bxx"


async def test_read_gives_at_most_what_was_asked_for(raw_server: Any, transport: AiohttpTransport) -> None:
    server = await raw_server(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", heads=[]))
    body = (await transport.send(get(server.url()))).body
    pieces = []
    while piece := await body.read(3):
        assert len(piece) <= 3
        pieces.append(piece)
    assert b"".join(pieces) == b"0123456789"
    for _ in range(10):
        assert await body.read(3) == b""
    body.close()
    body.close()


async def test_a_body_arrives_while_it_is_being_sent(raw_server: Any, transport: AiohttpTransport) -> None:
    go_on = asyncio.Event()

    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        await go_on.wait()
        await connection.say(b"3\r\ntwo\r\n0\r\n\r\n")

    body = (await transport.send(get((await raw_server(handle)).url()))).body
    assert await body.read(100) == b"one"
    go_on.set()
    assert await body.read(100) == b"two"
    assert await body.read(100) == b""


async def test_connections_are_used_again_but_not_across_pool_keys(
    raw_server: Any, transport: AiohttpTransport
) -> None:
    server = await raw_server(answering(*[OK] * 9, heads=[]))
    reused = []
    for key in (None, None, "site a", "site a", "site b"):
        response = await transport.send(get(server.url(), pool_key=key))
        await read_all(response.body)
        reused.append(response.connection_reused)
    assert reused == [False, True, False, True, False]
    assert server.connections == 3


async def test_a_connection_whose_body_was_given_up_is_not_used_again(
    raw_server: Any, transport: AiohttpTransport
) -> None:
    server = await raw_server(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", OK, heads=[]))
    response = await transport.send(get(server.url()))
    assert await response.body.read(10) == b"x"
    response.body.close()
    assert (await failure_of(response.body.read(10))).kind == "reset"
    assert (await (await transport.send(get(server.url()))).body.read(10)) == b"x"
    assert server.connections == 2


async def test_closing_a_body_wakes_whoever_reads_it(raw_server: Any, transport: AiohttpTransport) -> None:
    server = await raw_server(silent_after(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"))
    response = await transport.send(get(server.url()))
    reading = asyncio.ensure_future(response.body.read(10))
    await asyncio.sleep(0)
    response.body.close()
    await asyncio.sleep(0)
    assert reading.done()  # at once, however long the connection takes to end
    assert (await failure_of(reading)).kind == "reset"


async def test_closing_the_transport_ends_heads_and_bodies(
    raw_server: Any, transport: AiohttpTransport, until: Any
) -> None:
    server = await raw_server(silent_after(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"))
    mute = await raw_server(silent_after(b""))
    response = await transport.send(get(server.url()))
    reading = asyncio.ensure_future(response.body.read(10))
    sending = asyncio.ensure_future(transport.send(get(mute.url())))
    await until(lambda: mute.connections)
    await transport.close()
    assert (await failure_of(reading)).kind == "reset"
    assert (await failure_of(sending)).kind == "reset"


class Upload:
    """A request body without end, and whether it still goes out."""

    def __init__(self) -> None:
        self.pieces = 0
        self._seen = 0
        self._turns = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.pieces += 1
            yield b"x" * 1_000_000

    def is_stuck(self) -> bool:
        self._turns = self._turns + 1 if self.pieces == self._seen else 0
        self._seen = self.pieces
        return self.pieces > 1 and self._turns > 200


async def test_closing_does_not_wait_for_an_upload_that_is_stuck(raw_server: Any, until: Any) -> None:
    transport = AiohttpTransport()
    mute = await raw_server(silent_after(b""))
    upload = Upload()
    sending = asyncio.ensure_future(transport.send(WireRequest(b"POST", url(mute.url()), body=aiter(upload))))
    await until(upload.is_stuck)
    async with asyncio.timeout(5):
        await transport.close()
    assert (await failure_of(sending)).kind == "reset"


async def test_cancelling_a_stuck_upload_closes_its_connection(
    raw_server: Any, transport: AiohttpTransport, until: Any
) -> None:
    read_on, reset = asyncio.Event(), asyncio.Event()

    async def handle(connection: Any) -> None:
        await connection.read_head()
        await read_on.wait()
        with contextlib.suppress(ConnectionResetError):
            while await connection.reader.read(1 << 20):
                pass
        reset.set()

    server = await raw_server(handle)
    upload = Upload()
    sending = asyncio.ensure_future(transport.send(WireRequest(b"POST", url(server.url()), body=aiter(upload))))
    await until(upload.is_stuck)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    read_on.set()
    async with asyncio.timeout(5):
        await reset.wait()


def silent_after(data: bytes) -> Any:
    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(data)
        await asyncio.Event().wait()

    return handle


@pytest.mark.parametrize(
    ("body", "length", "framing", "sent"),
    [
        (b"", None, b"Content-Length: 0", b""),
        (b"small", None, b"Content-Length: 5", b"small"),
        ([b"one", b"", b"two"], 6, b"Content-Length: 6", b"onetwo"),
        ([b"one", b"", b"two"], None, b"Transfer-Encoding: chunked", b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"),
        ([], None, b"Transfer-Encoding: chunked", b"0\r\n\r\n"),
    ],
)
async def test_framing_of_request_bodies(
    raw_server: Any, transport: AiohttpTransport, body: Any, length: int | None, framing: bytes, sent: bytes
) -> None:
    seen: list[bytes] = []

    async def handle(connection: Any) -> None:
        seen.append(await connection.read_head())
        seen.append(await connection.reader.readexactly(len(sent)))
        await connection.say(OK)

    server = await raw_server(handle)
    content = body if isinstance(body, bytes) else chunks(*body)
    response = await transport.send(WireRequest(b"POST", url(server.url()), body=content, body_length=length))
    assert await read_all(response.body) == b"ok"
    assert framing in seen[0].split(b"\r\n")
    assert seen[1] == sent


async def test_a_content_length_among_the_headers_is_left_alone(raw_server: Any, transport: AiohttpTransport) -> None:
    heads: list[bytes] = []
    server = await raw_server(answering(OK, heads=heads))
    await transport.send(WireRequest(b"POST", url(server.url()), [(b"content-length", b"0")]))
    assert heads[0].lower().count(b"content-length") == 1


async def chunks(*parts: bytes | BaseException) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(0)
        if isinstance(part, BaseException):
            raise part
        yield part


@pytest.mark.parametrize("streamed", [False, True])
async def test_large_uploads_arrive_whole(transport: AiohttpTransport, streamed: bool) -> None:
    data = bytes(range(256)) * 4096 * 5
    async with EchoServer() as port:
        body = chunks(*[data[start : start + 100_000] for start in range(0, len(data), 100_000)]) if streamed else data
        response = await transport.send(WireRequest(b"POST", url(f"http://127.0.0.1:{port}/"), body=body))
        assert await read_all(response.body) == hashlib.sha256(data).hexdigest().encode()


class EchoServer:
    async def __aenter__(self) -> int:
        async def handle(request: web.Request) -> web.Response:
            digest = hashlib.sha256()
            async for chunk in request.content.iter_any():
                digest.update(chunk)
            return web.Response(text=digest.hexdigest())

        app = web.Application()
        app.router.add_route("*", "/", handle)
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        return int(self.runner.addresses[0][1])

    async def __aexit__(self, *error: object) -> None:
        await self.runner.cleanup()


async def test_an_answer_may_come_before_the_request_has_all_gone_out(
    raw_server: Any, transport: AiohttpTransport
) -> None:
    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!")
        await connection.reader.read()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b"x" * 1000

    server = await raw_server(handle)
    response = await transport.send(WireRequest(b"POST", url(server.url()), body=endless()))
    assert response.status == 413
    assert await read_all(response.body) == b"no!"


async def test_an_error_of_the_request_body_comes_out_of_send(raw_server: Any, transport: AiohttpTransport) -> None:
    server = await raw_server(silent_after(b""))
    with pytest.raises(KeyError, match="mine"):
        await transport.send(WireRequest(b"POST", url(server.url()), body=chunks(b"x", KeyError("mine"))))


async def test_an_error_of_the_request_body_comes_out_of_a_response_that_had_begun(
    raw_server: Any, transport: AiohttpTransport
) -> None:
    fail = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"x"
        await fail.wait()
        raise KeyError("mine")

    server = await raw_server(silent_after(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
    response = await transport.send(WireRequest(b"POST", url(server.url()), body=body()))
    fail.set()
    with pytest.raises(KeyError, match="mine"):
        await response.body.read(10)


async def test_a_body_of_another_length_than_announced_is_our_own_mistake(
    raw_server: Any, transport: AiohttpTransport
) -> None:
    server = await raw_server(silent_after(b""))
    for announced in (1, 9):
        with pytest.raises(EngineBug):
            await transport.send(WireRequest(b"POST", url(server.url()), body=chunks(b"four"), body_length=announced))


async def test_a_header_that_would_break_the_message_never_leaves(transport: AiohttpTransport, raw_server: Any) -> None:
    server = await raw_server(answering(OK, heads=[]))
    with pytest.raises(EngineBug):
        await transport.send(get(server.url(), headers=[(b"X", b"a\r\nInjected: b")]))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsho", "truncated"),
    ],
)
async def test_bodies_cut_short_are_found_out(
    raw_server: Any, transport: AiohttpTransport, answer: bytes, kind: str
) -> None:
    server = await raw_server(answering(answer, heads=[]))
    response = await transport.send(get(server.url()))
    assert (await failure_of(read_all(response.body))).kind == kind


async def test_chunks_that_turn_into_nonsense_are_found_out(raw_server: Any, transport: AiohttpTransport) -> None:
    go_on = asyncio.Event()

    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")
        await go_on.wait()
        await connection.say(b"nonsense\r\n")
        await connection.reader.read()

    response = await transport.send(get((await raw_server(handle)).url()))
    assert await response.body.read(10) == b"short"
    reading = asyncio.ensure_future(response.body.read(10))
    await asyncio.sleep(0)
    go_on.set()
    assert (await failure_of(reading)).kind == "protocol"


async def test_a_body_without_a_length_ends_with_the_connection(raw_server: Any, transport: AiohttpTransport) -> None:
    server = await raw_server(answering(b"HTTP/1.0 200 OK\r\n\r\nall of it", heads=[]))
    response = await transport.send(get(server.url()))
    assert await read_all(response.body) == b"all of it"


@pytest.mark.parametrize("length", [b"", b"Content-Length: 9\r\n"])
async def test_a_torn_connection_is_no_end(raw_server: Any, transport: AiohttpTransport, length: bytes) -> None:
    read_it = asyncio.Event()

    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(b"HTTP/1.1 200 OK\r\n" + length + b"\r\nshort")
        await read_it.wait()
        connection.tear()

    response = await transport.send(get((await raw_server(handle)).url()))
    assert await response.body.read(10) == b"short"
    read_it.set()
    assert (await failure_of(response.body.read(10))).kind == "reset"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", "reset"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "reset"),
        (b"nonsense\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: %b\r\n" % (b"y" * 1000) * 300 + b"\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", "protocol"),
    ],
)
async def test_answers_that_are_none(raw_server: Any, transport: AiohttpTransport, answer: bytes, kind: str) -> None:
    server = await raw_server(answering(answer, heads=[]))
    assert (await failure_of(transport.send(get(server.url())))).kind == kind


async def test_many_and_long_headers_within_the_limit_are_fine(raw_server: Any, transport: AiohttpTransport) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"Long: " + b"z" * 100_000 + b"\r\nContent-Length: 0\r\n\r\n"
    server = await raw_server(answering(answer, heads=[]))
    assert len((await transport.send(get(server.url()))).headers) == 1002


async def test_nobody_listening_is_refused(transport: AiohttpTransport) -> None:
    listener = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    assert (await failure_of(transport.send(get(f"http://127.0.0.1:{port}/")))).kind == "refused"
    assert (await failure_of(transport.send(get(f"http://localhost:{port}/")))).kind == "refused"


async def test_hosts_are_found_through_the_map(raw_server: Any) -> None:
    heads: list[bytes] = []
    server = await raw_server(answering(OK, OK, heads=heads))
    transport = AiohttpTransport(hosts={"*.web-platform.test": "127.0.0.1", "gone.web-platform.test": None})
    response = await transport.send(get(f"http://www1.web-platform.test:{server.port}/"))
    assert await read_all(response.body) == b"ok"
    assert f"Host: www1.web-platform.test:{server.port}".encode() in heads[0]
    assert (await failure_of(transport.send(get("http://gone.web-platform.test/")))).kind == "name not resolved"
    assert (await failure_of(transport.send(get("http://nowhere.invalid/")))).kind == "name not resolved"
    await transport.close()


async def test_silence_beyond_the_limit_is_a_stall(raw_server: Any) -> None:
    transport = AiohttpTransport(limits=ConnectionLimits(stall_timeout=0.05))
    head = await raw_server(silent_after(b""))
    assert (await failure_of(transport.send(get(head.url())))).kind == "stalled"
    body = await raw_server(silent_after(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
    response = await transport.send(get(body.url()))
    assert (await failure_of(response.body.read(9))).kind == "stalled"
    await transport.close()


async def test_a_large_body_comes_in_larger_pieces_and_the_next_response_does_not(raw_server: Any, transport: AiohttpTransport) -> None:
    size = 9 << 20
    large = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    server = await raw_server(answering(large, OK, heads=[]))
    response = await transport.send(get(server.url()))
    wire: Any = response.body._exchange.connection.transport
    assert wire.max_size > type(wire).max_size
    assert len(await read_all(response.body)) == size
    assert wire.max_size == type(wire).max_size
    assert await read_all((await transport.send(get(server.url()))).body) == b"ok"
    assert server.connections == 1


async def test_a_reused_connection_that_just_closed_is_tried_anew(raw_server: Any, transport: AiohttpTransport) -> None:
    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(OK)
        await connection.read_head()  # on the first connection the second request arrives here, and gets no answer

    server = await raw_server(handle)
    await read_all((await transport.send(get(server.url()))).body)
    response = await transport.send(get(server.url()))
    assert await read_all(response.body) == b"ok"
    assert server.connections == 2


async def test_a_post_on_such_a_connection_is_not_sent_twice(raw_server: Any, transport: AiohttpTransport) -> None:
    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.say(OK)
        await connection.read_head()

    server = await raw_server(handle)
    await read_all((await transport.send(get(server.url()))).body)
    failure = await failure_of(transport.send(WireRequest(b"POST", url(server.url()), body=b"x")))
    assert failure.kind == "reset"
    assert server.connections == 1


async def test_no_more_connections_to_a_host_than_allowed(raw_server: Any, until: Any) -> None:
    transport = AiohttpTransport(limits=ConnectionLimits(per_host=2))
    go_on = asyncio.Event()

    async def handle(connection: Any) -> None:
        while await connection.read_head():
            await go_on.wait()
            await connection.say(OK)

    server = await raw_server(handle)

    async def whole() -> bytes:
        response: WireResponse = await transport.send(get(server.url()))
        return await read_all(response.body)

    requests = [asyncio.ensure_future(whole()) for _ in range(5)]
    await until(lambda: server.connections >= 2)
    go_on.set()
    assert await asyncio.gather(*requests) == [b"ok"] * 5
    assert server.connections == 2
    await transport.close()


async def test_cancelling_a_request_closes_its_connection_at_once(raw_server: Any, until: Any) -> None:
    transport = AiohttpTransport(limits=ConnectionLimits(per_host=1))
    closed = asyncio.Event()

    async def handle(connection: Any) -> None:
        await connection.read_head()
        await connection.reader.read()
        closed.set()

    mute = await raw_server(handle)
    sending = asyncio.ensure_future(transport.send(get(mute.url())))
    await until(lambda: mute.connections)
    sending.cancel()
    # The error is held so that no garbage collector closes the connection for us.
    with pytest.raises(asyncio.CancelledError) as held:
        await sending
    async with asyncio.timeout(5):
        await closed.wait()
    assert held is not None
    mute.handler = answering(OK, heads=[])
    assert await read_all((await transport.send(get(mute.url()))).body) == b"ok"
    await transport.close()


async def test_head_requests_and_empty_statuses_have_no_body(raw_server: Any, transport: AiohttpTransport) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    server = await raw_server(
        answering(head, b"HTTP/1.1 204 No\r\n\r\n", b"HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", OK, heads=[])
    )
    for method in (b"HEAD", b"GET", b"GET"):
        response = await transport.send(WireRequest(method, url(server.url())))
        assert await read_all(response.body) == b""
    assert await read_all((await transport.send(get(server.url()))).body) == b"ok"
    assert server.connections == 1


async def test_early_hints_are_told_and_passed_over(raw_server: Any, transport: AiohttpTransport) -> None:
    hints: list[Any] = []
    answer = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK
    server = await raw_server(answering(answer, heads=[]))
    response = await transport.send(
        get(server.url(), on_early_hint=lambda status, headers: hints.append((status, headers)))
    )
    assert response.status == 200
    assert await read_all(response.body) == b"ok"
    assert hints == [(103, [(b"Link", b"</x>")])]
