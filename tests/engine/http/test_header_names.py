from __future__ import annotations

import pytest

from engine.http.header_names import (
    cors_unsafe_request_header_names,
    is_a_cors_safelisted_request_header,
    is_a_cors_safelisted_response_header_name,
    is_a_forbidden_request_header,
    is_a_forbidden_response_header_name,
    is_a_no_cors_safelisted_request_header,
)


@pytest.mark.parametrize(
    ("name", "value", "safe"),
    [
        (b"Accept", b"text/html", True),
        (b"accept", b"x" * 128, True),
        (b"accept", b"x" * 129, False),
        (b"accept", b'"', False),
        (b"accept", b"\x01", False),
        (b"accept", b"\t\xff", True),
        (b"Accept-Language", b"en, *;q=0.5", True),
        (b"Accept-Language", b"en@", False),
        (b"Content-Language", b"de", True),
        (b"Content-Type", b"text/plain;charset=utf-8", True),
        (b"Content-Type", b"TEXT/PLAIN", True),
        (b"Content-Type", b"text/html", False),
        (b"Content-Type", b"text/plain, text/plain", False),
        (b"Content-Type", b'text/plain;x="y"', False),
        (b"Content-Type", b"", False),
        (b"Range", b"bytes=0-", True),
        (b"Range", b"bytes=1-2", True),
        (b"Range", b"bytes=-5", False),
        (b"Range", b"bytes=0-1,2-3", False),
        (b"Range", b"bytes = 1-", False),
        (b"X-A", b"1", False),
        (b"Authorization", b"x", False),
    ],
)
def test_cors_safelisted(name, value, safe):
    assert is_a_cors_safelisted_request_header(name, value) == safe


def test_too_much_that_is_safe_is_unsafe():
    safe = [(b"Accept", b"x" * 128)] * 8
    assert cors_unsafe_request_header_names(safe) == []
    assert cors_unsafe_request_header_names([*safe, (b"Content-Language", b"x"), (b"X-B", b"1"), (b"x-a", b"1")]) == [
        b"accept",
        b"content-language",
        b"x-a",
        b"x-b",
    ]


@pytest.mark.parametrize(
    ("name", "value", "forbidden"),
    [
        (b"Cookie", b"x", True),
        (b"HOST", b"x", True),
        (b"Sec-Anything", b"x", True),
        (b"proxy-x", b"x", True),
        (b"secret", b"x", False),
        (b"X-HTTP-Method-Override", b"TRACE", True),
        (b"x-method-override", b"GET, track", True),
        (b"x-http-method", b"POST", False),
        (b"User-Agent", b"x", False),
    ],
)
def test_forbidden(name, value, forbidden):
    assert is_a_forbidden_request_header(name, value) == forbidden


def test_responses():
    assert is_a_cors_safelisted_response_header_name(b"CONTENT-TYPE", [])
    assert is_a_cors_safelisted_response_header_name(b"X-A", [b"x-a"])
    assert not is_a_cors_safelisted_response_header_name(b"Set-Cookie", [b"set-cookie"])
    assert is_a_forbidden_response_header_name(b"SET-COOKIE2")


def test_no_cors():
    assert is_a_no_cors_safelisted_request_header(b"Accept", b"x")
    assert not is_a_no_cors_safelisted_request_header(b"Range", b"bytes=0-")
