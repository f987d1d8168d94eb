"""A browser without windows: pages are worker realms, the network is in memory, the profile is temporary."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cache import CacheStorages
from engine.event_loop import BrowserThread, FakeClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.http import PolicyContainer
from engine.js import Agent, Handle, Limits
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.ops.registry import host_object
from engine.realms import ConsoleMessage, Environment, Reports, UserAgent
from engine.service_worker import Registration, ServiceWorkers, ServiceWorkerSettings
from engine.storage import Storage
from engine.url import origin_of, parse_url

ORIGIN = "https://example.test"


class Page:
    """A client: a realm at an address, which `run` and `settled` run scripts in."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    async def run(self, script: str) -> Any:
        """The completion value of a script, in the wire types."""
        return await self.environment.agent.run(self._eval, script)

    async def settled(self, script: str, timeout: float = 10) -> Any:
        """What the promise that `script` (an expression, `await` allowed) gives; a rejection is raised as AssertionError."""
        await self.run(
            f"""(async () => {{
              try {{ return {{ ok: true, value: await (async () => ({script}\n))() }} }}
              catch (error) {{ return {{ ok: false, error: `${{error?.name}}: ${{error?.message ?? error}}` }} }}
            }})().then((result) => {{ globalThis.__settled = result }}); undefined"""
        )
        async with asyncio.timeout(timeout):
            while not isinstance(result := await self.run("globalThis.__settled"), dict):
                await asyncio.sleep(0.001)
        await self.run("delete globalThis.__settled; undefined")
        if not result["ok"]:
            raise AssertionError(result["error"])
        return result.get("value")

    async def error_of(self, script: str) -> str:
        """ "Name: message" of the rejection of the promise that `script` gives."""
        try:
            await self.settled(script)
        except AssertionError as error:
            return str(error)
        return "no error"

    async def has(self, script: str, wanted: Any = True, timeout: float = 10) -> None:
        """Wait until the expression `script` is `wanted`."""
        value = None
        try:
            async with asyncio.timeout(timeout):
                while (value := await self.run(script)) != wanted:
                    await asyncio.sleep(0.001)
        except TimeoutError:
            raise AssertionError(f"{script} is {value!r}, not {wanted!r}") from None

    def _eval(self, script: str) -> Any:
        realm = self.environment.realm
        value = realm.eval_script(script, "test.js")
        if isinstance(value, Handle):
            return realm.call_for_wire(realm.eval_script("(value) => value"), value)
        return value

    async def close(self) -> None:
        self.environment.destroy()
        self.environment.user_agent.environments.pop(self.environment.client_id, None)
        self.environment.agent.begin_closing()


class Browser:
    """Everything that service workers need, in one place."""

    def __init__(self, user_agent: UserAgent, transport: FakeTransport, clock: FakeClock) -> None:
        self.user_agent = user_agent
        self.transport = transport
        self.clock = clock
        self.pages: list[Page] = []
        self.messages: list[ConsoleMessage] = []
        self.bugs: list[BaseException] = []

    def console(self, environment: Environment, message: ConsoleMessage) -> None:
        self.messages.append(message)

    def engine_bug(self, error: BaseException) -> None:
        self.bugs.append(error)

    @property
    def service_workers(self) -> ServiceWorkers:
        service_workers: ServiceWorkers = self.user_agent.service_workers
        return service_workers

    @property
    def texts(self) -> str:
        """All that the console shows."""
        return "\n".join(f"{message.text}\n{message.excerpt or ''}" for message in self.messages)

    def serve(self, path: str, source: str, *sources: str, **headers: str) -> None:
        """Answer requests for `path` with scripts, one after the other."""
        fields = {
            "Content-Type": "text/javascript",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        pairs = [(name.encode(), value.encode()) for name, value in fields.items()]
        self.transport.route(
            ORIGIN + path, *[FakeResponse(text.encode(), headers=pairs) for text in (source, *sources)]
        )

    async def open(self, path: str = "/", *, global_interface: Any = "DedicatedWorkerGlobalScope") -> Page:
        """A client at `path`, controlled by whoever is responsible for it."""
        url = parse_url(ORIGIN + path)
        assert url
        reports = Reports(self.user_agent)
        agent = Agent(f"page {path}", clock=self.clock, browser_thread=self.user_agent.browser_thread, host=reports)
        await agent.start()
        environment = Environment(
            self.user_agent,
            agent,
            global_interface,
            creation_url=url,
            origin=origin_of(url),
            policy_container=PolicyContainer(),
        )
        reports.environment = environment
        await agent.run(environment.create_realm)
        registration = self.service_workers.match(environment)
        self.service_workers.client_created(environment)
        if registration is not None and registration.active is not None:
            self.service_workers.control(environment, registration.active)
        page = Page(environment)
        self.pages.append(page)
        return page

    async def install(
        self, source: str, *, path: str = "/sw.js", page: Page | None = None
    ) -> tuple[Page, Registration]:
        """Register a worker and wait until it is active; a page that it does not control, and the registration."""
        self.serve(path, source)
        page = page or await self.open()
        await page.settled(f"navigator.serviceWorker.register('{path}')")
        registration = self.registration(path.rsplit("/", 1)[0] + "/")
        await self.until(lambda: registration.active is not None and registration.active.state == "activated")
        return page, registration

    def registration(self, scope: str = "/") -> Registration:
        return self.service_workers.registration_map[(ORIGIN, ORIGIN + scope)]

    async def until(self, condition: Callable[[], object], timeout: float = 10) -> None:
        async with asyncio.timeout(timeout):
            while not condition():
                await asyncio.sleep(0.001)

    async def close(self) -> None:
        for page in self.pages:
            await page.close()
        agents = [page.environment.agent for page in self.pages]
        agents.extend(running.agent for running in self.service_workers.room.running)
        await self.service_workers.close()
        await self.user_agent.storage.close()
        for agent in agents:
            assert await asyncio.get_running_loop().run_in_executor(None, agent.join, 10), f"{agent.name} does not end"
        assert not self.bugs, self.bugs


@contextlib.asynccontextmanager
async def a_browser(
    profile: Path | None = None,
    *,
    transport: FakeTransport | None = None,
    limits: Limits | None = None,
    **settings: Any,
) -> AsyncIterator[Browser]:
    clock = FakeClock()
    transport = transport or FakeTransport(clock)
    storage = await Storage.open(profile)
    user_agent = UserAgent(
        browser_thread=BrowserThread(),
        clock=clock,
        transport=transport,
        storage=storage,
        embedder=None,  # type: ignore[arg-type]
        host_object=host_object,
        limits=limits or Limits(),
        preflight_cache=PreflightCache(clock),
        authentication_entries=AuthenticationEntries(),
        cache=CacheStorages(storage),
    )
    browser = user_agent.embedder = Browser(user_agent, transport, clock)
    bugs = browser.bugs

    def report(loop: Any, context: dict[str, Any]) -> None:
        bugs.append(context.get("exception") or AssertionError(context["message"]))

    asyncio.get_running_loop().set_exception_handler(report)
    user_agent.service_workers = ServiceWorkers(user_agent, ServiceWorkerSettings(**settings))
    await user_agent.service_workers.start()
    try:
        yield browser
    finally:
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as it:
        yield it


@pytest.fixture
def new_browser() -> Callable[..., contextlib.AbstractAsyncContextManager[Browser]]:
    """A browser with settings, or with a profile of its own."""
    return a_browser
