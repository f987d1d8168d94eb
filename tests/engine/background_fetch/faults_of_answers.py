"""Faults: ranges, validators, statuses, redirects."""

from __future__ import annotations

import gzip

from engine.network.fake_transport import FakeResponse

from .conftest import _resumable
from .faults import DATA, OTHER, TAG, cut, part, simple

# Ranges -----------------------------------------------------------------------------------------------------------------

RANGES = "Ranges and validators"
FIRST = cut(3000, "reset", TAG)
WHOLE = FakeResponse(DATA, 200, [TAG])
NEW = FakeResponse(OTHER, 200, [(b"ETag", b'"2"')])
simple(RANGES, "200 to a range, the same version", FIRST, WHOLE, requests=2, ranges=1, waited=0.5)
simple(RANGES, "200 to a range, another version", FIRST, NEW, content="new version", requests=2, ranges=1, waited=0.5)
simple(
    RANGES,
    "206 with another ETag",
    FIRST,
    part(3000, 10239, 10240, None, (b"ETag", b'"2"')),
    NEW,
    content="new version",
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(RANGES, "206 that has lost its ETag", FIRST, part(3000, 10239, 10240), WHOLE, requests=3, ranges=1, waited=0.5)
simple(
    RANGES,
    "206 with another Last-Modified",
    cut(3000, "reset", (b"Last-Modified", b"Sat, 01 Jan 2000 00:00:00 GMT")),
    part(3000, 10239, 10240, None, (b"Last-Modified", b"Sun, 02 Jan 2000 00:00:00 GMT")),
    NEW,
    content="new version",
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "206 from another first byte",
    FIRST,
    part(2000, 10239, 10240, None, TAG),
    WHOLE,
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "206 without Content-Range",
    FIRST,
    FakeResponse(DATA[3000:], 206, [TAG]),
    WHOLE,
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "206 with a Content-Range that cannot be read",
    FIRST,
    FakeResponse(DATA[3000:], 206, [TAG, (b"Content-Range", b"bytes=3000-")]),
    WHOLE,
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "206 shorter than its Content-Range",
    FIRST,
    part(3000, 10239, 10240, DATA[3000:9000], TAG),
    WHOLE,
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "206 longer than its Content-Range",
    FIRST,
    part(3000, 9000, 10240, DATA[3000:], TAG),
    WHOLE,
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "206 whose total changes between two parts",
    part(0, 2999, 10240, None, TAG),
    part(3000, 5999, 20000, None, TAG),
    WHOLE,
    requests=3,
    ranges=1,
)
simple(RANGES, "206 to a plain request, from byte 0, all of it", part(0, 10239, 10240))
simple(RANGES, "206 to a plain request, from the middle", part(3000, 10239, 10240), result="fetch-error")
simple(
    RANGES,
    "206 with a coding",
    FIRST,
    part(3000, 10239, 10240, gzip.compress(DATA[3000:]), TAG, (b"Content-Encoding", b"gzip")),
    WHOLE,
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "parts that never get on",
    part(0, 99, 10240),
    FakeResponse(b"", 206, [(b"Content-Range", b"bytes 100-100/10240")]),
    result="fetch-error",
    requests=3,
    ranges=1,
)
simple(
    RANGES,
    "416: there is less now",
    FIRST,
    FakeResponse(b"", 416, [(b"Content-Range", b"bytes */50")]),
    NEW,
    content="new version",
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "416: another thing, as long as what has come",
    FIRST,
    FakeResponse(b"", 416, [(b"Content-Range", b"bytes */3000"), (b"ETag", b'"another"')]),
    NEW,
    content="new version",
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(
    RANGES,
    "416: as long as what has come, of which more was promised",
    FIRST,
    FakeResponse(b"", 416, [(b"Content-Range", b"bytes */3000")]),
    NEW,
    content="new version",
    requests=3,
    ranges=1,
    waited=0.5,
)
simple(RANGES, "416 without a word more", FIRST, FakeResponse(b"", 416), WHOLE, requests=3, ranges=1, waited=0.5)
simple(RANGES, "416 to a plain request", FakeResponse(b"", 416), result="bad-status")


# Statuses and redirects ---------------------------------------------------------------------------------------------------

STATUSES = "Statuses and redirects"
for status in (400, 401, 403, 404, 410, 500, 501):
    simple(STATUSES, f"{status}", FakeResponse(b"no", status), result="bad-status")
simple(
    STATUSES, "404 to a range", FIRST, FakeResponse(b"no", 404), result="bad-status", requests=2, ranges=1, waited=0.5
)
for status in (502, 503, 504):
    simple(STATUSES, f"{status} once", FakeResponse(b"", status), DATA, requests=2, waited=0.5)
simple(STATUSES, "503, always", FakeResponse(b"", 503), result="fetch-error", requests=5, waited=7.5)
simple(
    STATUSES,
    "503 with Retry-After: 20",
    FakeResponse(b"", 503, [(b"Retry-After", b"20")]),
    DATA,
    requests=2,
    waited=20.0,
)
simple(
    STATUSES,
    "503 with Retry-After of a day",
    FakeResponse(b"", 503, [(b"Retry-After", b"86400")]),
    DATA,
    result="fetch-error",
)
simple(
    STATUSES,
    "503 with a Retry-After that cannot be read",
    FakeResponse(b"", 503, [(b"Retry-After", b"soon")]),
    DATA,
    requests=2,
    waited=0.5,
)
simple(
    STATUSES,
    "429 with Retry-After: 20",
    FakeResponse(b"", 429, [(b"Retry-After", b"20")]),
    DATA,
    requests=2,
    waited=20.0,
)
simple(STATUSES, "429 without a time", FakeResponse(b"", 429), result="bad-status")
simple(
    STATUSES,
    "a redirect to itself for ever",
    FakeResponse(b"", 302, [(b"Location", b"a")]),
    result="fetch-error",
    requests=21,
)
simple(
    STATUSES,
    "a redirect to another scheme",
    FakeResponse(b"", 302, [(b"Location", b"ftp://site.test/a")]),
    result="fetch-error",
)
simple(
    STATUSES,
    "a redirect to a URL that does not parse",
    FakeResponse(b"", 302, [(b"Location", b"https://[")]),
    result="fetch-error",
)
simple(
    STATUSES,
    "a redirect to a forbidden port",
    FakeResponse(b"", 302, [(b"Location", b"https://site.test:25/")]),
    result="fetch-error",
)
simple(
    STATUSES,
    "a redirect to plain HTTP (mixed content)",
    FakeResponse(b"", 302, [(b"Location", b"http://site.test/a")]),
    result="fetch-error",
)
simple(
    STATUSES,
    "a redirect to another origin that does not allow it (CORS)",
    FakeResponse(b"", 302, [(b"Location", b"https://other.test/a")]),
    DATA,
    result="fetch-error",
    requests=2,
)
simple(
    STATUSES,
    "a redirect to another origin, torn there, goes on there",
    FakeResponse(b"", 302, [(b"Location", b"https://other.test/a")]),
    cut(3000, "reset", TAG, (b"Access-Control-Allow-Origin", b"*")),
    FakeResponse(b"", 302, [(b"Location", b"https://other.test/a")]),
    _resumable(DATA, Access_Control_Allow_Origin=b"*"),
    requests=4,
    ranges=2,
    waited=0.5,
)
