from __future__ import annotations

import asyncio

import pytest

from engine.background_fetch.turns import Turns
from engine.event_loop import Event, ParallelSteps, in_parallel


class Runner:
    def __init__(self, in_all: int, per_origin: int) -> None:
        self.turns = Turns(in_all, per_origin, asyncio.get_running_loop().create_future)
        self.running: list[str] = []
        self.ends: dict[str, Event] = {}

    def start(self, name: str, origin: str) -> ParallelSteps[None]:
        self.ends[name] = Event()
        return in_parallel(self._run(name, origin))

    async def _run(self, name: str, origin: str) -> None:
        async with self.turns.take(origin):
            self.running.append(name)
            try:
                await self.ends[name].wait()
            finally:
                self.running.remove(name)

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_so_many_in_all_and_in_order() -> None:
    runner = Runner(2, 2)
    for name in "abcd":
        runner.start(name, "origin " + name)
    await settle()
    assert runner.running == ["a", "b"]
    await runner.end("b")
    assert runner.running == ["a", "c"]
    await runner.end("a")
    assert runner.running == ["c", "d"]


async def test_one_origin_does_not_keep_others_waiting() -> None:
    runner = Runner(3, 1)
    for name in ("x1", "x2", "x3"):
        runner.start(name, "x")
    await settle()
    runner.start("y1", "y")
    await settle()
    assert runner.running == ["x1", "y1"]
    await runner.end("x1")
    assert runner.running == ["y1", "x2"]


@pytest.mark.parametrize("running", [False, True])
async def test_whoever_is_cancelled_takes_no_place(running: bool) -> None:
    runner = Runner(1, 1)
    first = runner.start("first", "x")
    second = runner.start("second", "x")
    runner.start("third", "x")
    await settle()
    (first if running else second).cancel()
    await settle()
    if not running:
        assert runner.running == ["first"]
        await runner.end("first")
    assert runner.running == (["second"] if running else ["third"])


async def test_cancelled_in_the_moment_it_is_given_a_place() -> None:
    runner = Runner(1, 1)
    runner.start("first", "x")
    second = runner.start("second", "x")
    runner.start("third", "x")
    await settle()
    runner.ends["first"].set()
    while runner.running == ["first"]:
        await asyncio.sleep(0)
    second.cancel()
    await settle()
    assert runner.running == ["third"]


async def test_a_free_place_goes_to_whoever_has_waited_longest_whatever_its_origin() -> None:
    runner = Runner(2, 2)
    for name in ("x1", "x2", "y1", "x3", "y2", "z1"):
        runner.start(name, name[0])
    await settle()
    order = list(runner.running)
    for _ in range(6):
        await runner.end(runner.running[0])
        order += [name for name in runner.running if name not in order]
    assert order == ["x1", "x2", "y1", "x3", "y2", "z1"]


async def test_who_waits_behind_one_that_leaves_moves_up() -> None:
    runner = Runner(2, 1)
    runner.start("x1", "x")
    runner.start("y1", "y")
    first, second = runner.start("x2", "x"), runner.start("x3", "x")
    runner.start("y2", "y")
    runner.start("x4", "x")
    await settle()
    first.cancel()
    second.cancel()
    await settle()
    await runner.end("x1")
    assert runner.running == ["y1", "x4"]


async def test_places_come_back_however_many_come_and_go() -> None:
    runner = Runner(2, 1)
    steps = [runner.start(f"{number}", f"origin {number % 7}") for number in range(300)]
    await settle()
    for number, one in enumerate(steps):
        if number % 3:
            one.cancel()
    await settle()
    while runner.running:
        assert len(runner.running) <= 2
        await runner.end(runner.running[-1])
    assert all(one.done for one in steps)
    assert runner.turns._free == 2
    assert not runner.turns._waiting and not runner.turns._taken and len(runner.turns._next) < 100
