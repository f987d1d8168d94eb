from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.storage import Index, Profile, Storage, StoredBody

KEY = "https://site.test"


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile")
    yield profile
    profile.close()


@pytest.fixture
def index(profile: Profile) -> Iterator[Index]:
    """An index without a storage thread: verbs are called directly."""
    index = profile.open_index(limit=1_000_000)
    yield index
    index.bodies.close()
    index.close()


@pytest.fixture
def new_body(index: Index) -> Callable[..., Awaitable[StoredBody]]:
    async def new_body(data: bytes = b"some bytes", storage_key: str = KEY) -> StoredBody:
        writer = index.bodies.new(storage_key)
        await writer.append(data)
        return await writer.finish()

    return new_body


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(tmp_path / "storage", limit=100_000_000)
    yield storage
    await storage.close()


@pytest.fixture
def let_threads_go(index: Index) -> Callable[[], None]:
    """Make sure that no thread which wrote a body still holds it."""

    def let_threads_go() -> None:
        index.bodies.threads.shutdown(wait=True)
        index.bodies.threads = ThreadPoolExecutor()

    return let_threads_go


@pytest.fixture
def reclaim(index: Index, let_threads_go: Callable[[], None]) -> Callable[[], None]:
    """Remove the bodies that are not needed."""

    def reclaim() -> None:
        let_threads_go()
        index.reclaim()
        index.bodies.wait_for_removals()

    return reclaim
