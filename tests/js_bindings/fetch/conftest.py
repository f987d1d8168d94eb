"""A realm with a network in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from engine.event_loop import SystemClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.network.fake_transport import FakeResponse, FakeTransport


class Network:
    """Routes of https://example.test/, made and read on any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: FakeTransport) -> None:
        self._loop = loop
        self.transport = transport

    def answer(self, path: str, *pieces: Any, body: Any = b"", **parts: Any) -> None:
        self.transport.route(f"https://example.test{path}", FakeResponse(list(pieces) or body, **parts))

    @property
    def sent(self) -> list[Any]:
        return self.transport.requests

    def on_the_browser_thread(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._loop.call_soon_threadsafe(function, *arguments)


@pytest.fixture
def network(browser_loop: asyncio.AbstractEventLoop) -> Network:
    return Network(browser_loop, FakeTransport())


@pytest.fixture
def realm(network: Network, new_realm: Callable[..., Any]) -> Any:
    """Replaces the plain realm of the other bindings' tests."""
    return new_realm(
        transport=network.transport,
        preflight_cache=PreflightCache(SystemClock()),
        authentication_entries=AuthenticationEntries(),
    )
