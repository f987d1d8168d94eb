from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from engine.storage import Index, QuotaExceeded, Storage, StoredBody, estimate, room
from engine.storage.quota import RoomForWriters, share_of_the_disk

KEY = "https://site.test"


def test_an_origin_with_nothing_uses_nothing(index: Index) -> None:
    assert (estimate(index, KEY).usage, estimate(index, KEY).quota) == (0, 1_000_000)


def test_a_limit_of_its_own_holds_for_one_storage_key_until_it_is_taken_back(index: Index) -> None:
    index.quota.set_limit(KEY, 5)
    assert [estimate(index, key).quota for key in (KEY, "https://other.test")] == [5, 1_000_000]
    index.quota.set_limit(KEY, None)
    assert estimate(index, KEY).quota == 1_000_000


def test_the_default_limit_is_a_share_of_the_disk(tmp_path: Path) -> None:
    limit = share_of_the_disk(tmp_path)()
    assert limit > 0
    assert limit == share_of_the_disk(tmp_path)()


async def test_room_counts_bytes_the_index_does_not_know_of(index: Index) -> None:
    assert room(index, KEY, 1) == 1_000_000
    writer = index.bodies.new(KEY)
    await writer.append(b"x" * 400_000)
    assert room(index, KEY, 1) == 600_000
    with index.transaction():
        index.keep(writer.body)
    assert room(index, KEY, 1) == 600_000, "nothing is flushed, so nothing is recorded"
    await writer.flush()
    with index.transaction():
        index.keep(writer.body)
    assert room(index, KEY, 1) == 600_000, "and counted once when it is"
    assert room(index, "https://other.test", 1) == 1_000_000
    with pytest.raises(QuotaExceeded):
        room(index, KEY, 600_001)
    writer.fail("done")


async def test_bodies_that_were_let_go_are_not_counted(
    index: Index, new_body: Callable[..., Awaitable[StoredBody]], let_threads_go: Callable[[], None]
) -> None:
    for look in (lambda: estimate(index, KEY).usage, lambda: 1_000_000 - room(index, KEY, 1)):
        body = await new_body(b"x" * 1000)
        with index.transaction():
            index.keep(body)
        assert look() == 1000
        let_threads_go()
        del body
        assert look() == 0


def test_one_visit_gives_room_for_many_chunks_but_not_for_everything(index: Index) -> None:
    index.quota.set_limit(KEY, 1 << 40)
    assert room(index, KEY, 1) == 16 << 20
    assert room(index, KEY, 20 << 20) == 20 << 20


async def test_writers_share_the_room_of_their_storage_key() -> None:
    visits = []

    async def ask(storage_key: str, size: int) -> int:
        visits.append((storage_key, size))
        return 100

    room = RoomForWriters(ask)
    for _ in range(3):
        await room.take("a", 40)
    await room.take("b", 1)
    assert visits == [("a", 40), ("a", 40), ("b", 1)]


async def test_a_body_that_outgrows_the_quota_is_stopped(storage: Storage) -> None:
    storage.index.quota.set_limit(KEY, 1_000_000)
    writer = storage.new_body(KEY)
    with pytest.raises(QuotaExceeded) as caught:
        for _ in range(100):
            await writer.append(b"x" * 99_000)
    assert (caught.value.quota, caught.value.used) == (1_000_000, 990_000)
    writer.fail("quota exceeded")
    # Other origins are unharmed, and its bytes are free again.
    await storage.store_bytes("https://other.test", b"x" * 99_000)
    await storage.store_bytes(KEY, b"x" * 900_000)


async def test_a_body_with_a_reservation_does_not_ask(storage: Storage) -> None:
    storage.index.quota.set_limit(KEY, 10)
    writer = storage.new_body(KEY, reserved=True)
    await writer.append(b"x" * 1000)
    writer.fail("done")


async def test_many_writers_who_find_no_room_left_are_served_by_one_look() -> None:
    asked: list[int] = []

    async def ask(storage_key: str, size: int) -> int:
        asked.append(size)
        await asyncio.sleep(0)
        return 100

    room = RoomForWriters(ask)
    await asyncio.gather(*(room.take("a", 10) for _ in range(25)))
    assert asked == [10, 10, 10]


async def test_nothing_needs_no_look() -> None:
    async def ask(storage_key: str, size: int) -> int:
        raise AssertionError

    await RoomForWriters(ask).take("a", 0)
