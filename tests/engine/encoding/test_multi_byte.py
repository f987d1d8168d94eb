"""NB: these decoders were compared with the indexes of the standard over all sequences when they were written; here
are the special cases.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoding import decode_chunk
from engine.encoding.multi_byte import MULTI_BYTE_ENCODINGS, _decode_exactly


def text_of(encoding: str, data: bytes) -> str:
    return decode_chunk(encoding, "", data, final=True)[0]


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        ("gb18030", b"\x80", "\u20ac"),
        ("gbk", b"\xa3\xa0", "\u3000"),
        ("gbk", b"\xa6\xd9\xa8\xbc\xfe\x59", "\ufe10\u1e3f\u9fb4"),
        ("gb18030", b"\x81\x35\xf4\x37", "\ue7c7"),
        ("gb18030", b"\x84\x31\xa4\x37", "\ufffd"),
        ("gb18030", b"\x90\x30\x81\x30", "\U00010000"),
        ("big5", b"\xa1\x45\xa1\xfe\xa2\x41\xa2\x42", "\u2027\uff0f\u2215\ufe68"),
        ("big5", b"\x88\x62", "\u00ca\u0304"),
        ("big5", b"\x87\x7a\x87\xdf", "\u3875\u9fcb"),
        ("big5", b"\xa3\xe1", "\u20ac"),
        ("euc-jp", b"\xa1\xc1\xa1\xdd", "\uff5e\uff0d"),
        ("euc-jp", b"\x8f\xa2\xb7~", "\uff5e~"),
        ("euc-jp", b"\xad\xa1\x8e\xb1", "\u2460\uff71"),
        ("shift_jis", b"\x80\xb1\x87\x40\xf0\x40", "\x80\uff71\u2460\ue000"),
        ("euc-kr", b"\xc9\xa1\xb0\xa1", "\ufffd\uac00"),
    ],
)
def test_sequences_that_python_reads_differently_or_not_at_all(encoding: str, data: bytes, text: str) -> None:
    assert text_of(encoding, data) == text


@pytest.mark.parametrize("encoding", MULTI_BYTE_ENCODINGS)
def test_ascii_after_a_leading_byte_is_read_again(encoding: str) -> None:
    assert text_of(encoding, b"\x81<p>") == "\ufffd<p>"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x81\x30\x81A", "\ufffd0\u4e04"),
        (b"\x81\x30A", "\ufffd0A"),
        (b"\x81\x30", "\ufffd"),
        (b"\x81\x30\x81", "\ufffd"),
    ],
)
def test_a_broken_four_byte_sequence_of_gb18030(data: bytes, text: str) -> None:
    assert text_of("gb18030", data) == text


@pytest.mark.parametrize("byte", [0xA0, 0xFD, 0xFE, 0xFF])
def test_single_bytes_that_shift_jis_does_not_have(byte: int) -> None:
    assert decode_chunk("shift_jis", "", bytes((byte,)), final=True) == ("\ufffd", "", True)


def test_the_end_within_a_character_is_one_error() -> None:
    assert decode_chunk("big5", "", b"a\xa4", final=True) == ("a\ufffd", "", True)


@given(st.sampled_from(sorted(MULTI_BYTE_ENCODINGS)), st.binary(max_size=24), st.data())
def test_neither_the_way_nor_the_cuts_change_the_text(encoding: str, data: bytes, cuts: st.DataObject) -> None:
    exact = _decode_exactly(MULTI_BYTE_ENCODINGS[encoding].read_one, data, True)
    whole = decode_chunk(encoding, "", data, final=True)
    assert (whole[0], whole[2]) == (exact[0], exact[2])
    cut = cuts.draw(st.integers(0, len(data)))
    first, state, first_errors = decode_chunk(encoding, "", data[:cut], final=False)
    second, _, second_errors = decode_chunk(encoding, state, data[cut:], final=True)
    assert (first + second, first_errors or second_errors) == (whole[0], whole[2])
