"""When a resource is temporarily unavailable: https://wicg.github.io/background-fetch/#background-fetch-temporarily-unavailable

NB: the specification leaves this to the user agent, and browsers try for ever. We are patient with a download that
has something to lose, and quick to say so where nobody answers at all. Being offline is waited for without end, and
is no attempt.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.http.dates import parse_a_date
from engine.infra import parse_non_negative_integer

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetchRecord
    from engine.http.response import Response

_UNREACHABLE = frozenset({"name not resolved", "refused"})
_TRANSIENT_FAILURES = _UNREACHABLE | {"reset", "timed out", "truncated", "stalled"}
_TRANSIENT_STATUSES = frozenset({502, 503, 504})
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient a background fetch is with one record. Seconds; bytes that come start the count anew."""

    first_delay: float = 0.5
    factor: float = 2.0
    longest_delay: float = 60.0
    jitter: float = 0.2
    """Each delay is varied by up to this share, either way."""
    attempts: int = 5
    """So many in a row, then it is given up."""
    attempts_with_bytes: int = 12
    """The same where bytes have come already, which would be lost."""
    patience_with_unreachable: float = 3.0
    """So long in all where no connection was ever made."""
    longest_retry_after: float = 300.0
    """A `Retry-After` beyond this means "not any more"."""

    def delay(
        self,
        record: BackgroundFetchRecord,
        chance: random.Random,
        *,
        retry_after: float | None = None,
        unreachable: bool = False,
    ) -> float | None:
        """Seconds to wait after the last of the record's attempts has failed; None: give up.

        `retry_after`: what the server asked for; `unreachable`: there was no connection.
        """
        data = record.response_data
        attempts = self.attempts_with_bytes if data.length else self.attempts
        if record.attempts >= attempts or (retry_after is not None and retry_after > self.longest_retry_after):
            return None
        delay = min(self.first_delay * self.factor ** (record.attempts - 1), self.longest_delay)
        delay *= 1 + chance.uniform(-self.jitter, self.jitter)
        if unreachable and data.response is None and record.waited + delay > self.patience_with_unreachable:
            return None
        return max(delay, retry_after or 0.0)


def is_transient_failure(response: Response) -> bool:
    """Whether a network error may be over soon. (Being offline is another matter.)"""
    return response.failure_kind in _TRANSIENT_FAILURES


def is_unreachable(response: Response) -> bool:
    """Whether it is a network error because nobody could be reached."""
    return response.failure_kind in _UNREACHABLE


def is_transient_status(response: Response) -> bool:
    """Whether the server itself says that it may be over soon. One that has had too many requests has to say when."""
    if response.status == _TOO_MANY_REQUESTS:
        return response.unsafe_response().header_list.contains(b"Retry-After")
    return response.status in _TRANSIENT_STATUSES


def retry_after(response: Response, wall_time: float) -> float | None:
    """The seconds of a `Retry-After`, given as a number or as a date; None without one that can be read."""
    value = response.unsafe_response().header_list.get(b"Retry-After")
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if (seconds := parse_non_negative_integer(text)) is not None:
        return float(seconds)
    moment = parse_a_date(text)
    return None if moment is None else max(0.0, moment - wall_time)
