"""What an embedder gives is taken, or refused in one sentence."""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine.infra.arguments import bytes_of, check_amount, check_choice, check_texts, check_type, header_pairs


@pytest.mark.parametrize("value", [-1, -0.5, math.nan, math.inf, -math.inf])
def test_an_amount_is_finite_and_not_less_than_nothing(value: float) -> None:
    with pytest.raises(ValueError, match=r"latency cannot be .*: it is a number of seconds, 0 or more$"):
        check_amount("latency", value, "seconds")


@pytest.mark.parametrize("value", ["1", None, True, [1], 1j, b"1"])
def test_an_amount_is_a_number(value: Any) -> None:
    with pytest.raises(TypeError, match=r"latency cannot be .*: it is a number of seconds, 0 or more$"):
        check_amount("latency", value, "seconds")


def test_an_amount_may_have_to_be_more_or_whole_or_may_be_left_out() -> None:
    check_amount("rate", None, "bytes", or_none=True)
    check_amount("rate", 0, "bytes")
    with pytest.raises(ValueError, match="more than 0"):
        check_amount("rate", 0, "bytes", may_be_zero=False)
    with pytest.raises(TypeError, match="a whole number of bytes, more than 0, or None"):
        check_amount("rate", 1.5, "bytes", may_be_zero=False, whole=True, or_none=True)


def test_a_choice_says_what_there_is_and_what_was_perhaps_meant() -> None:
    check_choice("the colour", "red", ["red", "green"])
    with pytest.raises(ValueError, match=r"^the colour cannot be 'gren'; perhaps 'green' was meant: it is one of 'green', 'red'$"):
        check_choice("the colour", "gren", ["red", "green"])
    for value in ("", None, 5, ["red"], b"red"):
        with pytest.raises(ValueError, match="it is one of 'green', 'red'"):
            check_choice("the colour", value, ["red", "green"])


def test_a_string_is_no_collection_of_strings() -> None:
    check_texts("types", ("a", "b"))
    check_texts("types", {"a"})
    for values in ("cache", b"cache", 5, None, ["a", 1]):
        with pytest.raises(TypeError, match="types"):
            check_texts("types", values)


def test_strings_stand_for_their_bytes() -> None:
    assert [bytes_of("body", value) for value in ("ä", b"a", bytearray(b"b"), memoryview(b"c"))] == ["ä".encode(), b"a", b"b", b"c"]
    for value in (5, None, ["a"], object()):
        with pytest.raises(TypeError, match=r"body cannot be .*: it is bytes, or a str"):
            bytes_of("body", value)
    with pytest.raises(TypeError, match=r"^it cannot be 5: it is a list$"):
        check_type("it", 5, list, "a list")


@pytest.mark.parametrize(
    "headers",
    [
        [("X-A", "1"), (b"X-B", b"2")],
        (["X-A", b"1"], ["X-B", "2"]),
        {"X-A": "1", "X-B": "2"},
        {b"X-A": b"1", b"X-B": b"2"},
        iter([("X-A", "1"), ("X-B", "2")]),
    ],
)
def test_headers_may_have_any_form(headers: Any) -> None:
    assert header_pairs("headers", headers) == ((b"X-A", b"1"), (b"X-B", b"2"))


@pytest.mark.parametrize(
    ("headers", "error", "match"),
    [
        ("X-A: 1", TypeError, "it is pairs of a name and a value"),
        (5, TypeError, "it is pairs"),
        (["X-A"], TypeError, "it is pairs"),
        ([("a", "b", "c")], TypeError, "it is pairs"),
        ([("a", 1)], TypeError, "bytes, or a str"),
        ([("a b", "1")], ValueError, "no name of a header"),
        ([("", "1")], ValueError, "no name of a header"),
        ([("ä", "1")], ValueError, "no name of a header"),
        ([("a:", "1")], ValueError, "no name of a header"),
        ([("a", "1\r\nb: 2")], ValueError, "no line ends"),
        ([("a", b"\0")], ValueError, "no NUL"),
        ([("a", "\u20ac")], ValueError, "ISO-8859-1"),
    ],
)
def test_what_is_no_header_is_refused(headers: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        header_pairs("headers", headers)
