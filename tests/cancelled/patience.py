"""How long something is waited for: as long as anything still moves, and a while longer. A slow disk is no fault."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

STILL: Final = 30.0
"""Seconds of the machine in which nothing moves, after which something hangs."""
IN_ALL: Final = 300.0
"""Seconds after which what moves only moves in circles."""


class Movements:
    """Counts the steps of all tasks that are watched (disturbing.py)."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        """A task has taken a step."""
        self.count += 1


MOVEMENTS: Final = Movements()


class Patience:
    """Begins when it is made. `now`: seconds; `movements`: a number that is another when something has moved."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, movements: Callable[[], int] = lambda: MOVEMENTS.count
    ) -> None:
        self._now = now
        self._movements = movements
        self._began = self._moved = now()
        self._seen = movements()

    @property
    def is_over(self) -> bool:
        """Whether nothing has moved for long, as far as those saw who asked; to be asked often."""
        now, movements = self._now(), self._movements()
        if movements != self._seen:
            self._seen, self._moved = movements, now
        return now - self._moved > STILL or now - self._began > IN_ALL


async def has_ended(task: asyncio.Future[Any], patience: Patience) -> bool:
    """Wait until it has, or nothing moves any more."""
    while not task.done() and not patience.is_over:
        await asyncio.wait([task], timeout=1)
    return task.done()
