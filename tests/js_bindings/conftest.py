"""A realm with all bindings, without network and page: what most tests of the bindings need."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.event_loop import BrowserThread, SystemClock
from engine.http.policy_container import PolicyContainer
from engine.js import Agent, Handle, JSError, ScriptInterrupted
from engine.ops.registry import host_object
from engine.realms import ConsoleMessage, Environment, UserAgent
from engine.url import origin_of, parse_url


class Watcher:
    """Remembers what scripts and the engine say."""

    def __init__(self) -> None:
        self.messages: list[ConsoleMessage] = []
        self.bugs: list[BaseException] = []
        self.lost: list[str] = []
        self.errors: list[Exception] = []

    def console(self, environment: Environment, message: ConsoleMessage) -> None:
        self.messages.append(message)

    def engine_bug(self, error: BaseException) -> None:
        self.bugs.append(error)

    def report_exception(self, agent: Agent, error: JSError) -> None:
        self.errors.append(error)

    def report_interruption(self, agent: Agent, interruption: ScriptInterrupted) -> None:
        self.errors.append(interruption)

    def report_full_budget(self, agent: Agent, sentence: str) -> None:
        self.messages.append(ConsoleMessage("error", sentence, agent.name))

    def report_bug(self, agent: Agent, error: Exception) -> None:
        self.bugs.append(error)

    def report_lost(self, agent: Agent, why: str) -> None:
        self.lost.append(why)

    def notify_about_rejected_promises(self, agent: Agent, rejections: list[Any]) -> None:
        for _, _, reason, handled in rejections:
            message = reason.get("message") if isinstance(reason, Handle) else reason
            text = f"unhandled rejection: {message}"
            if not handled:
                self.errors.append(AssertionError(text))
                continue
            found = next((error for error in self.errors if str(error) == text), None)
            if found is not None:
                self.errors.remove(found)


class RealmUnderTest:
    """One agent with one realm. `run(script)` evaluates a classic script; `settled(script)` awaits its completion value."""

    def __init__(self, loop: asyncio.AbstractEventLoop, environment: Environment, watcher: Watcher) -> None:
        self._loop = loop
        self.environment = environment
        self.watcher = watcher

    def run(self, script: str) -> Any:
        """The completion value of a script, in the wire types (objects as records)."""
        return self._on_agent(lambda: self._eval(script))

    def settled(self, script: str, timeout: float = 10) -> Any:
        """What the promise that `script` (an expression, `await` allowed) gives; its rejection is raised as AssertionError."""
        wrapped = f"(async () => {{ try {{ const value = await (async () => ({script}\n))(); return {{ ok: true, value }} }} catch (error) {{ return {{ ok: false, error: `${{error?.name}}: ${{error?.message ?? error}}` }} }} }})().then(result => {{ globalThis.__settled = result }}); undefined"
        self.run(wrapped)

        async def wait() -> Any:
            while True:
                result = await self.environment.agent.run(lambda: self._eval("globalThis.__settled"))
                if isinstance(result, dict):
                    return result
                await asyncio.sleep(0.001)

        result = asyncio.run_coroutine_threadsafe(asyncio.wait_for(wait(), timeout), self._loop).result(timeout + 1)
        self.run("delete globalThis.__settled; undefined")
        if not result["ok"]:
            raise AssertionError(result["error"])
        return result.get("value")

    def error_of(self, script: str) -> str:
        """ "Name: message" of what `script` throws, or of the rejection of the promise it gives."""
        return str(
            self.settled(
                f"(async () => {{ try {{ await (0, eval)({script!r}); return 'no error' }} catch (error) {{ return `${{error?.name}}: ${{error?.message}}` }} }})()"
            )
        )

    def _eval(self, script: str) -> Any:
        realm = self.environment.realm
        value = realm.eval_script(script, "test.js")
        if isinstance(value, Handle):
            return realm.call_for_wire(realm.eval_script("(value) => value"), value)
        return value

    def _on_agent(self, steps: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(self.environment.agent.run(steps), self._loop).result(20)


@pytest.fixture(scope="session")
def browser_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def make_realm(
    loop: asyncio.AbstractEventLoop,
    global_interface: Any = "DedicatedWorkerGlobalScope",
    url: str = "https://example.test/worker.js",
    **services: Any,
) -> RealmUnderTest:
    watcher = Watcher()

    async def start() -> Environment:
        thread = BrowserThread()
        clock = services.pop("clock", None) or SystemClock()
        user_agent = UserAgent(
            browser_thread=thread,
            clock=clock,
            transport=services.pop("transport", None),
            storage=services.pop("storage", None),
            embedder=watcher,
            host_object=host_object,
        )
        for name, value in services.items():
            setattr(user_agent, name, value)
        agent = Agent("test", clock=clock, browser_thread=thread, host=watcher)
        await agent.start()
        parsed = parse_url(url)
        assert parsed
        environment = Environment(
            user_agent,
            agent,
            global_interface,
            creation_url=parsed,
            origin=origin_of(parsed),
            policy_container=PolicyContainer(),
        )
        user_agent.environments[environment.client_id] = environment
        await agent.run(environment.create_realm)
        return environment

    environment = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    return RealmUnderTest(loop, environment, watcher)


@pytest.fixture
def new_realm(browser_loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., RealmUnderTest]]:
    """Makes realms as `make_realm` does: `new_realm(clock=FakeClock())`. All of them end with the test."""
    made: list[RealmUnderTest] = []

    def new_realm(*arguments: Any, **services: Any) -> RealmUnderTest:
        made.append(make_realm(browser_loop, *arguments, **services))
        return made[-1]

    yield new_realm
    for under_test in made:
        browser_loop.call_soon_threadsafe(under_test.environment.destroy)
        under_test.environment.agent.begin_closing()
    for under_test in made:
        assert under_test.environment.agent.join(10)
        assert not under_test.watcher.bugs, under_test.watcher.bugs


@pytest.fixture
def realm(new_realm: Callable[..., RealmUnderTest]) -> RealmUnderTest:
    return new_realm()
