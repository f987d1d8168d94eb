"""A user agent with a network in memory, a temporary profile and a clock that stands still, and background fetches on it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.background_fetch import BackgroundFetch, BackgroundFetches
from engine.event_loop import BrowserThread, FakeClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.http import PolicyContainer, Request
from engine.network import NetworkFailure
from engine.network.conditions import ConditionedTransport
from engine.network.cookies import CookieStore
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.realms import Environment, UserAgent
from engine.security.permissions import Permissions
from engine.service_worker import FunctionalEventResult, Registration, ServiceWorker, ServiceWorkers
from engine.storage import Storage
from engine.url import URL, origin_of, parse_url

SITE = "https://site.test"
_numbers = itertools.count(1)


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return parsed


class FakeAgent:
    """An agent that runs every task at once, and one environment's upcalls, remembered."""

    def __init__(self, thread: BrowserThread) -> None:
        self.browser_thread = thread
        self.closing = False
        self.queued: list[Any] = []
        self.busy = False

    def queue_a_task(self, source: str, steps: Callable[[], object]) -> None:
        if self.busy:
            self.queued.append(steps)
        else:
            steps()

    def catch_up(self) -> None:
        self.busy = False
        queued, self.queued = self.queued, []
        for steps in queued:
            steps()


class FakeBindings:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def upcall(self, *call: Any) -> None:
        self.calls.append(call)


def make_environment(user_agent: UserAgent, address: str = f"{SITE}/dir/page.html", kind: Any = "Window") -> Any:
    agent = FakeAgent(user_agent.browser_thread)
    environment: Any = Environment(
        user_agent,
        agent,  # type: ignore[arg-type]
        kind,
        creation_url=url(address),
        origin=origin_of(url(address)),
        policy_container=PolicyContainer(),
    )
    environment.bindings = FakeBindings()
    user_agent.environments[environment.client_id] = environment
    return environment


class Watcher:
    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.bugs: list[BaseException] = []

    def console(self, environment: Environment, message: Any) -> None:
        self.messages.append(message)

    def engine_bug(self, error: BaseException) -> None:
        self.bugs.append(error)


@dataclass
class Events:
    """The functional events that were fired, and what their handlers do."""

    fired: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    activations: list[bool] = field(default_factory=list)
    handler: Callable[[str, dict[str, Any]], Awaitable[Any]] | None = None

    async def fire(
        self, registration: Any, name: str, interface: str, init: Any = None, *, user_activation: bool = False
    ) -> FunctionalEventResult:
        self.fired.append((name, interface, init["background_fetch"]))
        self.activations.append(user_activation)
        outcome = None if self.handler is None else await self.handler(name, init["background_fetch"])
        return FunctionalEventResult(outcome or "fulfilled")

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.fired]


class World:
    """One run of a browser, as far as background fetches see it."""

    def __init__(self, folder: Path, clock: FakeClock, transport: FakeTransport, limit: int) -> None:
        self.folder = folder
        self.clock = clock
        self.transport = transport
        self.limit = limit
        self.events = Events()
        self.watcher = Watcher()
        self.user_agent: UserAgent
        self.fetches: BackgroundFetches
        self.registration: Registration
        self.page: Any

    async def start(self, **settings: Any) -> World:
        storage = await Storage.open(self.folder, limit=self.limit)
        self.network = ConditionedTransport(self.transport, self.clock)
        self.user_agent = UserAgent(
            browser_thread=BrowserThread(),
            clock=self.clock,
            transport=self.network,
            storage=storage,
            embedder=self.watcher,
            host_object=lambda environment, realm: {},
            preflight_cache=PreflightCache(self.clock),
            authentication_entries=AuthenticationEntries(),
            cookie_store=CookieStore(self.clock),
            permissions=Permissions(),
        )
        workers = self.user_agent.service_workers = ServiceWorkers(self.user_agent)
        self.registration = self.register(workers, f"{SITE}/dir/")
        self.fetches = self.user_agent.background_fetches = BackgroundFetches(self.user_agent, **settings)
        self.fetches.downloads.fire_functional_event = self.events.fire
        self.fetches.downloads.chance.uniform = lambda low, high: 0.0  # type: ignore[method-assign]
        self.page = make_environment(self.user_agent)
        return self

    def new_page(self, address: str) -> Any:
        return make_environment(self.user_agent, address)

    def register(self, workers: ServiceWorkers, scope: str) -> Registration:
        registration = Registration(workers, SITE, url(scope))
        registration.active = ServiceWorker(url(f"{SITE}/dir/sw.js"), registration, state="activated")
        workers.registration_map[(SITE, registration.scope)] = registration
        return registration

    async def fetch(self, id: str, *requests: str | Request, **options: Any) -> BackgroundFetch:
        made = [self.request(request) if isinstance(request, str) else request for request in requests]
        environment = options.pop("environment", self.page)
        registration = options.pop("registration", self.registration)
        return await self.fetches.fetch(environment, registration, id, made, options)

    def request(self, address: str, **slots: Any) -> Request:
        absolute = parse_url(address, url(f"{SITE}/dir/"))
        assert isinstance(absolute, URL)
        values: dict[str, Any] = {"client": self.page, "mode": "cors", "unsafe_request": True, **slots}
        return Request(url_list=[absolute], **values)

    async def until(self, condition: Callable[[], object], advance: float = 0.0, seconds: float = 5.0) -> None:
        """Let everything run until `condition` holds; the clock goes `advance` seconds at a time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not condition():
            assert not self.watcher.bugs, self.watcher.bugs
            assert asyncio.get_running_loop().time() < deadline, "it never came to pass"
            if advance:
                self.clock.advance(advance)
            await asyncio.sleep(0.0005)

    async def settle(self, rounds: int = 30) -> None:
        """Let everything run that can."""
        for _ in range(rounds):
            await asyncio.sleep(0.0005)

    async def end_of(self, bg_fetch: BackgroundFetch, advance: float = 0.0) -> BackgroundFetch:
        await self.until(lambda: not bg_fetch.records_available, advance)
        return bg_fetch

    async def bodies_at_the_end(
        self, *requests: str, advance: float = 0.1, **options: Any
    ) -> tuple[BackgroundFetch, list[bytes]]:
        """A fetch that has ended, and the bytes of its successful records as they were during its event."""
        bodies: list[bytes] = []

        async def handler(name: str, snapshot: Any) -> None:
            for record in bg_fetch.records:
                data = record.response_data
                succeeded = data.result == "success" and data.body is not None
                bodies.append(await data.body.read_all() if succeeded else data.result.encode())

        self.events.handler = handler
        bg_fetch = await self.fetch("id", *requests, **options)
        await self.end_of(bg_fetch, advance)
        return bg_fetch, bodies

    async def stop(self) -> None:
        await self.fetches.close()
        await self.user_agent.service_workers.close()
        await self.user_agent.storage.close()
        assert not self.watcher.bugs, self.watcher.bugs

    async def restart(self, **settings: Any) -> World:
        """End this run and begin the next one on the same profile."""
        await self.stop()
        return await self.next_run(**settings)

    async def next_run(self, **settings: Any) -> World:
        following = World(self.folder, self.clock, self.transport, self.limit)
        await following.start(**settings)
        return following


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def transport(clock: FakeClock) -> FakeTransport:
    return FakeTransport(clock)


@pytest.fixture
async def world(tmp_path: Path, clock: FakeClock, transport: FakeTransport) -> AsyncIterator[World]:
    lost: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: lost.append(context))
    world = await World(tmp_path / "profile", clock, transport, limit=50_000_000).start()
    await world.fetches.start()
    yield world
    if not world.fetches.downloads._closed:
        await world.stop()
    assert not lost, lost


@pytest.fixture
def resumable() -> Callable[..., Callable[[Any], FakeResponse]]:
    """Makes servers that know ranges and `If-Range`: `resumable(data, etag, cut_at)`. Their first answer breaks off after
    `cut_at` bytes."""
    return _resumable


def _resumable(
    data: bytes, etag: bytes | None = b'"1"', cut_at: int | None = None, **headers: bytes
) -> Callable[[Any], FakeResponse]:
    cuts = [cut_at]
    extra = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]

    def respond(sent: Any) -> FakeResponse:
        cut = cuts.pop() if cuts else None
        validators = [] if etag is None else [(b"ETag", etag)]
        wanted = sent.header("Range")
        if_range = sent.header("If-Range")
        if wanted is not None and if_range in (None, etag):
            start = int(wanted.removeprefix(b"bytes=").removesuffix(b"-"))
            if start >= len(data):
                return FakeResponse(b"", 416, [(b"Content-Range", b"bytes */%d" % len(data)), *validators, *extra])
            part = data[start:]
            content_range = b"bytes %d-%d/%d" % (start, len(data) - 1, len(data))
            return FakeResponse(part, 206, [(b"Content-Range", content_range), *validators, *extra])
        if cut is None:
            return FakeResponse(data, 200, [*validators, *extra])
        pieces = [data[:cut], NetworkFailure("reset", "the connection was torn")]
        return FakeResponse(pieces, 200, [(b"Content-Length", b"%d" % len(data)), *validators, *extra])

    return respond
