"""How long the harness waits, and whose fault something is. Ours."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from tests.cancelled.disturbing import Onlooker, watched_by
from tests.cancelled.patience import IN_ALL, MOVEMENTS, STILL, Patience, has_ended
from tests.cancelled.world import World


class Time:
    """One that is set, with what moves in it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.movements = 0

    def patience(self) -> Patience:
        return Patience(lambda: self.now, lambda: self.movements)


def test_patience_lasts_as_long_as_something_moves() -> None:
    time = Time()
    patience = time.patience()
    for _ in range(5):
        time.now += STILL - 1
        time.movements += 1
        assert not patience.is_over
    time.now += STILL + 1
    assert patience.is_over


def test_it_does_not_last_for_ever() -> None:
    time = Time()
    patience = time.patience()
    while not patience.is_over:
        time.now += 1
        time.movements += 1
    assert time.now == IN_ALL + 1


async def test_each_wait_of_a_task_is_a_movement() -> None:
    async def turn(times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(0)

    with watched_by(Onlooker()):
        before = MOVEMENTS.count
        task = asyncio.create_task(turn(3))
        assert await has_ended(task, Patience())
    assert MOVEMENTS.count == before + 3


async def test_what_does_not_move_is_not_waited_for() -> None:
    time = Time()
    patience = time.patience()
    time.now = STILL + 1
    task: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    assert not await has_ended(task, patience)


async def test_what_an_earlier_world_has_left_is_not_the_fault_of_the_next(tmp_path: Path) -> None:
    ended = threading.Event()
    left = threading.Thread(target=ended.wait, name="service worker of another")
    left.start()
    with (tmp_path / "open").open("wb") as file:
        world = World(tmp_path / "profile")
        before = world._handles()
        assert not world._what_goes_on()
        file.close()
    ended.set()
    left.join()
    assert world._handles() == before


async def test_what_a_world_has_left_is_its_own_fault(tmp_path: Path) -> None:
    world, ended = World(tmp_path / "profile"), threading.Event()
    before = world._handles()
    left = threading.Thread(target=ended.wait, name="window agent")
    left.start()
    with (tmp_path / "open").open("wb"):
        files, threads = world._handles()
    assert "window agent" in world._what_goes_on() and threads == ["window agent"] and len(files) == len(before[0]) + 1
    ended.set()
    left.join()
    assert world._handles() == before
