"""https://wicg.github.io/background-fetch/#validate-partial-response-algorithm and its neighbour

SPEC-BUG: the text reads the headers that a script would see; of a response from another origin these are hardly any, so
that such a download could never be resumed. All of them are looked at, and nothing of them is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.http.header_values import extract_a_length
from engine.http.ranges import ContentRange, extract_content_range

if TYPE_CHECKING:
    from engine.http.response import Response


class ContentRangeValues(NamedTuple):
    """Positions are inclusive. `complete_length` is None when the server does not know it."""

    first: int
    last: int
    complete_length: int | None


def extract_content_range_values(response: Response) -> ContentRangeValues | None:
    """https://wicg.github.io/background-fetch/#extract-content-range-values-algorithm; None is its failure.

    SPEC-BUG: the grammar there begins with "bytes=", which no server sends; RFC 9110 says "bytes ".
    """
    # 1–3. A Content-Range header that parses as a single byte content-range. NB: several are a failure too.
    values = extract_content_range(response.unsafe_response().header_list)
    # NB: an unsatisfied range has no positions.
    if not isinstance(values, ContentRange) or values.first is None or values.last is None:
        return None
    # 4–8. First and last position, and the complete length or null.
    return ContentRangeValues(values.first, values.last, values.complete_length)


def validate_a_partial_response(
    expected_range_start: int, partial_response: Response, previous_response: Response | None = None
) -> bool:
    """https://wicg.github.io/background-fetch/#validate-partial-response-algorithm: whether it is valid"""
    # 1. The response's status is 206.
    assert partial_response.status == 206
    # 2. Its content-range values.
    values = extract_content_range_values(partial_response)
    if values is None:
        return False
    # 3. The first position must be the expected range start.
    if values.first != expected_range_start:
        return False
    # 4–5. It must be of the same representation as the previous response, if there is one.
    return previous_response is None or is_of_the_same_whole(partial_response, values.complete_length, previous_response)


def says_that_nothing_is_left(length: int, response: Response, previous_response: Response) -> bool:
    """Whether a 416 to a request for what is behind the first `length` bytes means that they are all of it.

    AD-HOC: the specification does not know 416. It may be said of another thing that is as long as what we have.
    """
    values = extract_content_range(response.unsafe_response().header_list)
    if not isinstance(values, ContentRange) or values.complete_length != length:
        return False
    return is_of_the_same_whole(response, length, previous_response)


def is_of_the_same_whole(response: Response, complete_length: int | None, previous_response: Response) -> bool:
    """https://wicg.github.io/background-fetch/#validate-partial-response-algorithm, its step 4, for every answer to a request for
    the rest. `complete_length`: bytes, as that answer has it; None: it does not know.
    """
    previous_headers = previous_response.unsafe_response().header_list
    headers = response.unsafe_response().header_list
    promised = _promised_length(previous_response)
    is_known_by_a_validator = False
    # 4.1. ETag and Last-Modified are the same,
    for name in (b"ETag", b"Last-Modified"):
        had, has = previous_headers.get(name), headers.get(name)
        # NB: servers leave them out of a 416; then the length has to speak.
        if had is not None and had != has and not (response.status == 416 and has is None and promised is not None):
            return False
        is_known_by_a_validator |= had is not None and had == has
    # 4.2. and the complete length of two partial responses.
    if previous_response.status == 206:
        previous = extract_content_range_values(previous_response)
        return previous is not None and previous.complete_length in (None, complete_length)
    # AD-HOC: also where it was begun without a range, if nothing else speaks for it.
    return is_known_by_a_validator or promised is None or complete_length in (None, promised)


def _promised_length(previous_response: Response) -> int | None:
    """How many bytes the whole has of which we have some; None: that was not said."""
    if previous_response.status == 206:
        values = extract_content_range_values(previous_response)
        return None if values is None else values.complete_length
    # NB: that of a coded form is another.
    length = extract_a_length(previous_response.unsafe_response().header_list)
    return length if isinstance(length, int) and not is_coded(previous_response) else None


def is_coded(response: Response) -> bool:
    """Whether the bytes of a part are of a coded form: then they do not fit what has been decoded."""
    coding = response.unsafe_response().header_list.get(b"Content-Encoding")
    return coding is not None and coding.strip().lower() not in (b"", b"identity")


def strong_validator(response: Response) -> bytes | None:
    """What `If-Range` may carry of a stored response: a strong entity tag, or None.

    NB: a date is a validator too, but strong only under conditions that we cannot check; it is compared afterwards
    instead. https://httpwg.org/specs/rfc9110.html#field.if-range
    """
    tag = response.unsafe_response().header_list.get(b"ETag")
    return tag if tag is not None and tag.startswith(b'"') else None
