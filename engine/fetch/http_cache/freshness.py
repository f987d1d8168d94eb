"""How old a response is and how old it may be. https://httpwg.org/specs/rfc9111.html#expiration.model"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.http.dates import parse_a_date
from engine.infra import parse_non_negative_integer

if TYPE_CHECKING:
    from engine.fetch.http_cache.store import StoredResponse
    from engine.http.headers import HeaderList

Freshness: TypeAlias = Literal["fresh", "stale-while-revalidate", "stale"]
"""https://fetch.spec.whatwg.org/#concept-fresh-response

And its two neighbours.
"""

HEURISTICALLY_CACHEABLE = frozenset({200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501})
"""https://httpwg.org/specs/rfc9110.html#overview.of.status.codes"""

_DIRECTIVE = re.compile(r'[ \t]*([^=,\s"]+)[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^,\s"]*)))?[^,]*(?:,|$)')
_LONGEST = 2**31


@lru_cache(maxsize=512)
def parse_cache_control(value: str) -> dict[str, str | None]:
    """https://httpwg.org/specs/rfc9111.html#field.cache-control

    Directive in lowercase → its argument. Not to be
    changed.

    Of several with one name the first counts.
    """
    directives: dict[str, str | None] = {}
    for match in _DIRECTIVE.finditer(value):
        argument = match[2] if match[2] is not None else match[3]
        directives.setdefault(match[1].lower(), argument)
    return directives


def cache_control(headers: HeaderList) -> dict[str, str | None]:
    """The directives of a header list; with no `Cache-Control`, what `Pragma: no-cache` stands for."""
    value = headers.get(b"Cache-Control")
    if value is not None:
        return parse_cache_control(value.decode("latin-1"))
    pragma = headers.get(b"Pragma")
    return {"no-cache": None} if pragma is not None and b"no-cache" in pragma.lower() else {}


def delta_seconds(argument: str | None) -> int | None:
    """https://httpwg.org/specs/rfc9111.html#delta-seconds

    None for what is none. Nothing is longer than 2³¹.
    """
    return None if argument is None else parse_non_negative_integer(argument, _LONGEST)


def parse_http_date(value: bytes | None) -> float | None:
    """https://httpwg.org/specs/rfc9110.html#http.date

    As seconds since 1970; None when absent or wrong.
    """
    if value is None:
        return None
    text = value.decode("latin-1")
    # A date has a time with colons and ends in GMT (or, in C's form, in the year).
    if ":" not in text or not (text.rstrip().endswith("GMT") or text.rstrip()[-4:].isdigit()):
        return None
    return parse_a_date(text)


def freshness_lifetime(response: StoredResponse) -> float:
    """https://httpwg.org/specs/rfc9111.html#calculating.freshness.lifetime

    In seconds.
    """
    headers = response.header_list
    directives = cache_control(headers)
    # 1. (s-maxage is for shared caches.)
    # 2. max-age; an invalid one counts as stale at once.
    if "max-age" in directives:
        return delta_seconds(directives["max-age"]) or 0
    # 3. Expires minus Date (or the time when it came); an invalid one is past.
    date = parse_http_date(headers.get(b"Date"))
    expires = headers.get(b"Expires")
    if expires is not None:
        moment = parse_http_date(expires)
        return 0 if moment is None else max(0.0, moment - (response.response_time if date is None else date))
    # 4. A heuristic freshness lifetime: a tenth of the time since Last-Modified.
    if response.status in HEURISTICALLY_CACHEABLE or "public" in directives:
        last_modified = parse_http_date(headers.get(b"Last-Modified"))
        if last_modified is not None:
            return max(0.0, ((response.response_time if date is None else date) - last_modified) / 10)
    return 0


def current_age(response: StoredResponse, now: float) -> float:
    """https://httpwg.org/specs/rfc9111.html#age.calculations

    In seconds.
    """
    headers = response.header_list
    date_value = parse_http_date(headers.get(b"Date"))
    # What the clocks say, and what the caches on the way say.
    apparent_age = 0.0 if date_value is None else max(0.0, response.response_time - date_value)
    age_value = delta_seconds((headers.get(b"Age") or b"").split(b",")[0].strip().decode("latin-1")) or 0
    corrected_age_value = age_value + (response.response_time - response.request_time)
    corrected_initial_age = max(apparent_age, corrected_age_value)
    # And the time it has been here.
    return corrected_initial_age + max(0.0, now - response.response_time)


def freshness(response: StoredResponse, request_headers: HeaderList, now: float) -> Freshness:
    """https://httpwg.org/specs/rfc9111.html#constructing.responses.from.caches

    May it be used as it is, for this
    request?

    "stale-while-revalidate" as in https://httpwg.org/specs/rfc5861.html#n-the-stale-while-revalidate-cache-control-extension
    """
    directives = cache_control(response.header_list)
    wishes = cache_control(request_headers)
    # Somebody insists on asking the server.
    if "no-cache" in directives or "no-cache" in wishes:
        return "stale"
    age = current_age(response, now)
    lifetime = freshness_lifetime(response)
    # https://httpwg.org/specs/rfc9111.html#cache-request-directive
    most = delta_seconds(wishes.get("max-age"))
    if most is not None and (age > most or most == 0):
        return "stale"
    least = delta_seconds(wishes.get("min-fresh"))
    if lifetime > age and (least is None or lifetime - age >= least):
        return "fresh"
    if "must-revalidate" in directives or least is not None:
        return "stale"
    if "max-stale" in wishes:
        allowed = delta_seconds(wishes["max-stale"])
        if wishes["max-stale"] is None or (allowed is not None and age - lifetime <= allowed):
            return "fresh"
    window = delta_seconds(directives.get("stale-while-revalidate"))
    return "stale-while-revalidate" if window is not None and age - lifetime <= window else "stale"
