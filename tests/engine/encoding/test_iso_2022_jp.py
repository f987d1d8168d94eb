from __future__ import annotations

import pytest

from engine.encoding import decode_chunk

CASES = [
    (b"a\x1b$B\x30\x21\x1b(Bb", "a\u4e9cb", False),
    (b"\x1b$@\x30\x21", "\u4e9c", False),
    (b"\x1b(J\\~a", "\u00a5\u203ea", False),
    (b"\x1b(I\x21\x5f", "\uff61\uff9f", False),
    (b"\x1b(B\x1b(Ba", "\ufffda", True),
    (b"\x1bA", "\ufffdA", True),
    (b"\x1b$A", "\ufffd$A", True),
    (b"\x0e\x0f\xff", "\ufffd\ufffd\ufffd", True),
    (b"\x1b$B\x30", "\ufffd", True),
    (b"\x1b$B\x30\x1b(Ba", "\ufffda", True),
    (b"\x1b", "\ufffd", True),
    (b"\x1b$", "\ufffd$", True),
    (b"\x1b$B\x22\x2f", "\ufffd", True),
]


@pytest.mark.parametrize(("data", "text", "errors"), CASES)
def test_decoding(data: bytes, text: str, errors: bool) -> None:
    assert decode_chunk("iso-2022-jp", "", data, final=True) == (text, "", errors)


@pytest.mark.parametrize(("data", "text", "errors"), CASES)
def test_decoding_byte_by_byte_is_the_same(data: bytes, text: str, errors: bool) -> None:
    output, state, seen_errors = "", "", False
    for index in range(len(data)):
        piece, state, some = decode_chunk("iso-2022-jp", state, data[index : index + 1], final=False)
        output, seen_errors = output + piece, seen_errors or some
    piece, _, some = decode_chunk("iso-2022-jp", state, b"", final=True)
    assert (output + piece, seen_errors or some) == (text, errors)
