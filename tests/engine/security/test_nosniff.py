from __future__ import annotations

import pytest

from engine.http import HeaderList, Request, Response
from engine.security.nosniff import (
    should_response_to_request_be_blocked_due_to_its_mime_type,
    should_response_to_request_be_blocked_due_to_nosniff,
)
from engine.url import parse_url


def judge(destination: str, *headers: tuple[bytes, bytes]) -> tuple[bool, bool]:
    request = Request([parse_url("https://a.test/")], destination=destination)
    response = Response(header_list=HeaderList(headers))
    return (
        should_response_to_request_be_blocked_due_to_its_mime_type(request, response),
        should_response_to_request_be_blocked_due_to_nosniff(request, response),
    )


@pytest.mark.parametrize(
    ("destination", "type", "nosniff", "blocked"),
    [
        ("script", b"text/javascript", b"nosniff", (False, False)),
        ("script", b"text/plain", b"nosniff", (False, True)),
        ("script", b"text/plain", b"NoSniff, x", (False, True)),
        ("script", b"text/plain", b"x, nosniff", (False, False)),
        ("script", b"text/plain", None, (False, False)),
        ("serviceworker", None, b"nosniff", (False, True)),
        ("style", b"text/css;x=y", b"nosniff", (False, False)),
        ("style", b"text/plain", b"nosniff", (False, True)),
        ("", b"text/plain", b"nosniff", (False, False)),
        ("worker", b"image/png", None, (True, False)),
        ("script", b"text/csv", None, (True, False)),
        ("script", b"audio/x", None, (True, False)),
        ("image", b"text/csv", None, (False, False)),
    ],
)
def test_types(destination, type, nosniff, blocked):
    headers = [(b"Content-Type", type)] if type is not None else []
    if nosniff is not None:
        headers.append((b"X-Content-Type-Options", nosniff))
    assert judge(destination, *headers) == blocked
