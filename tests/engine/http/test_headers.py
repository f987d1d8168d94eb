from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.http.headers import HeaderList, get_decode_and_split, is_a_header_value, normalize


def headers(*pairs: tuple[bytes, bytes]) -> HeaderList:
    return HeaderList(pairs)


def test_names_compare_without_case_and_keep_the_first_spelling():
    list_ = headers()
    list_.append(b"X-Foo", b"1")
    list_.append(b"x-foo", b"2")
    assert list(list_) == [(b"X-Foo", b"1"), (b"X-Foo", b"2")]
    assert list_.get(b"X-FOO") == b"1, 2"
    assert list_.contains(b"x-FOO") and b"x-foo" in list_
    assert list_.get(b"y") is None


def test_set_replaces_the_first_and_removes_the_others():
    list_ = headers((b"A", b"1"), (b"B", b"2"), (b"a", b"3"))
    list_.set(b"a", b"4")
    assert list(list_) == [(b"A", b"4"), (b"B", b"2")]
    list_.set(b"C", b"5")
    assert list(list_)[-1] == (b"C", b"5")


def test_combine_extends_the_first():
    list_ = headers((b"A", b"1"))
    list_.combine(b"a", b"2")
    list_.combine(b"b", b"3")
    assert list(list_) == [(b"A", b"1, 2"), (b"b", b"3")]


def test_delete():
    list_ = headers((b"A", b"1"), (b"B", b"2"), (b"a", b"3"))
    list_.delete(b"a")
    assert list(list_) == [(b"B", b"2")]


def test_sort_and_combine_keeps_cookies_apart():
    list_ = headers((b"X", b"1"), (b"Set-Cookie", b"b"), (b"a", b"2"), (b"set-cookie", b"a"), (b"x", b"3"))
    assert list_.sort_and_combine() == [
        (b"a", b"2"),
        (b"set-cookie", b"b"),
        (b"set-cookie", b"a"),
        (b"x", b"1, 3"),
    ]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (b"", [""]),
        (b"nosniff,", ["nosniff", ""]),
        (b" a ,\tb", ["a", "b"]),
        (b'text/html;", x/x', ['text/html;", x/x']),
        (b'x/x;test="hi",y/y', ['x/x;test="hi"', "y/y"]),
        (b'"a,b",c', ['"a,b"', "c"]),
        (b'"a\\",b",c', ['"a\\",b"', "c"]),
        (b'"a" "b", c', ['"a" "b"', "c"]),
        (b'"a\\', ['"a\\']),
    ],
)
def test_get_decode_and_split(value, parts):
    assert get_decode_and_split(value) == parts


@given(st.binary(max_size=40))
def test_splitting_never_fails_and_loses_only_space_and_commas(value):
    text = value.decode("latin-1")
    joined = ",".join(get_decode_and_split(value))
    assert joined.replace("\t", "").replace(" ", "") == text.replace("\t", "").replace(" ", "")


def test_records_are_isomorphic():
    list_ = headers((b"A", b"\xff\x80"), (b"A", b""))
    assert list_.to_record() == [["A", "\xff\x80"], ["A", ""]]
    assert HeaderList.from_record(list_.to_record()) == list_


def test_structured_fields():
    list_ = headers((b"A", b'x;q="y"'), (b"B", b"a=1, b"), (b"C", b"((("))
    item = list_.get_structured_field_value(b"a", "item")
    assert str(item.value) == "x" and item.params["q"] == "y"
    assert list_.get_structured_field_value(b"b", "dictionary")["a"].value == 1
    assert list_.get_structured_field_value(b"c", "list") is None
    assert list_.get_structured_field_value(b"d", "list") is None


def test_values():
    assert normalize(b"\r\n a\tb \n") == b"a\tb"
    assert is_a_header_value(b"") and is_a_header_value(b"a\xffb")
    for wrong in (b" a", b"a\t", b"a\0b", b"a\nb"):
        assert not is_a_header_value(wrong)
