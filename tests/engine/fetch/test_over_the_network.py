"""Fetch over real sockets, against a real server on this machine."""

from __future__ import annotations

import asyncio
import gzip
import socket

import brotli
import pytest
from aiohttp import web

from engine.event_loop import in_parallel, yield_to_others
from engine.fetch import fetch
from engine.http import Body, HeaderList, Request
from engine.network.aiohttp_transport import AiohttpTransport
from engine.webidl.exceptions import DOMException, JSTypeError

from .conftest import FakeEnvironment, FakeUserAgent, url

BIG = bytes(range(256)) * 4096  # 1 MiB


class Site:
    """What the server does and what it saw."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections: set[object] = set()
        self.sent = 0
        self.gone = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        self.seen.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        return await getattr(self, f"do_{request.path.strip('/').replace('/', '_')}")(request)

    async def do_hello(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="hello", headers={"X-A": "1", "Set-Cookie": "seen=1; Path=/"})

    async def do_big(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=BIG)

    async def do_gzip(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(BIG), headers={"Content-Encoding": "gzip"})

    async def do_br(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=brotli.compress(BIG), headers={"Content-Encoding": "br"})

    async def do_moved(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": "/echo"}, text="moved")

    async def do_echo(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self.seen[-1][3])

    async def do_cors(self, request: web.Request) -> web.StreamResponse:
        headers = {"Access-Control-Allow-Origin": request.headers["Origin"]}
        if request.method == "OPTIONS":
            headers |= {"Access-Control-Allow-Methods": "PATCH", "Access-Control-Allow-Headers": "x-a"}
            return web.Response(status=204, headers=headers)
        return web.Response(text="shared", headers={**headers, "X-B": "2", "Access-Control-Expose-Headers": "X-B"})

    async def do_endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
                self.sent += 65536
        finally:
            self.gone.set()

    async def do_short(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x" * 10)
        request.transport.close()
        return response


@pytest.fixture
async def site():
    site = Site()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/{rest:.*}", site.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    site.port = listener.getsockname()[1]
    site.origin = f"http://127.0.0.1:{site.port}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def browser(site):
    transport = AiohttpTransport(hosts={"other.test": "127.0.0.1"})
    yield FakeUserAgent(transport)
    await transport.close()


@pytest.fixture
def ask(site, browser):
    page = FakeEnvironment(url(f"{site.origin}/page"))

    def make(path: str, **slots):
        address = path if "://" in path else site.origin + path
        values = {"client": page, "mode": "cors", "unsafe_request": True}
        return fetch(Request([url(address)], **{**values, **slots}), browser)

    return make


async def test_hello(site, ask):
    response = await ask("/hello").response()
    assert (response.type, response.status, response.status_message) == ("basic", 200, b"OK")
    assert await response.body.read_all() == b"hello" and response.body.length == 5
    await (await ask("/hello?again").response()).body.read_all()
    method, path, headers, _ = site.seen[1]
    assert (method, path, headers["Cookie"], headers["Host"]) == (
        "GET",
        "/hello?again",
        "seen=1",
        f"127.0.0.1:{site.port}",
    )
    assert len(site.connections) == 1


@pytest.mark.parametrize("path", ["/big", "/gzip", "/br"])
async def test_large_and_coded(ask, path):
    response = await ask(path).response()
    assert await response.body.read_all() == BIG


async def test_head(site, ask):
    response = await ask("/big", method="HEAD").response()
    assert response.body is None and response.header_list.get(b"content-length") == b"%d" % len(BIG)
    await (await ask("/hello").response()).body.read_all()
    assert len(site.connections) == 1


@pytest.mark.parametrize("size", [10, 3_000_000])
async def test_an_upload_goes_out_again_after_a_redirect(site, ask, size):
    data = b"u" * size
    response = await ask("/moved", method="POST", body=data).response()
    assert await response.body.read_all() == data
    assert [body for *_, body in site.seen] == [data, data]


async def test_preflight_and_request(site, ask):
    controller = ask(
        f"http://other.test:{site.port}/cors", method="PATCH", header_list=HeaderList([(b"X-A", b"1")]), body=b"x"
    )
    response = await controller.response()
    assert (response.type, await response.body.read_all()) == ("cors", b"shared")
    assert response.header_list.get(b"x-b") == b"2"
    assert [method for method, *_ in site.seen] == ["OPTIONS", "PATCH"]


async def test_a_slow_reader_slows_the_server_down(site, ask):
    response = await ask("/endless").response()
    await response.body.read()
    before = -1
    while before != site.sent:  # until the buffers between us are full
        before = site.sent
        await asyncio.sleep(0.05)
    assert site.sent < 16 * 1024 * 1024
    response.body.cancel()
    await asyncio.wait_for(site.gone.wait(), 5)


async def test_abort_in_the_middle(site, ask):
    controller = ask("/endless")
    response = await controller.response()
    await response.body.read()
    controller.abort()
    with pytest.raises(DOMException):
        await response.body.read()
    await asyncio.wait_for(site.gone.wait(), 5)


async def test_abort_while_waiting_for_more(site, ask):
    stuck = await asyncio.start_server(
        lambda reader, writer: writer.write(b"HTTP/1.1 200 OK\r\n\r\nabc"), "127.0.0.1", 0
    )
    port = stuck.sockets[0].getsockname()[1]
    controller = ask(f"http://127.0.0.1:{port}/", mode="no-cors", unsafe_request=False)
    response = await controller.response()
    body = response.internal_response.body
    assert await body.read() == b"abc"
    reading = in_parallel(body.read())
    await yield_to_others()
    controller.abort()
    with pytest.raises(DOMException):
        await asyncio.wait_for(asyncio.ensure_future(_result(reading)), 5)
    stuck.close()


async def _result(steps):
    return await steps


async def test_a_truncated_body_is_an_error(ask):
    response = await ask("/short").response()
    with pytest.raises(JSTypeError):
        await response.body.read_all()


async def test_nobody_listens(ask):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    response = await ask(f"http://127.0.0.1:{port}/").response()
    assert response.is_network_error and response.failure_kind == "refused"


async def test_stored_bodies_are_streamed(site, ask):
    class Stored:
        body_id, size = "1", len(BIG)

        async def read(self, offset, maximum):
            return BIG[offset : offset + maximum]

    response = await ask("/echo", method="PUT", body=Body(Stored())).response()
    assert await response.body.read_all() == BIG
    assert site.seen[0][2]["Content-Length"] == str(len(BIG))
