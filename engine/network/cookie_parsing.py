"""Reading one Set-Cookie value. https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html, https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from engine.infra import FAILURE, Failure, isomorphic_decode, parse_non_negative_integer, utf8_decode_without_bom
from engine.url import domain_to_ascii

SameSite: TypeAlias = Literal["strict", "lax", "none", "unset"]
"""A cookie's same-site slot."""

LONGEST_LIFE: Final = 400 * 24 * 3600
"""Seconds. No cookie lives longer, whatever it asks for."""

_LONGEST_NAME_AND_VALUE: Final = 4096
_LONGEST_ATTRIBUTE: Final = 1024
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_SAME_SITE: Final[dict[bytes, SameSite]] = {b"strict": "strict", b"lax": "lax", b"none": "none"}

_DATE_DELIMITERS = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?\Z", re.ASCII | re.DOTALL)
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:\D.*)?\Z", re.ASCII | re.DOTALL)
_YEAR = re.compile(r"(\d{2,4})(?:\D.*)?\Z", re.ASCII | re.DOTALL)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(slots=True)
class ParsedCookie:
    """What a Set-Cookie value says, before anyone asks whether it may."""

    name: bytes
    value: bytes
    domain: str | Failure | None = None
    """The Domain attribute as a host; None when absent or empty, failure when it is no host."""
    path: str | None = None
    """The Path attribute when it is absolute."""
    expiry_time: float | None = None
    """Seconds since 1970; None for the session."""
    secure: bool = False
    http_only: bool = False
    same_site: SameSite = "unset"
    partitioned: bool = False


def parse_a_cookie(value: bytes, now: float) -> ParsedCookie | Failure:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-a-cookie

    `now`: seconds since 1970.
    """
    # 1. A control character makes it a failure.
    if _FORBIDDEN.search(value):
        return FAILURE
    # 2–4. The name-value pair; without "=" it is all value.
    pair, *attributes = value.split(b";")
    name, equals_sign, cookie_value = pair.partition(b"=")
    if not equals_sign:
        name, cookie_value = b"", pair
    name, cookie_value = name.strip(b" \t"), cookie_value.strip(b" \t")
    # 5–6. Name and value may not both be empty, and not be too long.
    if not name and not cookie_value:
        return FAILURE
    if len(name) + len(cookie_value) > _LONGEST_NAME_AND_VALUE:
        return FAILURE
    cookie = ParsedCookie(name, cookie_value)
    # 7. The attributes; the last of a name wins, and Max-Age always wins over Expires.
    max_age_given = False
    for attribute in attributes:
        attribute_name, _, attribute_value = attribute.partition(b"=")
        attribute_name, attribute_value = attribute_name.strip(b" \t").lower(), attribute_value.strip(b" \t")
        if len(attribute_value) > _LONGEST_ATTRIBUTE:
            continue
        if attribute_name == b"expires":
            date = parse_cookie_date(isomorphic_decode(attribute_value))
            if date is not None and not max_age_given:
                cookie.expiry_time = min(date, now + LONGEST_LIFE)
        elif attribute_name == b"max-age":
            seconds = parse_non_negative_integer(attribute_value.removeprefix(b"-"), LONGEST_LIFE)
            if seconds is not None:
                max_age_given = True
                cookie.expiry_time = now + seconds if seconds and not attribute_value.startswith(b"-") else 0.0
        elif attribute_name == b"domain":
            cookie.domain = _domain(attribute_value)
        elif attribute_name == b"path":
            cookie.path = isomorphic_decode(attribute_value) if attribute_value.startswith(b"/") else None
        elif attribute_name == b"secure":
            cookie.secure = True
        elif attribute_name == b"httponly":
            cookie.http_only = True
        elif attribute_name == b"samesite":
            cookie.same_site = _SAME_SITE.get(attribute_value.lower(), "unset")
        elif attribute_name == b"partitioned":
            cookie.partitioned = True
    return cookie


def _domain(value: bytes) -> str | Failure | None:
    text = utf8_decode_without_bom(value).removeprefix(".")
    return domain_to_ascii(text) if text else None


def parse_cookie_date(text: str) -> float | None:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-dates

    Seconds since 1970, or None for what is no date.
    """
    # 1–2. The date tokens in order; each part is taken from the first token that fits.
    time: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _DATE_DELIMITERS.split(text):
        if time is None and (match := _TIME.match(token)):
            time = (int(match[1]), int(match[2]), int(match[3]))
        elif day is None and (match := _DAY_OF_MONTH.match(token)):
            day = int(match[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(token)):
            year = int(match[1])
    # 3–5. Time, day, month and year must be found and in range; years of two digits mean 1970 to 2069.
    if time is None or day is None or month is None or year is None:
        return None
    if 70 <= year <= 99:
        year += 1900
    elif 0 <= year <= 69:
        year += 2000
    if year < 1601 or time[0] > 23 or time[1] > 59 or time[2] > 59:
        return None
    # 6–7. The date; failure when there is no such date.
    try:
        return (datetime(year, month, day, *time, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    except ValueError:
        return None
