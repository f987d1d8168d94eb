from __future__ import annotations

import pytest

from engine.http.header_values import extract_a_length, extract_a_mime_type, extract_delta_seconds, extract_tokens
from engine.http.headers import HeaderList
from engine.infra import FAILURE, serialize_mime_type


def of(name: bytes, *values: bytes) -> HeaderList:
    return HeaderList([(name, value) for value in values])


@pytest.mark.parametrize(
    ("values", "tokens"),
    [
        ((), None),
        ((b"",), []),
        ((b"a, B,,c",), [b"a", b"B", b"c"]),
        ((b"a", b"b"), [b"a", b"b"]),
        ((b"*",), [b"*"]),
        ((b"a b",), FAILURE),
        ((b"a", b"b@"), FAILURE),
    ],
)
def test_tokens(values, tokens):
    assert extract_tokens(b"X", of(b"x", *values)) == tokens


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ((), None),
        ((b"60",), 60),
        ((b"-1",), FAILURE),
        ((b"1", b"1"), FAILURE),
        ((b"1.5",), FAILURE),
        ((b"\xb2",), FAILURE),
    ],
)
def test_delta_seconds(values, seconds):
    assert extract_delta_seconds(b"X", of(b"x", *values)) == seconds


@pytest.mark.parametrize(
    ("values", "length"),
    [
        ((), None),
        ((b"42",), 42),
        ((b"42", b"42"), 42),
        ((b"42,42",), 42),
        ((b"42", b"43"), FAILURE),
        ((b"",), None),
        ((b"+1",), None),
    ],
)
def test_length(values, length):
    assert extract_a_length(of(b"Content-Length", *values)) == length


@pytest.mark.parametrize(
    ("values", "mime_type"),
    [
        ((), None),
        ((b"",), None),
        ((b"text/plain;charset=gbk, text/html",), "text/html"),
        ((b"text/html;charset=gbk;a=b, text/html;x=y",), "text/html;x=y;charset=gbk"),
        ((b"text/html;charset=gbk;a=b", b"text/html;x=y"), "text/html;x=y;charset=gbk"),
        ((b"text/html;charset=gbk", b"x/x", b"text/html;x=y"), "text/html;x=y"),
        ((b"text/html", b"cannot-parse"), "text/html"),
        ((b"text/html", b"*/*"), "text/html"),
        ((b"text/html, */*;charset=gbk",), "text/html"),
        ((b'text/html;" ", "',), "text/html"),
    ],
)
def test_mime_type(values, mime_type):
    extracted = extract_a_mime_type(of(b"Content-Type", *values))
    assert (None if extracted is FAILURE else serialize_mime_type(extracted)) == mime_type
