"""Cancels each journey at each of its awaits. python -m tests.cancelled [--how HOW] [--seed N --some N] [--place PLACE] [JOURNEY …]

Every task that a journey begins is cancelled at its first, second, … await, in three moments (disturbing.py); or the browser is closed
there, its workers stopped, its page closed. After each time everything has to be as it was: nothing hangs, no fault of ours, turns,
places, descriptors and threads are given back, notes are written, no row is without its bytes, and the same journey works, after
closing in the next browser. Prints what was tried, and what does not hold; status 1 when something does not.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cancelled.disturbing import MOMENTS_OF, Place
from tests.cancelled.journeys import JOURNEYS, Journey
from tests.cancelled.running import Result, places_of, run_journey


def some_of(places: list[Place], seed: int, some: int | None) -> list[Place]:
    """All, or so many of them, always the same for one seed."""
    if some is None or some >= len(places):
        return places
    return sorted(random.Random(seed).sample(places, some), key=places.index)


def place_from(text: str) -> Place:
    """As a line of what does not hold begins."""
    task, _, rest = text.rpartition(" #")
    which, number, moment, how = rest.replace("await ", "").split(", ")
    return Place(task, int(which), int(number), moment, how)  # type: ignore[arg-type]


async def _try(journey: Journey, given: argparse.Namespace) -> Result:
    hows = [how for how in journey.hows if how in (given.how or MOMENTS_OF)]

    def choose(tasks: list[tuple[str, int, int]]) -> list[Place]:
        return [place_from(given.place)] if given.place else some_of(places_of(tasks, hows), given.seed, given.some)

    with TemporaryDirectory(prefix="afterpage-cancelled-") as folder:
        return await run_journey(journey, Path(folder), choose, lambda text: print(text, flush=True))


async def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cancelled")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--some", type=int, help="so many places of each journey; all by default")
    parser.add_argument("--how", action="append", choices=MOMENTS_OF, help="only this; may be given several times")
    parser.add_argument("--place", help='only this one, as it is printed: "op_cache_put #1, await 2, over, cancelled"')
    parser.add_argument("journey", nargs="*", help=f"of: {', '.join(JOURNEYS)}")
    given = parser.parse_args(arguments)
    results: list[Result] = []
    for name in given.journey or JOURNEYS:
        started = time.monotonic()
        result = await _try(JOURNEYS[name], given)
        results.append(result)
        print(
            f"{name}: {result.tasks} tasks, {result.awaits} awaits, {result.tried} tried, {result.reached} reached, "
            f"{len(result.broken)} do not hold ({time.monotonic() - started:.0f} s)",
            flush=True,
        )
    tried, reached, broken = (sum(values) for values in zip(*((r.tried, r.reached, len(r.broken)) for r in results), strict=True))
    print(f"{tried:,} places tried, {reached:,} reached, {broken} do not hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
