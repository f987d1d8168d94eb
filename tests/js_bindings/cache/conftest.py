"""Realms that share a profile and a network in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.cache import CacheStorages
from engine.event_loop import SystemClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.network.fake_transport import FakeTransport
from engine.storage import Storage

QUOTA = 40_000_000


@pytest.fixture
def storage(browser_loop: asyncio.AbstractEventLoop) -> Iterator[Storage]:
    storage = asyncio.run_coroutine_threadsafe(Storage.open(limit=QUOTA), browser_loop).result(10)
    yield storage
    asyncio.run_coroutine_threadsafe(storage.close(), browser_loop).result(10)


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def another_realm(storage: Storage, transport: FakeTransport, new_realm: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Makes realms with the same caches."""
    storages = CacheStorages(storage)

    def make(url: str = "https://example.test/worker.js") -> Any:
        return new_realm(
            url=url,
            storage=storage,
            cache=storages,
            transport=transport,
            preflight_cache=PreflightCache(SystemClock()),
            authentication_entries=AuthenticationEntries(),
        )

    yield make
    storages.close()


@pytest.fixture
def realm(another_realm: Callable[..., Any]) -> Any:
    return another_realm()
