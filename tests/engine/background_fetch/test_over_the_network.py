"""Background fetches over real sockets, from a real server on this machine that does what servers do."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from engine.event_loop import SystemClock
from engine.network.aiohttp_transport import AiohttpTransport

from .conftest import World, make_environment, url

BIG = hashlib.shake_256(b"seed").digest(1 << 20) * 6


class Server:
    """Serves BIG under any name; `cuts` says after how many bytes each of the next answers breaks off."""

    def __init__(self) -> None:
        self.cuts: list[int] = []
        self.ranges: list[str | None] = []
        self.uploads: list[bytes] = []
        self.accepts_ranges = True
        self.origin = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            self.uploads.append(await request.read())
            return web.Response(body=b"%d" % len(self.uploads[-1]))
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        start = int(wanted[6:-1]) if wanted and self.accepts_ranges else 0
        headers = {"ETag": '"1"', "Content-Length": str(len(BIG) - start)}
        if wanted and self.accepts_ranges:
            headers["Content-Range"] = f"bytes {start}-{len(BIG) - 1}/{len(BIG)}"
        response = web.StreamResponse(status=206 if "Content-Range" in headers else 200, headers=headers)
        await response.prepare(request)
        end = start + self.cuts.pop(0) if self.cuts else len(BIG)
        for at in range(start, min(end, len(BIG)), 100_000):
            await response.write(BIG[at : min(at + 100_000, end)])
        if end < len(BIG):
            await asyncio.sleep(0.02)
            assert request.transport is not None
            request.transport.abort()
        return response


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.origin = "http://{}:{}".format(*runner.addresses[0][:2])
    yield server
    await runner.cleanup()


@pytest.fixture
async def real_world(tmp_path: Path, server: Server) -> AsyncIterator[World]:
    wire = AiohttpTransport()
    world = World(tmp_path / "profile", SystemClock(), wire, limit=100_000_000)  # type: ignore[arg-type]
    await world.start()
    world.page = make_environment(world.user_agent, f"{server.origin}/dir/page.html")
    world.registration.storage_key = world.page.storage_key
    world.registration.scope_url = url(f"{server.origin}/dir/")
    world.user_agent.service_workers.registration_map = {
        (world.page.storage_key, world.registration.scope): world.registration
    }
    await world.fetches.start()
    yield world
    await world.stop()
    await wire.close()


async def bodies_of(world: World, *requests: Any, **options: Any) -> tuple[Any, list[bytes]]:
    bodies: list[bytes] = []

    async def handler(name: str, snapshot: Any) -> None:
        bodies.extend([await record.response_data.body.read_all() for record in bg_fetch.records])  # type: ignore[union-attr]

    world.events.handler = handler
    bg_fetch = await world.fetch("id", *requests, **options)
    await world.until(lambda: not bg_fetch.records_available, seconds=20)
    return bg_fetch, bodies


async def test_it_survives_broken_connections(real_world: World, server: Server) -> None:
    server.cuts = [1_000_000, 2_500_000]
    bg_fetch, bodies = await bodies_of(real_world, f"{server.origin}/a", downloadTotal=len(BIG))
    assert bodies == [BIG]
    assert bg_fetch.result == "success"
    first, second, third = server.ranges
    assert first is None
    assert second is not None and third is not None
    # Whatever had arrived when the connection broke is not asked for again.
    assert 0 < int(second[6:-1]) <= 1_000_000 < int(third[6:-1]) <= 3_500_000


async def test_a_server_without_ranges_starts_over(real_world: World, server: Server) -> None:
    server.cuts = [1_000_000]
    server.accepts_ranges = False
    bg_fetch, bodies = await bodies_of(real_world, f"{server.origin}/a")
    assert bodies == [BIG]
    assert bg_fetch.stored_body_bytes_total == len(BIG)


async def test_an_upload_from_the_disk(real_world: World, server: Server) -> None:
    request = real_world.request(f"{server.origin}/up", method="POST", body=BIG)
    bg_fetch, bodies = await bodies_of(real_world, request)
    assert bodies == [b"%d" % len(BIG)]
    assert server.uploads == [BIG]
    assert bg_fetch.uploaded == bg_fetch.upload_total == len(BIG)


async def test_a_port_where_nobody_listens(real_world: World, server: Server) -> None:
    probe = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    real_world.fetches.downloads.retry_policy = type(real_world.fetches.downloads.retry_policy)(patience_with_unreachable=0.0)
    bg_fetch = await real_world.end_of(await real_world.fetch("id", f"http://127.0.0.1:{port}/"))
    assert bg_fetch.failure_reason == "fetch-error"
