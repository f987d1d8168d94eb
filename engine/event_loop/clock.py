"""The clock everything that waits or tells the time is given, so that tests never sleep."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.event_loop.settling import Loop


class Clock(Protocol):
    """A source of time. Seconds everywhere."""

    def now(self) -> float:
        """Monotonic seconds since some fixed moment."""

    def wall_time(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def moment_of(self, due: float) -> float:
        """The time at which what was due at `due`, a moment that has come, happens: now, if time goes by itself."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock."""

    def timeout_until(self, moment: float) -> float | None:
        """How long a thread may wait for `moment`: real seconds, or None for "until woken"."""

    def when_changed(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever time jumps. Returns a function that ends this."""

    def attach(self, loop: Loop) -> Callable[[], None]:
        """An agent's event loop follows this clock. Returns a function that ends this."""


class SystemClock:
    """The machine's time."""

    def now(self) -> float:
        return time.monotonic()

    def wall_time(self) -> float:
        return time.time()

    def moment_of(self, due: float) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout_until(self, moment: float) -> float | None:
        return max(0.0, moment - time.monotonic())

    def when_changed(self, wake: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def attach(self, loop: Loop) -> Callable[[], None]:
        return lambda: None
