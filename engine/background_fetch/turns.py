"""Who may transfer now: so many in all and for each origin, taken in turns."""

from __future__ import annotations

import heapq
import itertools
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from engine.event_loop import Future

_STALE_KEPT = 64


class Turns:
    """Bounded concurrency that is fair between fetches: a free place goes to whoever has waited longest for one, and a
    fetch never has more than a few records that wait.

    However many wait: to wait, to be served, to stop waiting is done in the logarithm of the number of origins.
    """

    def __init__(self, in_all: int, per_origin: int, new_future: Callable[[], Future[Any]]) -> None:
        self._free = in_all
        self._per_origin = per_origin
        self._taken: dict[str, int] = {}
        self._waiting: dict[str, OrderedDict[int, Future[None]]] = {}
        """Of each origin those that wait, by the number of their turn."""
        self._next: list[tuple[int, str]] = []
        """A heap of the first of each origin that may have another place; also some that no longer are, or may."""
        self._numbers = itertools.count()
        self._new_future = new_future

    @asynccontextmanager
    async def take(self, origin: str) -> AsyncIterator[None]:
        """Wait for a place and keep it for the body of the `async with`."""
        if self._free > 0 and self._may_have_another(origin):
            self._occupy(origin)
        else:
            await self._wait(origin)
        try:
            yield
        finally:
            self._put_back(origin)

    async def _wait(self, origin: str) -> None:
        number, future = next(self._numbers), self._new_future()
        waiting = self._waiting.setdefault(origin, OrderedDict())
        waiting[number] = future
        if len(waiting) == 1:
            self._queue_the_first(origin)
        try:
            await future
        except BaseException:
            if future.done() and not future.cancelled():
                self._put_back(origin)
            else:
                self._leave(origin, number)
            raise

    def _may_have_another(self, origin: str) -> bool:
        return self._taken.get(origin, 0) < self._per_origin

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
        self._queue_the_first(origin)
        self._give()

    def _leave(self, origin: str, number: int) -> None:
        """Wait no longer."""
        waiting = self._waiting.get(origin)
        if waiting is None or waiting.pop(number, None) is None:
            return  # its turn came just now, and was passed on
        if not waiting:
            del self._waiting[origin]
        elif number < next(iter(waiting)):
            self._queue_the_first(origin)

    def _queue_the_first(self, origin: str) -> None:
        """The first that waits of an origin has its place in the order of all origins, if the origin may have another."""
        if origin in self._waiting and self._may_have_another(origin):
            heapq.heappush(self._next, (next(iter(self._waiting[origin])), origin))
        if len(self._next) > 2 * len(self._waiting) + _STALE_KEPT:
            firsts = ((next(iter(waiting)), origin) for origin, waiting in self._waiting.items())
            self._next = [first for first in firsts if self._may_have_another(first[1])]
            heapq.heapify(self._next)

    def _give(self) -> None:
        while self._free > 0 and self._next:
            number, origin = heapq.heappop(self._next)
            waiting = self._waiting.get(origin)
            # Somebody else has become the first, or the origin has got all that it may have.
            if waiting is None or next(iter(waiting)) != number or not self._may_have_another(origin):
                continue
            future = waiting.pop(number)
            if not waiting:
                del self._waiting[origin]
            if not future.done():
                self._occupy(origin)
                future.set_result(None)
            self._queue_the_first(origin)
