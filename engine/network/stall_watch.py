"""Exchanges that have heard nothing for too long are ended.

OPTIMIZATION: aiohttp would set a timer for every piece that comes, and cancel it with the next one. One for all that
looks at them now and then costs next to nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final, Protocol

_LOOKS: Final = 10  # in the time an exchange may be silent: so much later than that it may be noticed
_MOST_BETWEEN_LOOKS: Final = 5.0  # seconds


class Watched(Protocol):
    """What may be silent."""

    waiting_since: float | None
    """The loop's time at which it began to wait for something; None: it does not."""

    @property
    def is_sending(self) -> bool:
        """Whether its request is still going out; its answer is not expected before."""

    def stalled(self, seconds: float) -> None:
        """It has been silent for so long."""


class StallWatch:
    """`exchanges`: all there are at any time. `seconds`: how long they may be silent; None: for ever."""

    def __init__(self, exchanges: Collection[Watched], seconds: float | None) -> None:
        self._exchanges = exchanges
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """There is an exchange. The watch ends by itself when there is none any more."""
        if self._timer is None and self._seconds is not None:
            self._sleep(self._seconds)

    def end(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(min(seconds / _LOOKS, _MOST_BETWEEN_LOOKS), self._look, seconds)

    def _look(self, seconds: float) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for exchange in list(self._exchanges):
            since = exchange.waiting_since
            if since is None:
                continue
            if exchange.is_sending:
                exchange.waiting_since = now
            elif now - since >= seconds:
                exchange.stalled(seconds)
        if self._exchanges:
            self._sleep(seconds)
