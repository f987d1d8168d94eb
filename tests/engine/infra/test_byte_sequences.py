import pytest

from engine.infra import (
    ascii_lowercase,
    byte_case_insensitive_match,
    code_unit_less_than,
    isomorphic_decode,
    isomorphic_encode,
    scalar_value_string,
    utf8_decode,
    utf8_decode_without_bom,
    utf8_encode,
)


def test_isomorphic_coding_keeps_every_byte() -> None:
    data = bytes(range(256))
    assert isomorphic_encode(isomorphic_decode(data)) == data


def test_isomorphic_encode_refuses_what_is_no_byte() -> None:
    with pytest.raises(UnicodeEncodeError):
        isomorphic_encode("\u0100")


def test_lowercasing_touches_ascii_alone() -> None:
    assert ascii_lowercase("ÄK\u212aZ") == "Äk\u212az"


def test_byte_comparison_ignores_ascii_case() -> None:
    assert byte_case_insensitive_match(b"Content-TYPE", b"content-type")
    assert not byte_case_insensitive_match(b"\xc4", b"\xe4")


def test_code_units_sort_differently_from_code_points() -> None:
    assert code_unit_less_than("\U00010000", "\uffff")
    assert not code_unit_less_than("\uffff", "\U00010000")


def test_lone_surrogates_become_replacement_characters_and_pairs_their_code_point() -> None:
    assert scalar_value_string("a\ud800b\udc00") == "a\ufffdb\ufffd"
    assert scalar_value_string("\ud83d\ude00") == "\U0001f600"
    assert utf8_encode("\udfff") == "\ufffd".encode()


def test_decoding_drops_one_byte_order_mark_and_only_where_asked() -> None:
    assert utf8_decode(b"\xef\xbb\xbf\xef\xbb\xbfx") == "\ufeffx"
    assert utf8_decode_without_bom(b"\xef\xbb\xbfx") == "\ufeffx"
    assert utf8_decode(b"\xff") == "\ufffd"
