"""Who may transfer now: so many in all and for each origin, taken in turns."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from engine.event_loop import Future


class Turns:
    """Bounded concurrency that is fair between fetches: a free place goes to whoever has waited longest for one, and a
    fetch never has more than a few records that wait."""

    def __init__(self, in_all: int, per_origin: int, new_future: Callable[[], Future[Any]]) -> None:
        self._free = in_all
        self._per_origin = per_origin
        self._taken: dict[str, int] = {}
        self._waiting: deque[tuple[str, Future[None]]] = deque()
        self._new_future = new_future

    @asynccontextmanager
    async def take(self, origin: str) -> AsyncIterator[None]:
        """Wait for a place and keep it for the body of the `async with`."""
        if self._waiting or not self._is_free(origin):
            future = self._new_future()
            self._waiting.append((origin, future))
            self._give()
            try:
                await future
            except BaseException:
                if future.done() and not future.cancelled():
                    self._put_back(origin)
                else:
                    self._waiting = deque(wait for wait in self._waiting if wait[1] is not future)
                raise
        else:
            self._occupy(origin)
        try:
            yield
        finally:
            self._put_back(origin)

    def _is_free(self, origin: str) -> bool:
        return self._free > 0 and self._taken.get(origin, 0) < self._per_origin

    def _occupy(self, origin: str) -> None:
        self._free -= 1
        self._taken[origin] = self._taken.get(origin, 0) + 1

    def _put_back(self, origin: str) -> None:
        self._free += 1
        left = self._taken[origin] - 1
        if left:
            self._taken[origin] = left
        else:
            del self._taken[origin]
        self._give()

    def _give(self) -> None:
        later: deque[tuple[str, Future[None]]] = deque()
        while self._waiting and self._free > 0:
            origin, future = self._waiting.popleft()
            if not self._is_free(origin):
                later.append((origin, future))
            elif not future.done():
                self._occupy(origin)
                future.set_result(None)
        self._waiting.extendleft(reversed(later))
