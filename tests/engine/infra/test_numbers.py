"""Texts that are numbers, or are not."""

from __future__ import annotations

import pytest

from engine.infra import LARGEST_INTEGER, parse_non_negative_integer


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        (b"12", 12),
        ("0" * 9999, 0),
        ("0" * 9999 + "5", 5),
        ("9" * 5000, LARGEST_INTEGER),
        (b"9" * 20, LARGEST_INTEGER),
    ],
)
def test_digits_are_a_number(text: str | bytes, number: int) -> None:
    assert parse_non_negative_integer(text) == number


@pytest.mark.parametrize("text", ["", b"", "-1", "+1", " 1", "1 ", "1_0", "1.0", "1e3", "٣", "²", "0x1", b"\xb2"])
def test_anything_else_is_none(text: str | bytes) -> None:
    assert parse_non_negative_integer(text) is None


def test_what_is_larger_than_the_largest_counts_as_that() -> None:
    assert [parse_non_negative_integer(text, 65535) for text in ("65534", "65536", "1" * 6000)] == [65534, 65535, 65535]
