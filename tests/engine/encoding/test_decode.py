from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoding import bom_sniff, decode, decode_chunk


def test_a_byte_order_mark_is_stronger_than_the_fallback() -> None:
    assert bom_sniff(b"\xef\xbb\xbfa") == "utf-8"
    assert bom_sniff(b"\xef\xbb") is None
    assert decode(b"\xef\xbb\xbf\xc3\xa9", "windows-1252") == "\u00e9"
    assert decode(b"\xff\xfea\x00", "utf-8") == "a"
    assert decode(b"\xfe\xff\x00a", "shift_jis") == "a"
    assert decode(b"\xe9", "windows-1252") == "\u00e9"


def test_only_one_byte_order_mark_goes() -> None:
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbfa") == "\ufeffa"


def test_the_replacement_encoding_is_one_error_if_there_is_anything() -> None:
    assert decode(b"abc", "replacement") == "\ufffd"
    assert decode(b"", "replacement") == ""


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xf0\x9f\x98\x80", "\U0001f600"),
        (b"\xf0\x80\x80a", "\ufffd\ufffd\ufffda"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xe2\x82", "\ufffd"),
        (b"\xc0\xaf", "\ufffd\ufffd"),
        (b"\xf4\x90\x80\x80", "\ufffd" * 4),
    ],
)
def test_utf8(data: bytes, text: str) -> None:
    assert decode_chunk("utf-8", "", data, final=True)[0] == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x3d\xd8\x00\xde", "\U0001f600"),
        (b"\x3d\xd8a\x00", "\ufffda"),
        (b"\x00\xdea\x00", "\ufffda"),
        (b"a\x00b", "a\ufffd"),
        (b"\x3d\xd8a", "\ufffd"),
    ],
)
def test_utf16(data: bytes, text: str) -> None:
    assert decode_chunk("utf-16le", "", data, final=True)[0] == text


@given(
    st.sampled_from(["utf-8", "utf-16le", "utf-16be"]),
    st.lists(st.sampled_from([0, 0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xC3, 0xD8, 0xDC, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xFF])),
)
def test_pieces_give_what_the_whole_gives(encoding: str, octets: list[int]) -> None:
    data = bytes(octets)
    output, state, errors = "", "", False
    for index in range(len(data)):
        piece, state, some = decode_chunk(encoding, state, data[index : index + 1], final=False)
        output, errors = output + piece, errors or some
    piece, _, some = decode_chunk(encoding, state, b"", final=True)
    whole = decode_chunk(encoding, "", data, final=True)
    assert (output + piece, errors or some) == (whole[0], whole[2])
