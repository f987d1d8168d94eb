"""A hostile realm: a script that can call every op with whatever it likes, as if all that keeps pages from the bindings had failed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.browser import Browser
from engine.js import Handle
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.realms import ConsoleMessage, Environment

OWN = "https://evil.test"
OTHER = "https://victim.test"
HTML = [(b"Content-Type", b"text/html; charset=utf-8")]
SCRIPT = [(b"Content-Type", b"text/javascript")]


class Realm:
    """One realm. Its scripts find all ops as `ops`, by their names."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    async def run(self, script: str) -> Any:
        """The completion value of a script, in the wire types."""
        return await self.environment.agent.run(self._run, script)

    async def settled(self, script: str, timeout: float = 10) -> Any:
        """What the promise that the expression `script` gives is fulfilled with, or `"Name: message"` of what it throws."""
        await self.run(
            f"globalThis.answer = undefined; (async () => {{ try {{ return [await ({script}\n)] }}"
            " catch (error) { return [`${error.name}: ${error.message}`] } })().then((value) => { answer = value }); 0"
        )
        async with asyncio.timeout(timeout):
            while not isinstance(found := await self.run("answer"), list):
                await asyncio.sleep(0.001)
        return found[0] if found else None

    def _run(self, script: str) -> Any:
        realm = self.environment.realm
        if not hasattr(self, "_is_hostile"):
            self._is_hostile = True
            namespace = self.environment.bindings.load("ops.js")
            realm.set_property(realm.global_this, "ops", namespace)
        value = realm.eval_script(script, "evil.js")
        return realm.call_for_wire(realm.eval_script("(value) => value"), value) if isinstance(value, Handle) else value


class World:
    """Two sites, that of the attacker and that of the victim, and what was asked of them."""

    def __init__(self, transport: FakeTransport) -> None:
        self.transport = transport
        self.messages: list[ConsoleMessage] = []
        self.browser: Browser
        self.page(OWN + "/")
        self.page(OTHER + "/")

    def page(self, url: str, markup: str = "<!doctype html><title>page</title>", *headers: tuple[bytes, bytes]) -> None:
        self.transport.route(url, FakeResponse(markup.encode(), headers=[*HTML, *headers]))

    def script(self, url: str, source: str) -> None:
        self.transport.route(url, FakeResponse(source.encode(), headers=SCRIPT))

    async def open(self, url: str = OWN + "/") -> Realm:
        page = await self.browser.open(url)
        await page.wait_for_load()
        return Realm(page.document.environment)

    async def service_worker(self, origin: str = OWN, source: str = "onfetch = () => {}") -> Realm:
        """The realm of an active service worker, registered by a page of its own."""
        self.script(origin + "/sw.js", source)
        page = await self.open(origin + "/")
        assert await page.settled("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 1)") == 1
        manager = self.browser._user_agent.service_workers
        async with asyncio.timeout(10):
            while True:
                for running in manager.room.running:
                    if running.environment.origin.serialize() == origin and running.worker.state == "activated" and running.started:
                        return Realm(running.environment)
                await asyncio.sleep(0.001)

    @property
    def bugs(self) -> list[str]:
        bug = self.browser._bug
        return [] if bug is None else [f"{bug}: {bug.__cause__!r}"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(FakeTransport())
    async with Browser(profile=tmp_path / "profile", transport=world.transport, on_console=world.messages.append) as browser:
        world.browser = browser
        yield world
