"""A clock that moves when it is told to."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from engine.event_loop.settling import settle
from engine.infra.arguments import check_amount

if TYPE_CHECKING:
    from engine.event_loop.settling import Loop

T = TypeVar("T")


class FakeClock:
    """Time that stands still until it is moved. `wall_time`: seconds since 1970 at the start.

    `run_for` is time as it goes by: everything that is due happens in order, each at its own moment, and what comes of it has its time.
    `fast_forward` is a computer that was asleep: each timer that has become due meanwhile fires once. `advance` waits for nothing: it
    returns at once, from any thread.
    """

    def __init__(self, wall_time: float = 1_700_000_000.0) -> None:
        check_amount("wall_time", wall_time, "seconds since 1970")
        self._now = 0.0
        self._wall_offset = wall_time
        self._slept_until = 0.0
        self._lock = threading.Lock()
        self._running = asyncio.Lock()
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._wakers: dict[int, Callable[[], None]] = {}
        self._loops: dict[int, Loop] = {}

    def __repr__(self) -> str:
        return f"<FakeClock {self._now:g} s after its start, {self.sleepers} waiting>"

    # Moving it -----------------------------------------------------------------------------------------------------

    async def run_for(self, seconds: float) -> None:
        """Let `seconds` pass, on the event loop of the browsers that have this clock.

        Timers run at their moments, also those that others set meanwhile; before time goes on, pages, workers, storage and answers of the
        network that come at once have done what they had to do. Raises ValueError for less than no time.
        """
        _check(seconds)
        async with self._running:
            end = self._now + seconds
            while True:
                await settle(lambda: list(self._loops.values()))
                moment = self._next_moment()
                if moment is None or moment > end:
                    break
                self._move_to(moment)
            self._move_to(end)
            await settle(lambda: list(self._loops.values()))

    def fast_forward(self, seconds: float) -> None:
        """Jump: whatever was waiting for a moment up to then goes on now, an interval once. From any thread.

        Raises ValueError for less than no time.
        """
        _check(seconds)
        self._slept_until = self._now + seconds
        self._move_to(self._slept_until)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass without waiting for what comes of it. From any thread. Raises ValueError for less than no time.

        Each page or worker runs its own timers in order, and sees the time each was due at; whoever else waits goes on as after a jump.
        Where one waits for the other (a timer for an answer, an answer for a timer), use `run_for`.
        """
        _check(seconds)
        self._move_to(self._now + seconds)

    def _move_to(self, moment: float) -> None:
        with self._lock:
            self._now = max(self._now, moment)
            due = []
            while self._sleepers and self._sleepers[0][0] <= self._now:
                due.append(heapq.heappop(self._sleepers))
            wakers = list(self._wakers.values())
        for _, _, loop, future in due:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, future)
        for wake in wakers:
            wake()

    def _next_moment(self) -> float | None:
        with self._lock:
            while self._sleepers and self._sleepers[0][3].done():
                heapq.heappop(self._sleepers)
            moments = [self._sleepers[0][0]] if self._sleepers else []
            loops = list(self._loops.values())
        moments += [due for loop in loops if (due := loop.next_due) is not None]
        # NB: what is due already and has not run is an agent's that waits for something else.
        return min((moment for moment in moments if moment > self._now), default=None)

    # Telling the time ----------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since its start."""
        return self._now

    def wall_time(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        return self._wall_offset + self._now

    def moment_of(self, due: float) -> float:
        """(For event loops: see `Clock`.) When it was due, or the end of the last jump."""
        return max(due, self._slept_until)

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), loop, future))
        await future

    @property
    def sleepers(self) -> int:
        """How many coroutines wait for this clock."""
        return sum(1 for *_, future in self._sleepers if not future.done())

    def timeout_until(self, moment: float) -> float | None:
        """(For event loops: see `Clock`.) Real seconds: none when the moment has come, else None, "until woken"."""
        return 0.0 if moment <= self._now else None

    def when_changed(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever it has been moved, on the thread that did it. Returns a function that ends this."""
        key = next(self._order)
        with self._lock:
            self._wakers[key] = wake
        return lambda: self._forget(self._wakers, key)

    def attach(self, loop: Loop) -> Callable[[], None]:
        """(For event loops: see `Clock`.) `run_for` waits for this one, too. Returns a function that ends this."""
        key = next(self._order)
        with self._lock:
            self._loops[key] = loop
        return lambda: self._forget(self._loops, key)

    def _forget(self, entries: dict[int, T], key: int) -> None:
        with self._lock:
            entries.pop(key, None)


def _check(seconds: float) -> None:
    check_amount("the time that passes", seconds, "seconds")


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
