"""What is written behind is kept when the disk refuses, and written when it does not."""

from __future__ import annotations

from typing import Any

import pytest

from engine.event_loop import Cancelled, Event, FakeClock, in_parallel, yield_to_others
from engine.storage import StorageFull, WriteBehind


class Disk:
    def __init__(self) -> None:
        self.written: dict[str, Any] = {}
        self.refuses: set[str] = set()
        self.gate: Event | None = None
        self.attempts = 0

    async def write(self, notes: dict[str, Any]) -> None:
        self.attempts += 1
        if self.gate is not None:
            await self.gate.wait()
        for key, value in list(notes.items()):
            if key not in self.refuses:
                self.written[key] = value
                del notes[key]
        if notes:
            raise StorageFull("somewhere", "no room")


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def added(older: list[int], newer: list[int]) -> list[int]:
    return older + newer


async def settle() -> None:
    for _ in range(20):
        await yield_to_others()


async def test_notes_gather_and_the_last_one_counts(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 0.5, "writing")
    for value in range(3):
        behind.note("a", value)
    await settle()
    assert disk.attempts == 0
    clock.advance(0.5)
    await settle()
    assert (disk.written, disk.attempts) == ({"a": 2}, 1)


async def test_what_was_refused_is_written_when_there_is_room(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 0, "writing")
    disk.refuses = {"a"}
    behind.note("a", 1)
    behind.note("b", 1)
    await settle()
    assert disk.written == {"b": 1}, "others are not held up"
    assert isinstance(behind.failure, StorageFull)
    for _ in range(4):
        clock.advance(10)
        await settle()
    assert disk.written == {"b": 1}
    attempts = disk.attempts
    assert 3 <= attempts <= 6, "less and less often"
    disk.refuses = set()
    clock.advance(30)
    await settle()
    assert disk.written == {"a": 1, "b": 1}
    assert behind.failure is None


async def test_what_is_noted_while_it_is_refused_comes_after_what_was_refused(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 0, "writing", added)
    disk.refuses, disk.gate = {"a"}, Event()
    behind.note("a", [1])
    await settle()
    behind.note("a", [2])
    disk.gate.set()
    await settle()
    behind.note("a", [3])
    disk.refuses = set()
    await behind.write()
    assert disk.written == {"a": [1, 2, 3]}


async def test_who_waits_is_told_and_whoever_is_cancelled_takes_nothing_away(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 60, "writing")
    disk.refuses = {"a"}
    behind.note("a", 1)
    with pytest.raises(StorageFull):
        await behind.write()
    disk.refuses, disk.gate = set(), Event()
    waiting = in_parallel(behind.write())
    await settle()
    waiting.cancel()
    with pytest.raises(Cancelled):
        await waiting
    disk.gate.set()
    await settle()
    assert disk.written == {"a": 1}


async def test_closing_tries_for_the_last_time(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 60, "writing")
    disk.refuses = {"a"}
    behind.note("a", 1)
    with pytest.raises(StorageFull):
        await behind.close()
    disk.refuses = set()
    await behind.close()
    assert disk.written == {"a": 1}


async def test_what_is_forgotten_is_not_written(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 0, "writing")
    behind.note("a", None)
    assert behind.forget("a")
    assert not behind.forget("a")
    await behind.write()
    assert disk.written == {}
    assert behind.failure is None


@pytest.mark.parametrize("when", ["at once", "later"])
async def test_a_fault_that_is_none_of_the_disk_loses_nothing_either(disk: Disk, clock: FakeClock, when: str) -> None:
    behind = WriteBehind(disk.write, clock, 1, "writing")

    async def fail(notes: dict[str, Any]) -> None:
        if when == "later":
            await yield_to_others()
        raise KeyError("a fault")

    behind._bring = fail
    behind.note("a", 1)
    with pytest.raises(KeyError):
        await behind.write()
    behind.note("b", 2)
    behind._bring = disk.write
    await behind.close()
    assert disk.written == {"a": 1, "b": 2}


async def test_a_timer_that_is_cancelled_is_set_again_by_the_next_note(disk: Disk, clock: FakeClock) -> None:
    behind = WriteBehind(disk.write, clock, 1, "writing")
    behind.note("a", 1)
    while not clock.sleepers:
        await yield_to_others()
    assert behind._timer is not None
    behind._timer.cancel()
    while behind._timer is not None:
        await yield_to_others()
    behind.note("b", 2)
    while not clock.sleepers:
        await yield_to_others()
    clock.advance(1)
    while not disk.written:
        await yield_to_others()
    assert disk.written == {"a": 1, "b": 2}
