"""How fast the bytes of background fetches may come: all together, and each. Ours.

Heads, and what is sent, are not counted. A limit is held over about a tenth of a second and on the browser's clock. What all
fetches share is shared fairly between them, byte by byte, whatever their number of records; and so is a fetch's own limit
between its records.
"""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, Final

from engine.event_loop import Event, ParallelSteps, TimedOut, in_parallel, timeout_after, yield_to_others
from engine.infra.arguments import check_amount

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.event_loop import Clock

_GRACE: Final = 0.1
"""Seconds of a rate that may be saved up."""
_PIECES_PER_SECOND: Final = 20
_LEAST_PIECE: Final = 1024


class TokenBucket:
    """So many bytes a second, for all who take from it: first those who have had least. None: no limit."""

    def __init__(self, clock: Clock, bytes_per_second: float | None = None) -> None:
        self._clock = clock
        self._bytes_per_second = bytes_per_second
        self._tokens = 0.0
        self._filled_at = clock.now()
        self._waiting: list[tuple[float, int, int, Event]] = []
        self._had: dict[object, float] = {}
        self._turn = 0.0
        self._order = itertools.count()
        self._changed = Event()
        self._giving: ParallelSteps[None] | None = None

    @property
    def bytes_per_second(self) -> float | None:
        return self._bytes_per_second

    @bytes_per_second.setter
    def bytes_per_second(self, value: float | None) -> None:
        check_amount("the rate bytes_per_second", value, "bytes a second", may_be_zero=False, or_none=True)
        self._fill()
        self._bytes_per_second = value
        self._changed.set()

    async def take(self, who: object, size: int) -> None:
        """Return when `size` bytes that have come have had their time, after what others waited for before."""
        # Start-time fair queueing: everyone's bytes are counted from the turn at which he began to take part.
        had = max(self._turn, self._had.get(who, 0.0))
        self._had[who] = had + size
        given = Event()
        heapq.heappush(self._waiting, (had, next(self._order), size, given))
        if self._giving is None:
            self._giving = in_parallel(self._give(), "holding back background fetches")
        await given.wait()

    def close(self) -> None:
        """Nobody waits any more."""
        if self._giving is not None:
            self._giving.cancel()
            self._giving = None

    async def _give(self) -> None:
        while self._waiting:
            self._turn, _, size, given = heapq.heappop(self._waiting)
            # Also if whoever waited has gone: the bytes have come.
            self._fill()
            self._tokens -= size
            while self._bytes_per_second is not None and self._tokens < 0:
                await self._wait(-self._tokens / self._bytes_per_second)
                self._fill()
            given.set()
            await yield_to_others()  # who has just been served comes again
        self._had.clear()
        self._turn = 0.0
        self._giving = None

    async def _wait(self, seconds: float) -> None:
        """No longer than until the limit is another one."""
        self._changed.clear()
        try:
            async with timeout_after(self._clock, seconds):
                await self._changed.wait()
        except TimedOut:
            return

    def _fill(self) -> None:
        now = self._clock.now()
        rate = self._bytes_per_second
        if rate is None:
            self._tokens = 0.0
        else:
            self._tokens = min(self._tokens + (now - self._filled_at) * rate, rate * _GRACE)
            if -1e-6 < self._tokens < 0:
                self._tokens = 0.0  # what rounding has left over
        self._filled_at = now


class RateLimits:
    """The limits of a browser's background fetches; both can be set at any time. Bytes a second, more than 0; None: none.

    Setting one raises TypeError and ValueError for what cannot be.
    """

    def __repr__(self) -> str:
        return f"RateLimits(bytes_per_second={self.bytes_per_second!r}, bytes_per_second_each={self.bytes_per_second_each!r})"

    def __init__(
        self, clock: Clock, bytes_per_second: float | None = None, bytes_per_second_each: float | None = None
    ) -> None:
        self._clock = clock
        self._buckets: dict[BackgroundFetch, TokenBucket] = {}
        self._all = TokenBucket(clock)
        self._each: float | None = None
        self.bytes_per_second = bytes_per_second
        self.bytes_per_second_each = bytes_per_second_each

    @property
    def bytes_per_second(self) -> float | None:
        """For all background fetches together."""
        return self._all.bytes_per_second

    @bytes_per_second.setter
    def bytes_per_second(self, value: float | None) -> None:
        self._all.bytes_per_second = value

    @property
    def bytes_per_second_each(self) -> float | None:
        """For each of them."""
        return self._each

    @bytes_per_second_each.setter
    def bytes_per_second_each(self, value: float | None) -> None:
        check_amount("the rate bytes_per_second_each", value, "bytes a second", may_be_zero=False, or_none=True)
        self._each = value
        for bucket in self._buckets.values():
            bucket.bytes_per_second = value

    def piece(self, maximum: int) -> int:
        """How many of `maximum` bytes to read at once, so that a slow download goes on smoothly."""
        limits = self._all.bytes_per_second, self._each
        if limits == (None, None):
            return maximum
        slowest = min(limit for limit in limits if limit is not None)
        return min(maximum, max(_LEAST_PIECE, int(slowest / _PIECES_PER_SECOND)))

    def arrived(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, size: int) -> Awaitable[None] | None:
        """So many bytes of a record have come. What to wait for before the next are read; None: nothing."""
        # OPTIMIZATION: without limits no chunk costs a turn of the event loop.
        if self._each is None and self._all.bytes_per_second is None:
            return None
        return self._take(bg_fetch, record, size)

    async def _take(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, size: int) -> None:
        if self._each is not None:
            bucket = self._buckets.get(bg_fetch)
            if bucket is None:
                bucket = self._buckets[bg_fetch] = TokenBucket(self._clock, self._each)
            await bucket.take(record, size)
        if self._all.bytes_per_second is not None:
            await self._all.take(bg_fetch, size)

    def forget(self, bg_fetch: BackgroundFetch) -> None:
        """Nothing more of it will come."""
        bucket = self._buckets.pop(bg_fetch, None)
        if bucket is not None:
            bucket.close()

    def close(self) -> None:
        """The browser closes."""
        for bg_fetch in list(self._buckets):
            self.forget(bg_fetch)
        self._all.close()
