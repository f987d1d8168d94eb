"""A realm that can have workers, with a network in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from engine.event_loop import SystemClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.file import BlobURLStore
from engine.network.fake_transport import FakeResponse, FakeTransport
from engine.workers import Workers

ORIGIN = "https://example.test"


class Site:
    """The scripts of https://example.test/."""

    def __init__(self) -> None:
        self.transport = FakeTransport()

    def script(self, path: str, source: str, **parts: Any) -> None:
        parts.setdefault("headers", [(b"Content-Type", b"text/javascript")])
        self.transport.route(path if ":" in path else ORIGIN + path, FakeResponse(source.encode(), **parts))


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def new_owner(browser_loop: asyncio.AbstractEventLoop, site: Site, new_realm: Callable[..., Any]) -> Callable[..., Any]:
    """Makes realms whose scripts can start workers: `new_owner(interface, …)`, as `new_realm`."""

    def new_owner(*arguments: Any, **services: Any) -> Any:
        realm = new_realm(
            *arguments,
            **{
                "transport": site.transport,
                "preflight_cache": PreflightCache(SystemClock()),
                "authentication_entries": AuthenticationEntries(),
                "blob_urls": BlobURLStore(),
                **services,
            },
        )
        user_agent = realm.environment.user_agent
        if user_agent.workers is None:
            user_agent.workers = Workers(user_agent)
        return realm

    return new_owner


@pytest.fixture
def realm(new_owner: Callable[..., Any]) -> Any:
    """Replaces the plain realm of the other bindings' tests."""
    return new_owner()


@pytest.fixture
def with_shared_workers() -> Callable[[Any], Any]:
    """Gives the global of a realm that is not a window the interface SharedWorker."""

    def with_shared_workers(realm: Any) -> Any:
        def steps() -> None:
            environment = realm.environment
            of = environment.bindings.load("webidl/tables.js").get("interface_of")
            constructor = environment.realm.call(of, "SharedWorker").get("constructor")
            environment.realm.set_property(environment.realm.global_this, "SharedWorker", constructor)

        realm._on_agent(steps)
        return realm

    return with_shared_workers
