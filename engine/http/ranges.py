"""Byte ranges: `Range` and `Content-Range`. https://fetch.spec.whatwg.org/#build-a-content-range"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.infra import FAILURE, Failure, parse_non_negative_integer

if TYPE_CHECKING:
    from engine.http.headers import HeaderList

_STRICT = re.compile(r"bytes=([0-9]*)-([0-9]*)")
_LOOSE = re.compile(r"bytes[\t ]*=[\t ]*([0-9]*)[\t ]*-[\t ]*([0-9]*)")
_CONTENT_RANGE = re.compile(r"bytes[ \t]+(?:([0-9]+)-([0-9]+)|\*)/([0-9]+|\*)", re.IGNORECASE)


class ContentRange(NamedTuple):
    """https://httpwg.org/specs/rfc9110.html#field.content-range

    Positions are inclusive; both None for an unsatisfied range. `complete_length` None when the server does not know
    it.
    """

    first: int | None
    last: int | None
    complete_length: int | None


def build_a_content_range(range_start: int, range_end: int, full_length: int) -> bytes:
    """https://fetch.spec.whatwg.org/#build-a-content-range"""
    return b"bytes %d-%d/%d" % (range_start, range_end, full_length)


def parse_a_single_range_header_value(value: bytes, allow_whitespace: bool) -> tuple[int | None, int | None] | Failure:
    """https://fetch.spec.whatwg.org/#simple-range-header-value"""
    # 1–17. "bytes", "=", optional digits, "-", optional digits, nothing after; whitespace between only if allowed.
    match = (_LOOSE if allow_whitespace else _STRICT).fullmatch(value.decode("latin-1"))
    if match is None:
        return FAILURE
    start, end = parse_non_negative_integer(match[1]), parse_non_negative_integer(match[2])
    # 18. The range start or the range end is given.
    if start is None and end is None:
        return FAILURE
    # 19. The range start is not after the range end.
    if start is not None and end is not None and start > end:
        return FAILURE
    # 20. The range start and the range end.
    return start, end


def parse_a_content_range(value: bytes) -> ContentRange | Failure:
    """https://httpwg.org/specs/rfc9110.html#field.content-range"""
    match = _CONTENT_RANGE.fullmatch(value.decode("latin-1").strip("\t "))
    if match is None:
        return FAILURE
    first, last, length = (parse_non_negative_integer(digits or "") for digits in match.groups())
    if first is None and length is None:
        return FAILURE
    if first is not None and last is not None and (first > last or (length is not None and last >= length)):
        return FAILURE
    return ContentRange(first, last, length)


def extract_content_range(headers: HeaderList) -> ContentRange | Failure | None:
    """The one `Content-Range` of a header list: None when absent, failure when wrong or several. Ours."""
    values = headers.get_all(b"Content-Range")
    if not values:
        return None
    return FAILURE if len(values) > 1 else parse_a_content_range(values[0])


def add_a_range_header(headers: HeaderList, first: int, last: int | None = None) -> None:
    """https://fetch.spec.whatwg.org/#concept-request-add-range-header"""
    # 1. The first byte is not after the last.
    assert last is None or first <= last
    # 2–6. Build the range value and append the Range header.
    headers.append(b"Range", b"bytes=%d-%s" % (first, b"" if last is None else b"%d" % last))
