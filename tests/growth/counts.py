"""Everything that there can be many of: what makes `n` of it, and what is then done with them. Scripts are in counts.toml."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.background_fetch.turns import Turns
from engine.cache.batch import CacheBatchOperation, batch_cache_operations
from engine.event_loop import FakeClock
from engine.fetch.preflight_cache import PreflightCache
from engine.http import HeaderList, Request, Response
from engine.http.response import cors_filtered_response
from engine.network.cookies import CookieStore
from engine.storage import Storage, open_cache
from engine.url import OpaqueOrigin, parse_url
from tests.growth.work import Counting, Work
from tests.growth.world import world

Action = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Count:
    """What there are `n` of; `work_of(n, counting)` is what they cost. `quick`: tried in every run of the tests."""

    name: str
    n: int
    work_of: Callable[[int, Counting], Awaitable[Work]]
    quick: bool = False


def counts_of_scripts() -> list[Count]:
    """Those of counts.toml."""
    entries = tomllib.loads(Path(__file__).with_name("counts.toml").read_text())["count"]
    return [Count(entry["name"], entry["n"], of_a_script(entry), entry.get("quick", False)) for entry in entries]


def of_a_script(entry: dict[str, Any]) -> Callable[[int, Counting], Awaitable[Work]]:
    """The work of an entry of counts.toml, or of another like it."""
    register = "await navigator.serviceWorker.register('/sw.js'); globalThis.registration = await navigator.serviceWorker.ready;"
    before = (register if entry.get("worker") else "") + entry.get("before", "")

    async def work_of(n: int, counting: Counting) -> Work:
        async with world() as browser:
            page = await browser.open("https://a.test/page")
            await page.evaluate(f"async n => {{ {before} }}", n)
            return await counting.of(lambda: page.evaluate(f"async n => {{ {entry['action']} }}", n))

    return work_of


def counts_of_parts() -> list[Count]:
    """Those that need no browser, or cannot be made by scripts."""
    return [
        Count("records that wait for a turn", 300, _turns_served, quick=True),
        Count("records that wait for a turn no longer", 300, _turns_cancelled, quick=True),
        Count("operations of a batch", 100, _batch, quick=True),
        Count("cookies of a host", 400, _cookies, quick=True),
        Count("cookies set over an insecure channel", 400, _insecure_cookies, quick=True),
        Count("header names of preflights", 300, _preflights, quick=True),
        Count("headers exposed to other sites", 300, _exposed_headers, quick=True),
    ]


def _on_the_loop(steps: Callable[[int], Awaitable[Action]]) -> Callable[[int, Counting], Awaitable[Work]]:
    async def work_of(n: int, counting: Counting) -> Work:
        return await counting.of(await steps(n))

    return work_of


def _turns(n: int) -> tuple[list[asyncio.Task[None]], asyncio.Event]:
    turns, gate = Turns(24, 6, asyncio.get_running_loop().create_future), asyncio.Event()

    async def one(origin: str) -> None:
        async with turns.take(origin):
            await gate.wait()

    return [asyncio.create_task(one(f"https://{number % 3}.test")) for number in range(n)], gate


@_on_the_loop
async def _turns_served(n: int) -> Action:
    tasks, gate = _turns(n)
    await asyncio.sleep(0)

    async def serve() -> None:
        gate.set()
        await asyncio.gather(*tasks)

    return serve


@_on_the_loop
async def _turns_cancelled(n: int) -> Action:
    tasks, _ = _turns(n)
    await asyncio.sleep(0)

    async def cancel() -> None:
        for task in reversed(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return cancel


async def _batch(n: int, counting: Counting) -> Work:
    storage = await Storage.open(None)
    try:
        cache = await storage.run(open_cache, "https://a.test", "a")
        operations = [CacheBatchOperation("put", _request(f"https://a.test/{number}"), Response()) for number in range(n)]
        return await counting.of(lambda: storage.run(batch_cache_operations, cache, operations))
    finally:
        await storage.close()


def _set_cookies(n: int, *, secure: bool) -> Action:
    store = CookieStore(FakeClock())

    async def set_them() -> None:
        for number in range(n):
            attributes = b"; Secure" if secure else b""
            store.parse_and_store_a_cookie(b"c%d=1%s" % (number, attributes), is_secure=secure, host=f"{number % 50}.test", path="/")
            store.garbage_collect_cookies(f"{number % 50}.test")

    return set_them


@_on_the_loop
async def _cookies(n: int) -> Action:
    return _set_cookies(n, secure=True)


@_on_the_loop
async def _insecure_cookies(n: int) -> Action:
    return _set_cookies(n, secure=False)


@_on_the_loop
async def _preflights(n: int) -> Action:
    cache, request = PreflightCache(FakeClock()), _request("https://a.test/")

    async def ask() -> None:
        for number in range(n):
            cache.store_header_name(b"x-%d" % number, request, 100)
            assert cache.has_header_name_cache_entry_match(b"x-%d" % number, request)

    return ask


@_on_the_loop
async def _exposed_headers(n: int) -> Action:
    names = [b"x-%d" % number for number in range(n)]
    response = Response(header_list=HeaderList([(name, b"v") for name in names]), cors_exposed_header_name_list=names)

    async def filter_them() -> None:
        assert len(cors_filtered_response(response).header_list) == n

    return filter_them


def _request(address: str) -> Request:
    url = parse_url(address)
    assert url
    return Request([url], origin=OpaqueOrigin())
