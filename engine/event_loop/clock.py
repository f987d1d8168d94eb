"""The clock everything that waits is given, so that tests never sleep."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """A source of time. Seconds everywhere."""

    def now(self) -> float:
        """Monotonic seconds since some fixed moment."""

    def wall_time(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock."""

    def timeout_until(self, moment: float) -> float | None:
        """How long a thread may wait for `moment`: real seconds, or None for "until woken"."""

    def when_changed(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever time jumps. Returns a function that ends this."""


class SystemClock:
    """The machine's time."""

    def now(self) -> float:
        return time.monotonic()

    def wall_time(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout_until(self, moment: float) -> float | None:
        return max(0.0, moment - time.monotonic())

    def when_changed(self, wake: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


class FakeClock:
    """Time that stands still until `advance` is called, from any thread."""

    def __init__(self, wall_time: float = 1_700_000_000.0) -> None:
        self._now = 0.0
        self._wall_offset = wall_time
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._wakers: dict[int, Callable[[], None]] = {}

    def now(self) -> float:
        return self._now

    def wall_time(self) -> float:
        return self._wall_offset + self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), loop, future))
        await future

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass: everything that was waiting for a moment up to then goes on."""
        with self._lock:
            self._now += seconds
            due = []
            while self._sleepers and self._sleepers[0][0] <= self._now:
                due.append(heapq.heappop(self._sleepers))
            wakers = list(self._wakers.values())
        for _, _, loop, future in due:
            loop.call_soon_threadsafe(_resolve, future)
        for wake in wakers:
            wake()

    @property
    def sleepers(self) -> int:
        """How many coroutines wait for this clock."""
        return sum(1 for *_, future in self._sleepers if not future.done())

    def timeout_until(self, moment: float) -> float | None:
        return 0.0 if moment <= self._now else None

    def when_changed(self, wake: Callable[[], None]) -> Callable[[], None]:
        key = next(self._order)
        with self._lock:
            self._wakers[key] = wake
        return lambda: _forget(self._wakers, key)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _forget(wakers: dict[int, Callable[[], None]], key: int) -> None:
    wakers.pop(key, None)
