"""Numeric character references of any length: https://html.spec.whatwg.org/#numeric-character-reference-state"""

from __future__ import annotations

from typing import Any

import pytest

from engine.window.html_parser import parse_document


def text_of(markup: str) -> str:
    operations: list[Any] = parse_document(f"<body>{markup}")
    return "".join(operation[2] for operation in operations if operation[0] == "text")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&#65;&#x42;&#0000000000067;", "ABC"),
        ("&#65 &#x42g", "A Bg"),
        ("&#128;", "\u20ac"),
        ("&#0;&#xD800;&#x110000;", "\ufffd" * 3),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#x" + "f" * 200_000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#;&#x;", "&#;&#x;"),
    ],
)
def test_a_reference_is_one_character_or_the_replacement(markup: str, text: str) -> None:
    assert text_of(markup) == text
