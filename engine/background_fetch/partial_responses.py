"""https://wicg.github.io/background-fetch/#validate-partial-response-algorithm and its neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.ranges import ContentRange, extract_content_range

if TYPE_CHECKING:
    from engine.http.headers import HeaderList
    from engine.http.response import Response


def extract_content_range_values(response: Response) -> ContentRange | None:
    """https://wicg.github.io/background-fetch/#extract-content-range-values-algorithm; None is its failure.

    SPEC-BUG: the grammar there begins with "bytes=", which no server sends; RFC 9110 says "bytes ".
    """
    # 1-8. First and last position, and the complete length or None. An unsatisfied range has no positions: a failure too.
    values = extract_content_range(response.header_list)
    return values if isinstance(values, ContentRange) and values.first is not None else None


def validate_a_partial_response(
    expected_range_start: int, partial_response: Response, previous_response: Response | None = None
) -> bool:
    """https://wicg.github.io/background-fetch/#validate-partial-response-algorithm: whether it is valid"""
    # 1. Only those with a range.
    assert partial_response.status == 206
    # 2. Which one?
    values = extract_content_range_values(partial_response)
    if values is None:
        return False
    # 3. It begins where we stopped.
    if values.first != expected_range_start:
        return False
    # 4. It belongs to what we have:
    if previous_response is not None:
        # 4.1. the same validators,
        for name in (b"ETag", b"Last-Modified"):
            had = previous_response.header_list.get(name)
            if had is not None and had != partial_response.header_list.get(name):
                return False
        # 4.2. and the same whole.
        if previous_response.status == 206:
            previous = extract_content_range_values(previous_response)
            if previous is None:
                return False
            if previous.complete_length is not None and previous.complete_length != values.complete_length:
                return False
    # 5. It fits.
    return True


def strong_validator(headers: HeaderList) -> bytes | None:
    """What `If-Range` may carry of a stored response: a strong entity tag, or None.

    NB: a date is a validator too, but strong only under conditions that we cannot check; it is compared afterwards instead.
    https://httpwg.org/specs/rfc9110.html#field.if-range
    """
    tag = headers.get(b"ETag")
    return tag if tag is not None and tag.startswith(b'"') else None
