"""https://httpwg.org/specs/rfc9110.html#http.date: dates as servers write them."""

from __future__ import annotations

import calendar
from email.utils import parsedate_tz

_LONGEST = 100  # characters of anything that could be a date
_A_DAY = 24 * 3600


def parse_a_date(value: str | bytes) -> float | None:
    """Seconds since 1970; None for what is no date, or one that no calendar has.

    Taken as liberally as browsers do: with any zone, or without one.
    """
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if len(text) > _LONGEST:
        return None
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            return None
        zone = parsed[9] or 0
        seconds = calendar.timegm((*parsed[:6], 0, 0, 0))
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return float(seconds - zone) if abs(zone) < _A_DAY else None
