"""How fast bytes come."""

from __future__ import annotations

from collections import deque
from typing import Final

_WINDOW: Final = 5.0
_STEP: Final = 0.25


class Rate:
    """Bytes a second over the last few seconds. Times are of the browser's clock."""

    __slots__ = ("_steps", "_total")

    def __init__(self, now: float) -> None:
        self._total = 0
        self._steps: deque[tuple[float, int]] = deque([(now, 0)])  # a moment, and how many had come until then

    def add(self, now: float, size: int) -> None:
        """So many bytes have come."""
        if now - self._steps[-1][0] >= _STEP:
            self._steps.append((now, self._total))
            self._forget(now)
        self._total += size

    def bytes_per_second(self, now: float) -> float | None:
        """None while there is too little to tell."""
        self._forget(now)
        moment, total = self._steps[0]
        return (self._total - total) / (now - moment) if now - moment >= _STEP else None

    def _forget(self, now: float) -> None:
        while len(self._steps) > 1 and now - self._steps[1][0] >= _WINDOW:
            self._steps.popleft()
        if len(self._steps) == 1 and now - self._steps[0][0] > 2 * _WINDOW:
            # Nothing has come for long.
            self._steps[0] = (now - _WINDOW, self._total)
