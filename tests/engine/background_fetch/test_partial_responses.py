from __future__ import annotations

import pytest

from engine.background_fetch.partial_responses import (
    extract_content_range_values,
    says_that_nothing_is_left,
    strong_validator,
    validate_a_partial_response,
)
from engine.http.headers import HeaderList
from engine.http.response import Response, cors_filtered_response


def response(status: int = 206, **headers: str) -> Response:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Response(status=status, header_list=HeaderList(pairs))


@pytest.mark.parametrize(
    ("value", "values"),
    [
        ("bytes 0-9/10", (0, 9, 10)),
        ("bytes 5-9/*", (5, 9, None)),
        ("bytes=0-9/10", None),
        ("bytes */10", None),
        ("bytes 9-5/10", None),
        ("bytes 0-10/10", None),
        ("items 0-9/10", None),
        ("", None),
    ],
)
def test_content_ranges(value: str, values: object) -> None:
    assert extract_content_range_values(response(Content_Range=value)) == values


def test_none_and_too_many() -> None:
    assert extract_content_range_values(response()) is None
    twice = Response(status=206, header_list=HeaderList([(b"Content-Range", b"bytes 0-9/10")] * 2))
    assert extract_content_range_values(twice) is None


def test_what_a_filter_hides_counts() -> None:
    filtered = cors_filtered_response(response(Content_Range="bytes 5-9/10", ETag='"1"'))
    assert filtered.header_list.get(b"Content-Range") is None
    assert extract_content_range_values(filtered) == (5, 9, 10)
    assert strong_validator(filtered) == b'"1"'


@pytest.mark.parametrize(
    ("part", "previous", "valid"),
    [
        ({"Content_Range": "bytes 5-9/10"}, None, True),
        ({"Content_Range": "bytes 4-9/10"}, None, False),
        ({}, None, False),
        ({"Content_Range": "bytes 5-9/10", "ETag": "1"}, response(200, ETag="1"), True),
        ({"Content_Range": "bytes 5-9/10", "ETag": "2"}, response(200, ETag="1"), False),
        ({"Content_Range": "bytes 5-9/10"}, response(200, ETag="1"), False),
        ({"Content_Range": "bytes 5-9/10", "ETag": "1"}, response(200), True),
        ({"Content_Range": "bytes 5-9/10"}, response(200, Last_Modified="then"), False),
        ({"Content_Range": "bytes 5-9/10"}, response(206, Content_Range="bytes 0-4/10"), True),
        ({"Content_Range": "bytes 5-9/11"}, response(206, Content_Range="bytes 0-4/10"), False),
        ({"Content_Range": "bytes 5-9/11"}, response(206, Content_Range="bytes 0-4/*"), True),
        ({"Content_Range": "bytes 5-9/10"}, response(206), False),
        ({"Content_Range": "bytes 5-9/10"}, response(200, Content_Length="10"), True),
        ({"Content_Range": "bytes 5-9/11"}, response(200, Content_Length="10"), False),
        ({"Content_Range": "bytes 5-9/*"}, response(200, Content_Length="10"), True),
        ({"Content_Range": "bytes 5-9/10"}, response(200, Content_Length="7", Content_Encoding="gzip"), True),
        ({"Content_Range": "bytes 5-9/10"}, response(200, Content_Length="x"), True),
    ],
)
def test_validation(part: dict[str, str], previous: Response | None, valid: bool) -> None:
    assert validate_a_partial_response(5, response(**part), previous) is valid


@pytest.mark.parametrize(
    ("answer", "previous", "is_all"),
    [
        ({"Content_Range": "bytes */5"}, response(200), True),
        ({"Content_Range": "bytes */6"}, response(200), False),
        ({"Content_Range": "bytes */*"}, response(200), False),
        ({}, response(200), False),
        ({"Content_Range": "bytes */5", "ETag": "1"}, response(200, ETag="1"), True),
        ({"Content_Range": "bytes */5", "ETag": "2"}, response(200, ETag="1"), False),
        ({"Content_Range": "bytes */5", "ETag": "2"}, response(200, ETag="1", Content_Length="5"), False),
        ({"Content_Range": "bytes */5", "Last_Modified": "now"}, response(200, Last_Modified="then", Content_Length="5"), False),
        ({"Content_Range": "bytes */5"}, response(200, ETag="1"), False),
        ({"Content_Range": "bytes */5"}, response(200, ETag="1", Content_Length="5"), True),
        ({"Content_Range": "bytes */5"}, response(200, Content_Length="9"), False),
        ({"Content_Range": "bytes */5", "ETag": "1"}, response(200, ETag="1", Content_Length="9"), True),
        ({"Content_Range": "bytes */5"}, response(206, Content_Range="bytes 0-4/9"), False),
        ({"Content_Range": "bytes */5"}, response(206, Content_Range="bytes 0-4/5", ETag="1"), True),
    ],
)
def test_that_nothing_is_left_is_believed_of_the_same_thing_only(answer: dict[str, str], previous: Response, is_all: bool) -> None:
    assert says_that_nothing_is_left(5, response(416, **answer), previous) is is_all


@pytest.mark.parametrize(("tag", "validator"), [('"1"', b'"1"'), ('W/"1"', None), ("1", None)])
def test_only_strong_tags_are_sent(tag: str, validator: bytes | None) -> None:
    assert strong_validator(response(ETag=tag)) == validator
