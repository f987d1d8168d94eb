"""Servers on this machine: one that speaks HTTP properly, and one that says whatever a test wants it to say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from ssl import SSLContext

import pytest
import pytest_asyncio

from engine.network.aiohttp_transport import AiohttpTransport

RawHandler = Callable[["RawConnection"], Awaitable[None]]


class RawConnection:
    """One connection to the raw server. `requests` are the heads (and bodies, by Content-Length) it has read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def read_head(self) -> bytes:
        """The next request's line and headers; b"" when the client has closed."""
        try:
            return await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    def tear(self) -> None:
        """Reset the connection instead of closing it."""
        import socket
        import struct

        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class RawServer:
    """Runs `handler` for every connection."""

    def __init__(self, handler: RawHandler, tls: SSLContext | None = None) -> None:
        self.handler = handler
        self.heads: list[bytes] = []
        self.connections = 0
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> RawServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await self.handler(RawConnection(reader, writer))
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            writer.close()

    def url(self, path: str = "/") -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}{path}"


ServerMaker = Callable[..., Awaitable[RawServer]]


@pytest_asyncio.fixture
async def raw_server() -> AsyncIterator[ServerMaker]:
    """`await raw_server(handler)` starts a server that runs `handler` for each connection."""
    async with AsyncExitStack() as stack:

        async def start(handler: RawHandler, tls: SSLContext | None = None) -> RawServer:
            return await stack.enter_async_context(RawServer(handler, tls))

        yield start


async def _until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """`await until(condition)` lets others run until the condition holds."""
    return _until


@pytest_asyncio.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    transport = AiohttpTransport()
    yield transport
    await transport.close()
