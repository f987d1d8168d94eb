"""When everything that one moment of a fake clock has brought about is over. Ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Final, Literal, Protocol, TypeAlias

Place: TypeAlias = Literal["threads", "network"]

_QUIET_ROUNDS: Final = 3
_TURNS: Final = 20  # of the browser's loop in a round
_LOOK: Final = 0.002  # seconds between two looks at what goes on elsewhere
_PATIENCE: Final[dict[Place, float]] = {"threads": 1.0, "network": 0.02}
"""Real seconds that one moment waits for others at most. A disk answers soon; a server need not answer at all."""

_elsewhere: dict[Place, set[object]] = {"threads": set(), "network": set()}


class under_way:
    """What is waited for in the body goes on whether the browser's clock moves or not: on another thread, in the network."""

    __slots__ = ("_others",)

    def __init__(self, place: Place) -> None:
        self._others = _elsewhere[place]

    def __enter__(self) -> None:
        self._others.add(self)

    def __exit__(self, *error: object) -> None:
        self._others.discard(self)


class Loop(Protocol):
    """An agent's event loop, as the clock sees it. All of it from any thread."""

    tasks_run: int

    @property
    def is_blocked(self) -> bool:
        """Its agent waits for the browser's thread, and may do so until time has moved."""

    @property
    def is_running(self) -> bool: ...

    @property
    def next_due(self) -> float | None: ...

    def queue_a_task(self, source: Literal["engine"], steps: Callable[[], object], /) -> None: ...


async def settle(loops: Callable[[], Collection[Loop]]) -> None:
    """Return when no loop has anything left to do, nor the one this runs on; or as soon as patience with all that has an end."""
    began = time.monotonic()
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        quiet = quiet + 1 if await _is_quiet_round(loops(), began) else 0
        if time.monotonic() - began > _PATIENCE["threads"]:
            return


async def _is_quiet_round(loops: Collection[Loop], began: float) -> bool:
    """Let everybody go on as far as they come. Whether nobody had anything to do."""
    before = [loop.tasks_run for loop in loops]
    await asyncio.gather(*(_reach_the_end_of(loop) for loop in loops))
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    for place, patience in _PATIENCE.items():
        while _elsewhere[place] and time.monotonic() - began < patience:
            await asyncio.sleep(_LOOK)
    # NB: one task was our own.
    return all(loop.tasks_run - ran <= 1 for loop, ran in zip(loops, before, strict=True))


async def _reach_the_end_of(loop: Loop) -> None:
    """Return when the tasks that are in the loop have run."""
    browser = asyncio.get_running_loop()
    reached = asyncio.Event()
    loop.queue_a_task("engine", lambda: browser.call_soon_threadsafe(reached.set))
    end = asyncio.ensure_future(reached.wait())
    while loop.is_running and not loop.is_blocked and not end.done():
        await asyncio.wait([end], timeout=_LOOK)
    end.cancel()


async def wait_while(is_busy: Callable[[], bool], patience: float) -> None:
    """Return when nobody is busy any more, and what that has brought about here is over; or after `patience`, real seconds."""
    began = time.monotonic()
    quiet = 0
    while quiet < _QUIET_ROUNDS and time.monotonic() - began < patience:
        if is_busy():
            quiet = 0
            await asyncio.sleep(_LOOK)
        else:
            quiet += 1
            for _ in range(_TURNS):
                await asyncio.sleep(0)
