"""Origins and addresses as people name them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.url import address_named, origin_named


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://example.test", "https://example.test"),
        ("https://example.test/", "https://example.test"),
        ("https://EXAMPLE.test:443/a/b?c#d", "https://example.test"),
        ("http://user:secret@localhost:8000/x", "http://localhost:8000"),
        (" http://[::1]:80 ", "http://[::1]"),
    ],
)
def test_an_origin_is_named_by_itself_or_any_address_of_it(text: str, origin: str) -> None:
    assert origin_named("the origin", text).serialize() == origin


@pytest.mark.parametrize("text", ["rubbish", "", "example.test", "//example.test", "null", "data:,x", "file:///a", "about:blank", "*"])
def test_what_is_no_origin_is_refused(text: str) -> None:
    sentence = r'^the origin cannot be .*, which is no origin: it is one, as "https://example.com", or an address of it$'
    with pytest.raises(ValueError, match=sentence):
        origin_named("the origin", text)


@pytest.mark.parametrize("text", ["rubbish", "", "/path", "https://", "http://a b/"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"an address cannot be .*: it is an address in full"):
        address_named("an address", text)
    assert address_named("an address", "data:,x").scheme == "data"


@pytest.mark.parametrize("text", [None, 5, b"https://example.test", ["https://example.test"]])
def test_a_name_is_a_string(text: Any) -> None:
    for name in (origin_named, address_named):
        with pytest.raises(TypeError, match=r"cannot be .*: it is a str"):
            name("it", text)
