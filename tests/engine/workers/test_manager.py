"""The life of a worker as the browser sees it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from engine.event_loop import BrowserThread, FakeClock, use_reporter, yield_to_others
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.http.policy_container import PolicyContainer
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.realms import UserAgent
from engine.url import OpaqueOrigin, origin_of, parse_url
from engine.workers import WorkerObject, WorkerOptions, Workers
from engine.workers.manager import MOST_WORKERS, MOST_WORKERS_OF_A_SITE


class Owner:
    """As much of an environment as a worker sees of its owner."""

    def __init__(self, user_agent: UserAgent) -> None:
        url = parse_url("https://example.test/")
        assert url
        self.user_agent = user_agent
        self.creation_url = self.api_base_url = url
        self.origin = self.top_level_origin = origin_of(url)
        self.policy_container = PolicyContainer()
        self.client_id = "owner"
        self.global_kind = "Window"
        self.is_secure_context = True
        self.cross_origin_isolated = self.has_cross_site_ancestor = self.destroyed = False
        self.active_service_worker: Any = None
        self.report_csp_violation = None
        self.fetch_group: list[Any] = []
        self.bindings = SimpleNamespace(upcall=lambda *call: self.told.append(call))
        self.told: list[Any] = []
        self._on_destroy: list[Any] = []

    def queue_a_global_task(self, source: str, steps: Any) -> None:
        steps()

    def when_destroyed(self, steps: Any) -> None:
        self._on_destroy.append(steps)

    def destroy(self) -> None:
        self.destroyed = True
        for steps in self._on_destroy:
            steps()


async def slow_server() -> tuple[UserAgent, Workers, Owner]:
    """A browser whose network takes its time, with one worker that waits for its script."""
    clock = FakeClock()
    transport = FakeTransport(clock)
    transport.route("https://example.test/w.js", FakeResponse(b"", delay=60))
    user_agent = UserAgent(
        BrowserThread(),
        clock,
        transport,
        None,  # type: ignore[arg-type]  # nothing is stored
        SimpleNamespace(console=lambda *said: None, engine_bug=lambda bug: None),
        lambda environment, realm: {},
        preflight_cache=PreflightCache(clock),
        authentication_entries=AuthenticationEntries(),
    )
    workers = user_agent.workers = Workers(user_agent)
    owner = Owner(user_agent)
    url = parse_url("https://example.test/w.js")
    assert url
    workers.create_a_dedicated_worker(WorkerObject(workers.new_number(), owner, 1, 2), url, WorkerOptions())  # type: ignore[arg-type]
    while not transport.requests:
        await yield_to_others()
    return user_agent, workers, owner


def test_closing_the_browser_ends_workers_that_have_no_script_yet() -> None:
    async def run() -> None:
        user_agent, workers, owner = await slow_server()
        (worker,) = workers.all()
        assert list(user_agent.environments.values()) == [worker.environment]
        await workers.close()
        assert worker.ended and worker.agent.closing and not worker.agent.event_loop.is_running
        assert worker.environment.destroyed
        assert not workers.all() and not user_agent.environments
        assert owner.told == [("up_worker_ended", 1)]

    asyncio.run(run())


def test_a_worker_without_a_script_yet_ends_with_its_owner() -> None:
    async def run() -> None:
        _, workers, owner = await slow_server()
        (worker,) = workers.all()
        owner.destroy()
        assert worker.ended and not workers.all()
        assert not owner.told

    asyncio.run(run())


def test_only_who_made_a_worker_can_terminate_it() -> None:
    async def run() -> None:
        user_agent, workers, owner = await slow_server()
        workers.terminate(1, Owner(user_agent))  # type: ignore[arg-type]
        workers.terminate(99, owner)  # type: ignore[arg-type]
        assert len(workers.all()) == 1
        workers.terminate(1, owner)  # type: ignore[arg-type]
        assert not workers.all()

    asyncio.run(run())


def test_one_who_has_gone_gets_no_worker() -> None:
    async def run() -> None:
        user_agent, workers, _ = await slow_server()
        gone = Owner(user_agent)
        gone.destroy()
        url = parse_url("https://example.test/w.js")
        assert url
        await workers.close()
        workers.create_a_dedicated_worker(WorkerObject(7, gone, 1, 2), url, WorkerOptions())  # type: ignore[arg-type]
        workers.create_or_connect_to_a_shared_worker(WorkerObject(8, gone, 1, 2), url, WorkerOptions())  # type: ignore[arg-type]
        assert not workers.all()

    asyncio.run(run())


def test_a_worker_can_be_terminated_before_it_has_begun_to_start() -> None:
    async def run() -> None:
        _, workers, owner = await slow_server()
        bugs: list[BaseException] = []
        use_reporter(bugs.append)
        url = parse_url("https://example.test/w.js")
        assert url
        workers.create_a_dedicated_worker(WorkerObject(7, owner, 3, 4), url, WorkerOptions())  # type: ignore[arg-type]
        workers.terminate(7, owner)  # type: ignore[arg-type]
        await workers.close()
        for _ in range(10):
            await yield_to_others()
        assert not bugs

    asyncio.run(run())


def test_there_is_an_end_to_the_workers_of_a_site() -> None:
    async def run() -> None:
        user_agent, workers, owner = await slow_server()
        said: list[str] = []
        user_agent.embedder.console = lambda environment, message: said.append(message.text)  # type: ignore[method-assign]
        url = parse_url("https://example.test/w.js")
        assert url

        def create(by: Owner, *, shared: bool = False) -> int:
            number = workers.new_number()
            made = WorkerObject(number, by, 2 * number, 2 * number + 1)  # type: ignore[arg-type]
            options = WorkerOptions(name=str(number))
            if shared:
                workers.create_or_connect_to_a_shared_worker(made, url, options)
            else:
                workers.create_a_dedicated_worker(made, url, options)
            return number

        for index in range(MOST_WORKERS_OF_A_SITE - 1):
            create(owner, shared=index % 2 == 0)
        assert not said and not owner.told
        refused = [create(owner), create(owner, shared=True)]
        assert owner.told == [("up_worker_failed", number) for number in refused]
        assert len(workers.all()) == MOST_WORKERS_OF_A_SITE
        # Once for all of them.
        assert said == [
            f"A worker was not started: {MOST_WORKERS_OF_A_SITE} workers of this site run already. Terminate those that are done."
        ]
        # A frame of another origin is part of the page.
        frame = Owner(user_agent)
        frame.origin = OpaqueOrigin()  # type: ignore[assignment]
        create(frame)
        assert [name for name, _ in frame.told] == ["up_worker_failed"]
        # Others are not concerned, until there are too many in all.
        others = []
        for index in range(MOST_WORKERS // MOST_WORKERS_OF_A_SITE):
            other = Owner(user_agent)
            other.origin = other.top_level_origin = origin_of(parse_url(f"https://site{index}.test/"))  # type: ignore[arg-type]
            others.append(other)
            for _ in range(MOST_WORKERS_OF_A_SITE):
                create(other)
        assert len(workers.all()) == MOST_WORKERS
        assert not others[0].told and len(others[-1].told) == MOST_WORKERS_OF_A_SITE
        assert f"{MOST_WORKERS} workers run already" in said[-1]
        # There is room again for each that ends.
        workers.terminate(1, owner)  # type: ignore[arg-type]
        told = len(owner.told)
        create(owner)
        assert len(owner.told) == told and len(workers.all()) == MOST_WORKERS
        await workers.close()

    asyncio.run(run())
