from __future__ import annotations

from email.utils import formatdate

import pytest

from engine.fetch.http_cache.freshness import (
    cache_control,
    current_age,
    freshness,
    freshness_lifetime,
    parse_cache_control,
    parse_http_date,
)
from engine.fetch.http_cache.store import StoredResponse
from engine.http import HeaderList

NOW = 1_700_000_000.0


def date(seconds: float) -> str:
    return formatdate(NOW + seconds, usegmt=True)


def stored(status: int = 200, came: float = NOW, **headers: str) -> StoredResponse:
    list_ = HeaderList([(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()])
    return StoredResponse("https://a.test/", HeaderList(), status, b"", list_, b"", came, came)


@pytest.mark.parametrize(
    ("value", "directives"),
    [
        ("", {}),
        ("Max-Age=60, no-store", {"max-age": "60", "no-store": None}),
        ('private="set-cookie, x", max-age="5"', {"private": "set-cookie, x", "max-age": "5"}),
        ("a=1,,a=2, ,b", {"a": "1", "b": None}),
        ("max-age = 7;x, b", {"max-age": "7;x", "b": None}),
    ],
)
def test_directives(value, directives):
    assert parse_cache_control(value) == directives


def test_pragma_stands_in():
    assert cache_control(HeaderList([(b"Pragma", b"No-Cache")])) == {"no-cache": None}
    assert cache_control(HeaderList([(b"Pragma", b"no-cache"), (b"Cache-Control", b"x")])) == {"x": None}


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (stored(), 0),
        (stored(Cache_Control="max-age=60"), 60),
        (stored(Cache_Control="max-age=60, s-maxage=5", Expires=date(-10)), 60),
        (stored(Cache_Control="max-age=x"), 0),
        (stored(Cache_Control="max-age=99999999999999"), 2**31),
        (stored(Expires=date(100)), 100),
        (stored(Expires=date(100), Date=date(40)), 60),
        (stored(Expires="0", Last_Modified=date(-1000)), 0),
        (stored(Expires=date(-100)), 0),
        (stored(Last_Modified=date(-1000)), 100),
        (stored(299, Last_Modified=date(-1000)), 0),
        (stored(299, Last_Modified=date(-1000), Cache_Control="public"), 100),
        (stored(404, Last_Modified=date(-1000)), 100),
    ],
)
def test_lifetime(response, seconds):
    assert freshness_lifetime(response) == seconds


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (stored(), 10),
        (stored(Age="30"), 40),
        (stored(Age="30, 5"), 40),
        (stored(Age="x"), 10),
        (stored(Date=date(-20)), 30),
        (stored(Date=date(+20)), 10),
    ],
)
def test_age(response, seconds):
    assert current_age(response, NOW + 10) == seconds


@pytest.mark.parametrize(
    ("response", "wishes", "state"),
    [
        (stored(Cache_Control="max-age=60"), "", "fresh"),
        (stored(Cache_Control="max-age=5"), "", "stale"),
        (stored(Cache_Control="max-age=60, no-cache"), "", "stale"),
        (stored(Cache_Control="max-age=60"), "no-cache", "stale"),
        (stored(Cache_Control="max-age=60"), "max-age=0", "stale"),
        (stored(Cache_Control="max-age=60"), "max-age=5", "stale"),
        (stored(Cache_Control="max-age=60"), "max-age=20", "fresh"),
        (stored(Cache_Control="max-age=60"), "min-fresh=49", "fresh"),
        (stored(Cache_Control="max-age=60"), "min-fresh=51", "stale"),
        (stored(Cache_Control="max-age=5"), "max-stale", "fresh"),
        (stored(Cache_Control="max-age=5"), "max-stale=5", "fresh"),
        (stored(Cache_Control="max-age=5"), "max-stale=4", "stale"),
        (stored(Cache_Control="max-age=5, must-revalidate"), "max-stale", "stale"),
        (stored(Cache_Control="max-age=5, stale-while-revalidate=5"), "", "stale-while-revalidate"),
        (stored(Cache_Control="max-age=5, stale-while-revalidate=4"), "", "stale"),
        (stored(), "", "stale"),
    ],
)
def test_state_after_ten_seconds(response, wishes, state):
    assert freshness(response, HeaderList([(b"Cache-Control", wishes.encode())]), NOW + 10) == state


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (b"Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        (b"Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        (b"Sun Nov  6 08:49:37 1994", 784111777),
        (b"0", None),
        (b"", None),
        (b"Sun, 06 Nov 1994 08:49:37 PST", None),
        (None, None),
    ],
)
def test_dates(value, moment):
    assert parse_http_date(value) == moment
