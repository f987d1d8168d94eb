"""https://encoding.spec.whatwg.org/#legacy-single-byte-encodings, on Python's codecs.

What the indexes have and Python's tables have not: the C1 controls in place of holes (the windows encodings), and
the letters below.
"""

from __future__ import annotations

import codecs
from functools import cache
from typing import Final

_CODECS: Final = {
    "ibm866": "cp866",
    "iso-8859-8-i": "iso8859-8",
    "macintosh": "mac-roman",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
}
"""Where Python's name is another one."""

_DIFFERENT: Final[dict[str, dict[int, str]]] = {
    "koi8-u": {0xAE: "\u045e", 0xBE: "\u040e"},
    "windows-1255": {0xCA: "\u05ba"},
}

NOT_MAPPED: Final = "\ufffe"
"""In a decoding table: a byte that is an error."""


@cache
def decoding_table(name: str) -> str | None:
    """The 256 characters of the single-byte encoding `name`, `NOT_MAPPED` where its index has none; `None` for other
    encodings.
    """
    ascii_half = "".join(map(chr, range(0x80)))
    if name == "x-user-defined":
        # https://encoding.spec.whatwg.org/#x-user-defined-decoder
        return ascii_half + "".join(map(chr, range(0xF780, 0xF800)))
    if not name.startswith(("iso-8859-", "koi8-", "windows-")) and name not in _CODECS:
        return None
    codec = codecs.lookup(_CODECS.get(name, name))
    different = _DIFFERENT.get(name, {})
    upper_half = []
    for byte in range(0x80, 0x100):
        character = different.get(byte)
        if character is None:
            try:
                character = codec.decode(bytes((byte,)))[0]
            except UnicodeDecodeError:
                character = chr(byte) if name.startswith("windows-") and byte < 0xA0 else NOT_MAPPED
        upper_half.append(character)
    return ascii_half + "".join(upper_half)


def decode_single_byte(table: str, data: bytes) -> tuple[str, bool]:
    """https://encoding.spec.whatwg.org/#single-byte-decoder

    Returns the text, with U+FFFD for each error, and whether there was one.
    """
    text = codecs.charmap_decode(data, "replace", table)[0]
    # NB: no single-byte index has U+FFFD, so there it can only stand for an error.
    return text, "\ufffd" in text
