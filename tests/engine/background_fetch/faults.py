"""What goes wrong with a background fetch: how that is told, and made to happen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from engine.background_fetch import BackgroundFetch, RetryPolicy
from engine.event_loop import FakeClock
from engine.network import NetworkFailure
from engine.network.aiohttp_transport import AiohttpTransport
from engine.network.fake_transport import FakeResponse, FakeTransport

from .conftest import World, make_environment, url

DATA = bytes(range(256)) * 40
OTHER = DATA[::-1]
LENGTH = (b"Content-Length", b"%d" % len(DATA))
TAG = (b"ETag", b'"1"')


@dataclass(frozen=True)
class Outcome:
    """How it ended. `result`: "success" or the failure reason. `requests`: how many, and how many of them with a Range.

    `content`: what the worker finds: the resource ("whole"), its later version ("new version"), or nothing. `waited`: seconds
    between attempts, without jitter.
    """

    result: str
    content: str = "whole"
    requests: int = 1
    ranges: int = 0
    waited: float = 0.0


@dataclass(frozen=True)
class Row:
    group: str
    fault: str
    script: Callable[[Stage], Awaitable[BackgroundFetch]]
    expected: Outcome


class PatientAsEver(RetryPolicy):
    """The default policy, which writes down what it says."""

    waits: ClassVar[list[float]] = []

    def delay(self, *args: Any, **kwargs: Any) -> float | None:
        delay = super().delay(*args, **kwargs)
        self.waits.append(delay or 0.0)
        return delay


class Stage:
    """Where a fault happens: a world, its network, and what has to be cleaned up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.transport = FakeTransport(self.clock)
        self.cleanup = AsyncExitStack()
        self.requests: list[bytes] = []
        self.world: World

    async def start(self, limit: int = 50_000_000) -> None:
        self.world = await World(self.folder / "profile", self.clock, self.transport, limit).start()
        await self.begin()

    async def begin(self) -> None:
        self.world.fetches.downloads.retry_policy = PatientAsEver()
        await self.world.fetches.start()

    def answers(self, *answers: Any) -> None:
        self.transport.route("*", *answers)

    async def fetch(self, *requests: Any, **options: Any) -> BackgroundFetch:
        return await self.world.fetch("id", *(requests or ("a",)), **options)

    async def restart(self, bg_fetch: BackgroundFetch, meddle: Callable[[], object] = lambda: None) -> BackgroundFetch:
        await self.world.stop()
        meddle()
        self.world = await self.world.next_run()
        await self.begin()
        return self.world.fetches.downloads._by_number[bg_fetch.number]

    async def until_stored(self, bg_fetch: BackgroundFetch, size: int) -> None:
        await self.world.until(lambda: bg_fetch.records[0].response_data.length == size)

    async def patch(self, target: Any, name: str, new: Any) -> None:
        self.cleanup.enter_context(mock.patch.object(target, name, new))

    async def real_server(self, *answers: Callable[[asyncio.StreamWriter], Awaitable[object]]) -> None:
        """Replace the network in memory by sockets; each request gets the next of `answers`, the last one ever after."""
        waiting = list(answers)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                    await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(writer)
                    await writer.drain()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        origin = "http://{}:{}".format(*server.sockets[0].getsockname()[:2])
        wire = AiohttpTransport()
        self.world.network._inner = wire
        self.cleanup.push_async_callback(wire.close)
        self.cleanup.callback(server.close)
        world = self.world
        world.page = make_environment(world.user_agent, f"{origin}/dir/page.html")
        world.registration.storage_key = world.page.storage_key
        world.registration.scope_url = url(f"{origin}/dir/")
        world.user_agent.service_workers.registration_map = {
            (world.page.storage_key, world.registration.scope): world.registration
        }

    async def fetch_here(self) -> BackgroundFetch:
        return await self.fetch(self.world.request(self.world.page.creation_url.serialized.replace("page.html", "a")))


ROWS: list[Row] = []


def row(group: str, fault: str, result: str = "success", content: str = "", **rest: Any) -> Callable[[Any], Any]:
    expected = Outcome(result, content or ("whole" if result == "success" else "nothing"), **rest)

    def add(script: Any) -> Any:
        ROWS.append(Row(group, fault, script, expected))
        return script

    return add


def simple(group: str, fault: str, *answers: Any, **expected: Any) -> None:
    """A fault that consists of answers."""

    async def script(stage: Stage) -> BackgroundFetch:
        stage.answers(
            *(answer() if callable(answer) and answer.__name__ == "<lambda>" else answer for answer in answers)
        )
        return await stage.fetch()

    row(group, fault, **expected)(script)


def cut(at: int, kind: Any = "reset", *headers: Any) -> FakeResponse:
    return FakeResponse([DATA[:at], NetworkFailure(kind, "it broke")], 200, [LENGTH, *headers])


def part(first: int, last: int, total: object, body: bytes | None = None, *headers: Any) -> FakeResponse:
    given = DATA[first : last + 1] if body is None else body
    return FakeResponse(given, 206, [(b"Content-Range", f"bytes {first}-{last}/{total}".encode()), *headers])


async def observe(given: Row, folder: Path) -> Outcome:
    """Let it happen. The clock goes on by itself."""
    stage = Stage(folder)
    PatientAsEver.waits = []
    await stage.start()
    found: list[str] = []
    async with stage.cleanup:
        bg_fetch = await given.script(stage)

        async def handler(name: str, snapshot: Any) -> None:
            (data,) = (record.response_data for record in bg_fetch.records)
            body = await data.body.read_all() if data.result == "success" and data.body is not None else None
            assert snapshot["downloaded"] == bg_fetch.stored_body_bytes_total
            assert body is None or len(body) == bg_fetch.stored_body_bytes_total
            found.append(describe(body))

        stage.world.events.handler = handler
        await stage.world.until(lambda: not bg_fetch.records_available, advance=0.5, seconds=20)
        assert len(found) == 1
        heads = [sent.header("Range") is not None for sent in stage.transport.requests]
        heads += [b"\r\nRange:" in head for head in stage.requests]
        stopped = stage.world.stop()
    await stopped
    if isinstance(stage.transport, FakeTransport):
        assert stage.transport.open_bodies == 0
    return Outcome(
        bg_fetch.failure_reason or bg_fetch.result, found[0], len(heads), sum(heads), round(sum(PatientAsEver.waits), 1)
    )


def describe(body: bytes | None) -> str:
    if body is None:
        return "nothing"
    if body in (DATA, OTHER):
        return "whole" if body == DATA else "new version"
    return f"first {len(body)} bytes" if DATA.startswith(body) else "wrong bytes"
