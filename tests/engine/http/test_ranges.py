from __future__ import annotations

import pytest

from engine.http.headers import HeaderList
from engine.http.ranges import (
    add_a_range_header,
    build_a_content_range,
    extract_content_range,
    parse_a_content_range,
    parse_a_single_range_header_value,
)
from engine.infra import FAILURE


@pytest.mark.parametrize(
    ("value", "loose", "strict"),
    [
        (b"bytes=0-5", (0, 5), (0, 5)),
        (b"bytes=5-", (5, None), (5, None)),
        (b"bytes=-5", (None, 5), (None, 5)),
        (b"bytes \t=\t 1 \t-\t 2", (1, 2), FAILURE),
        (b"bytes=1-2 ", FAILURE, FAILURE),
        (b" bytes=1-2", FAILURE, FAILURE),
        (b"Bytes=1-2", FAILURE, FAILURE),
        (b"bytes=-", FAILURE, FAILURE),
        (b"bytes=5-4", FAILURE, FAILURE),
        (b"bytes=1-2,3-4", FAILURE, FAILURE),
        (b"bytes=\xb2-", FAILURE, FAILURE),
        (b"bytes=1-2\n", FAILURE, FAILURE),
        (b"", FAILURE, FAILURE),
    ],
)
def test_single_range(value, loose, strict):
    assert parse_a_single_range_header_value(value, True) == loose
    assert parse_a_single_range_header_value(value, False) == strict


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        (b"bytes 0-4/10", (0, 4, 10)),
        (b"BYTES 0-4/10", (0, 4, 10)),
        (b"bytes 0-4/*", (0, 4, None)),
        (b"bytes */10", (None, None, 10)),
        (b"bytes */*", FAILURE),
        (b"bytes 4-0/10", FAILURE),
        (b"bytes 0-10/10", FAILURE),
        (b"bytes 0-4", FAILURE),
        (b"items 0-4/10", FAILURE),
        (b"bytes 0-4/10, bytes 5-9/10", FAILURE),
    ],
)
def test_content_range(value, parsed):
    assert parse_a_content_range(value) == parsed


def test_extract():
    assert extract_content_range(HeaderList()) is None
    twice = HeaderList([(b"Content-Range", b"bytes 0-4/10")] * 2)
    assert extract_content_range(twice) is FAILURE


def test_build():
    assert build_a_content_range(0, 4, 10) == b"bytes 0-4/10"
    headers = HeaderList()
    add_a_range_header(headers, 5)
    assert headers.get(b"range") == b"bytes=5-"
    headers = HeaderList()
    add_a_range_header(headers, 5, 9)
    assert headers.get(b"range") == b"bytes=5-9"
