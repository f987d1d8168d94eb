from __future__ import annotations

import pytest

from engine.url.api import api_parse, api_set


@pytest.mark.parametrize(
    ("url", "base", "href"),
    [
        ("https://example.org:443/a/../b?q#f", None, "https://example.org/b?q#f"),
        ("../c", "https://example.org/a/b/", "https://example.org/a/c"),
        ("//h\u00e9/", "https:x", "https://xn--h-bga/"),
        ("x", None, None),
        ("https://example.org/", "x", None),
        ("x", "mailto:y", None),
        ("https://a/\ud800", None, "https://a/%EF%BF%BD"),
    ],
)
def test_parsing(url: str, base: str | None, href: str | None) -> None:
    assert api_parse(url, base) == href


@pytest.mark.parametrize(
    ("href", "member", "value", "result"),
    [
        ("https://example.org/", "protocol", "http", "http://example.org/"),
        ("https://example.org/", "protocol", "mailto", "https://example.org/"),
        ("https://example.org/", "host", "example.com:8080", "https://example.com:8080/"),
        ("https://example.org:8080/", "port", "", "https://example.org/"),
        ("https://example.org/", "port", "x", "https://example.org/"),
        ("https://example.org/?x", "search", "", "https://example.org/"),
        ("https://example.org/?x", "search", "?", "https://example.org/?"),
        ("https://example.org/", "hash", "a b", "https://example.org/#a%20b"),
        ("mailto:x", "pathname", "y", "mailto:x"),
        ("mailto:x", "username", "y", "mailto:x"),
    ],
)
def test_setting(href: str, member: str, value: str, result: str) -> None:
    assert api_set(href, member, value) == result
