"""https://encoding.spec.whatwg.org/#specification-hooks, and decoding piece by piece."""

from __future__ import annotations

from typing import Final

from engine.encoding.iso_2022_jp import ISO2022JPDecoder
from engine.encoding.multi_byte import ERROR, MULTI_BYTE_ENCODINGS, decode_multi_byte
from engine.encoding.single_byte import decode_single_byte, decoding_table
from engine.infra import isomorphic_decode, isomorphic_encode

_UTF16: Final = {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}


def bom_sniff(data: bytes) -> str | None:
    """https://encoding.spec.whatwg.org/#bom-sniff"""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data.startswith(b"\xfe\xff"):
        return "utf-16be"
    if data.startswith(b"\xff\xfe"):
        return "utf-16le"
    return None


def decode(data: bytes, fallback_encoding: str = "utf-8") -> str:
    """https://encoding.spec.whatwg.org/#decode

    `fallback_encoding` is a name that `get_an_encoding` gave. A byte order mark is stronger than it, and is not part
    of the text.
    """
    encoding = bom_sniff(data)
    if encoding is None:
        return decode_chunk(fallback_encoding, "", data, final=True)[0]
    return decode_chunk(encoding, "", data[3 if encoding == "utf-8" else 2 :], final=True)[0]


def decode_chunk(encoding: str, state: str, data: bytes, *, final: bool) -> tuple[str, str, bool]:
    """https://encoding.spec.whatwg.org/#concept-encoding-run with the encoding's decoder, whose state is `state`
    (the empty string: new). Ours.

    Returns the text with U+FFFD for each error, the state for the next chunk, and whether there were errors. Byte
    order marks are text.
    """
    if encoding == "iso-2022-jp":
        decoder = ISO2022JPDecoder.from_state(state)
        text, errors = decoder.decode(data, final)
        return text, "" if final else decoder.state_string(), errors
    table = decoding_table(encoding)
    if table is not None:
        text, errors = decode_single_byte(table, data)
        return text, "", errors
    if encoding == "replacement":
        # https://encoding.spec.whatwg.org/#replacement-decoder: one error, whatever there is.
        return (ERROR, "done", True) if data and not state else ("", state, False)
    # All others keep the bytes of an unfinished character.
    if state:
        data = isomorphic_encode(state) + data
    if encoding == "utf-8":
        text, left, errors = decode_utf8(data, final)
    elif encoding in _UTF16:
        text, left, errors = decode_utf16(data, _UTF16[encoding], final)
    else:
        text, left, errors = decode_multi_byte(MULTI_BYTE_ENCODINGS[encoding], data, final)
    return text, isomorphic_decode(left), errors


def decode_utf8(data: bytes, final: bool) -> tuple[str, bytes, bool]:
    """https://encoding.spec.whatwg.org/#utf-8-decoder. NB: Python replaces what cannot be decoded just as the
    definition does.
    """
    left = b"" if final else _incomplete_utf8(data)
    if left:
        data = data[: -len(left)]
    try:
        return data.decode(), left, False
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace"), left, True


_SECOND_BYTES: Final = {
    0xE0: range(0xA0, 0xC0),
    0xED: range(0x80, 0xA0),
    0xF0: range(0x90, 0xC0),
    0xF4: range(0x80, 0x90),
}


def _incomplete_utf8(data: bytes) -> bytes:
    """The bytes at the end that may be the beginning of a character."""
    for length in range(1, min(len(data), 3) + 1):
        byte = data[-length]
        if 0x80 <= byte < 0xC0:
            continue
        expected = 4 if 0xF0 <= byte <= 0xF4 else 3 if 0xE0 <= byte < 0xF0 else 2 if 0xC2 <= byte < 0xE0 else 0
        valid = length == 1 or data[1 - length] in _SECOND_BYTES.get(byte, range(0x80, 0xC0))
        return data[-length:] if length < expected and valid else b""
    return b""


def decode_utf16(data: bytes, codec: str, final: bool) -> tuple[str, bytes, bool]:
    """https://encoding.spec.whatwg.org/#shared-utf-16-decoder"""
    # 1. The bytes of an unfinished code unit, and a leading surrogate before them, wait for the next chunk.
    length = len(data) & ~1
    high_byte = length - 1 if codec == "utf-16-le" else length - 2
    if length and 0xD8 <= data[high_byte] < 0xDC:
        length -= 2
    left = data[length:]
    # 2. The whole code units; Python replaces lone surrogates as the decoder does.
    try:
        text, errors = data[:length].decode(codec), False
    except UnicodeDecodeError:
        text, errors = data[:length].decode(codec, "replace"), True
    # 3. At the end of the input an unfinished code unit is one error.
    if final and left:
        return text + ERROR, b"", True
    return text, left, errors
