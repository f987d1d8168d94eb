"""engine/network/response_protocol.py"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.network import NetworkFailure, WireRequest, read_all
from engine.network.aiohttp_transport import AiohttpTransport
from engine.url import URL, parse_url

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def get(text: str) -> WireRequest:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return WireRequest(b"GET", parsed)


def answering(*answers: bytes) -> Any:
    async def handle(connection: Any) -> None:
        for answer in answers:
            await connection.read_head()
            await connection.say(answer)

    return handle


async def endless(connection: Any, beginning: bytes, line: bytes) -> None:
    await connection.read_head()
    await connection.say(beginning)
    while not connection.writer.transport.is_closing():
        await connection.say(line * 100)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", "32 responses before the response"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "32 responses before the response"),
        (b"X-Name: " + b"x" * 1000 + b"\r\n", "bytes of headers"),
        (b"X: y\r\n", "Too many headers"),
    ],
)
async def test_a_head_without_an_end_is_given_up(
    raw_server: Any, transport: AiohttpTransport, line: bytes, why: str
) -> None:
    beginning = b"" if line.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n"
    server = await raw_server(lambda connection: endless(connection, beginning, line))
    with pytest.raises(NetworkFailure, match=why) as caught:
        await transport.send(get(server.url()))
    assert caught.value.kind == "protocol"


async def test_some_interim_responses_are_no_harm(raw_server: Any, transport: AiohttpTransport) -> None:
    server = await raw_server(answering(b"HTTP/1.1 100 Continue\r\n\r\n" * 32 + OK))
    assert await read_all((await transport.send(get(server.url()))).body) == b"ok"


async def test_trailers_without_an_end_are_given_up(raw_server: Any, transport: AiohttpTransport) -> None:
    beginning = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
    server = await raw_server(lambda connection: endless(connection, beginning, b"X-Name: " + b"x" * 1000 + b"\r\n"))
    response = await transport.send(get(server.url()))
    with pytest.raises(NetworkFailure):
        await read_all(response.body)


async def test_chunks_of_one_byte_let_others_have_their_turns(raw_server: Any, transport: AiohttpTransport) -> None:
    beginning = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    flood = await raw_server(lambda connection: endless(connection, beginning, b"1\r\nx\r\n" * 1000))
    server = await raw_server(answering(*[OK] * 20))

    async def read_on() -> None:
        body = (await transport.send(get(flood.url()))).body
        while await body.read(1 << 16):
            pass

    reading = asyncio.create_task(read_on())
    for _ in range(20):
        assert await read_all((await transport.send(get(server.url()))).body) == b"ok"
    assert not reading.done()
    reading.cancel()
