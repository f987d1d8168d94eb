import pytest

from engine.infra import (
    collect,
    collect_an_http_quoted_string,
    normalize_newlines,
    split_on_ascii_whitespace,
    split_on_commas,
    strip_and_collapse_ascii_whitespace,
    strip_newlines,
)


def test_collect_stops_at_the_first_code_point_that_does_not_belong() -> None:
    assert collect(frozenset("0123456789"), "a12b3", 1) == ("12", 3)
    assert collect(str.isdigit, "12", 0) == ("12", 2)


@pytest.mark.parametrize(
    ("text", "piece", "value", "position"),
    [
        ('"a\\"b"c', '"a\\"b"', 'a"b', 6),
        ('"open', '"open', "open", 5),
        ('"end\\', '"end\\', "end\\", 5),
        ('""', '""', "", 2),
    ],
)
def test_quoted_strings(text: str, piece: str, value: str, position: int) -> None:
    assert collect_an_http_quoted_string(text, 0) == (piece, position)
    assert collect_an_http_quoted_string(text, 0, extract_value=True) == (value, position)


def test_splitting_on_commas_strips_and_keeps_what_is_empty_between_them() -> None:
    assert split_on_commas(" a ,, b") == ["a", "", "b"]
    assert split_on_commas("a,") == ["a"]
    assert split_on_commas("") == []


def test_only_ascii_whitespace_separates() -> None:
    assert split_on_ascii_whitespace("\ta\u00a0b\x0bc  d\n") == ["a\u00a0b\x0bc", "d"]
    assert strip_and_collapse_ascii_whitespace("  a \n b ") == "a b"


def test_newlines() -> None:
    assert strip_newlines("a\r\nb") == "ab"
    assert normalize_newlines("a\r\nb\rc\n") == "a\nb\nc\n"
