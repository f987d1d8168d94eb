"""When a resource is temporarily unavailable: https://wicg.github.io/background-fetch/#background-fetch-temporarily-unavailable

The specification leaves this to the user agent; see docs/DECISIONS.md for why it is bounded.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.http.response import Response

_TRANSIENT_FAILURES = frozenset({"name not resolved", "refused", "reset", "timed out", "truncated", "stalled"})
_TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient a background fetch is with one record. Seconds; attempts that brought bytes start the count anew."""

    first_delay: float = 0.5
    factor: float = 2.0
    longest_delay: float = 60.0
    jitter: float = 0.2
    """Each delay is varied by up to this share, either way."""
    attempts: int = 5
    longest_retry_after: float = 300.0
    """A `Retry-After` beyond this counts as "not any more"."""

    def delay(self, failed_attempts: int, retry_after: float | None, chance: random.Random) -> float | None:
        """Seconds to wait after so many failures in a row; None: give up."""
        if failed_attempts >= self.attempts or (retry_after is not None and retry_after > self.longest_retry_after):
            return None
        delay = min(self.first_delay * self.factor ** (failed_attempts - 1), self.longest_delay)
        delay *= 1 + chance.uniform(-self.jitter, self.jitter)
        return max(delay, retry_after or 0.0)


def is_transient_failure(response: Response) -> bool:
    """Whether a network error may be over soon. (Being offline is not counted here: that is waited for without end.)"""
    return response.failure_kind in _TRANSIENT_FAILURES


def is_transient_status(response: Response) -> bool:
    """Whether the server itself says that it may be over soon."""
    return response.status in _TRANSIENT_STATUSES


def retry_after(response: Response, wall_time: float) -> float | None:
    """The seconds of a `Retry-After`, given as a number or as a date; None without one that can be read."""
    value = response.header_list.get(b"Retry-After")
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - wall_time)
    except ValueError:
        return None
