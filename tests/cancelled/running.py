"""Runs journeys, disturbs them, and looks at what has become of everything."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.browser.errors import BrowserFailed
from tests.cancelled.disturbing import MOMENTS_OF, NOT_CANCELLED, How, Onlooker, Place, Watch, watched_by
from tests.cancelled.journeys import Journey
from tests.cancelled.patience import Patience, has_ended
from tests.cancelled.world import Broken, World


@dataclass
class Result:
    """What came of one journey's disturbances."""

    journey: str
    tried: int = 0
    reached: int = 0
    tasks: int = 0
    awaits: int = 0
    broken: list[tuple[Place, str]] = field(default_factory=list)


class Runner:
    """One journey in one world after the other: a new one when the last is broken. `folder`: for their profiles."""

    def __init__(self, journey: Journey, folder: Path) -> None:
        self.journey = journey
        self._folder = folder
        self._numbers = itertools.count(1)
        self._world: World | None = None

    async def world(self) -> World:
        if self._world is None:
            self._world = world = await World(self._folder / f"profile{next(self._numbers)}").begin()
            for _ in range(2):
                await self._undisturbed(world)
            world._before = None
            await world.rest()
        return self._world

    async def tasks(self) -> list[tuple[str, int, int]]:
        """Each task with how often it waits, from a run in which nothing happens."""
        world = await self.world()
        number = next(self._numbers)
        await self.journey.prepare(world, number)
        watch = Watch()
        with watched_by(watch):
            await self._run(world, number)
            await world.rest()
        await asyncio.sleep(0)
        return [(each.name, each.which, each.waits) for each in watch.tasks]

    async def try_place(self, place: Place) -> tuple[bool, str]:
        """Whether the place was reached; and what does not hold after it was disturbed there."""
        world = await self.world()
        watch = Watch(place, world.disturbance(place.how))
        try:
            number = next(self._numbers)
            await self.journey.prepare(world, number)
            with watched_by(watch):
                try:
                    await self._run(world, number)
                except BrowserFailed as failure:
                    raise Broken(f"{failure}") from failure
                except (Exception, asyncio.CancelledError) as error:
                    if isinstance(error, Broken) or not watch.has_happened:
                        raise
                await world.come_to_rest_after(place.how)
                watch.is_over = True
            await self._undisturbed(world)
        except (Broken, AssertionError) as broken:
            self._world = None
            try:
                await world.end()
            except Broken as at_the_end:
                return watch.has_happened, f"{broken}; and at the end: {at_the_end}"
            return watch.has_happened, f"{type(broken).__name__}: {broken}"
        return watch.has_happened, ""

    async def _undisturbed(self, world: World) -> None:
        number = next(self._numbers)
        await self.journey.prepare(world, number)
        try:
            await self._run(world, number)
        except Broken:
            raise
        except Exception as error:
            raise Broken(f"the next one fails: {error!r}") from error
        await world.rest()

    async def _run(self, world: World, number: int) -> None:
        task = asyncio.get_running_loop().create_task(self.journey.run(world, number), name="journey")
        if not await has_ended(task, Patience()):
            task.cancel()
            await asyncio.wait([task], timeout=1)
            raise Broken("it hangs")
        task.result()

    async def end(self) -> None:
        if self._world is not None:
            await self._world.end()
            self._world = None


def places_of(tasks: list[tuple[str, int, int]], hows: Sequence[How]) -> list[Place]:
    """All there are."""
    return [
        Place(name, which, number, moment, how)
        for how in hows
        for name, which, waits in tasks
        if how != "cancelled" or not name.startswith(tuple(NOT_CANCELLED))
        for number in range(1, waits + 1)
        for moment in MOMENTS_OF[how]
    ]


async def run_journey(
    journey: Journey, folder: Path, choose: Callable[[list[tuple[str, int, int]]], list[Place]], say: Callable[[str], object]
) -> Result:
    """Disturb a journey at the places that `choose` makes of its tasks."""
    with watched_by(Onlooker()):
        return await _run_journey(journey, folder, choose, say)


async def _run_journey(
    journey: Journey, folder: Path, choose: Callable[[list[tuple[str, int, int]]], list[Place]], say: Callable[[str], object]
) -> Result:
    runner, result = Runner(journey, folder), Result(journey.name)
    tasks = await runner.tasks()
    result.tasks, result.awaits = len(tasks), sum(waits for _, _, waits in tasks)
    for place in choose(tasks):
        reached, wrong = await runner.try_place(place)
        result.tried += 1
        result.reached += reached
        if wrong:
            result.broken.append((place, wrong))
            say(f"  {place}: {wrong}")
    try:
        await runner.end()
    except Broken as broken:
        result.broken.append((Place("the end", 1, 1, "waiting"), str(broken)))
    return result
