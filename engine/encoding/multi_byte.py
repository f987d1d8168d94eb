"""https://encoding.spec.whatwg.org/#legacy-multi-byte-chinese-(simplified)-encodings and the ones after it, except
ISO-2022-JP.

Text without errors goes through Python's codecs, whose tables are those of the indexes but for the characters listed
here. Where a codec
stumbles, the text is decoded again by the decoders below, which are exact.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeAlias

from engine.encoding.indexes import BIG5_ADDITIONS, BIG5_DIFFERENT, EUC_JP_DIFFERENT, GB18030_DIFFERENT, JIS0212_TILDE

ERROR: Final = "\ufffd"
_ASCII_RUN: Final = re.compile(rb"[\x00-\x7f]+")

ReadOne: TypeAlias = "Callable[[bytes, int], tuple[str | None, int] | None]"
"""(bytes, position of a byte that is not ASCII) → (text, or `None` for an error; position of the next byte), or
`None` if bytes are missing.
"""


@dataclass(frozen=True, slots=True)
class MultiByteEncoding:
    """An encoding's two decoders. Ours."""

    codec: str
    """Python's codec for it"""
    read_one: ReadOne
    different: dict[int, str] = field(default_factory=dict)
    """For `str.translate`: what Python's codec gives → what the index has. Nothing else gives what Python's codec
    gives there.
    """
    misread: re.Pattern[bytes] | None = None
    """Bytes that Python's codec accepts and reads differently, in a way that cannot be seen in its output"""
    marks_errors: bool = False
    """Whether `different` has errors in it; then U+FFFD is no character of the encoding"""


def decode_multi_byte(encoding: MultiByteEncoding, data: bytes, final: bool) -> tuple[str, bytes, bool]:
    """The handlers of these encodings' decoders, run over `data`, which begins with what was left over the last time.

    Returns the text with U+FFFD for each error, the bytes left over (none when `final`), and whether there were errors.
    """
    if encoding.misread is None or encoding.misread.search(data) is None:
        decoder = codecs.getincrementaldecoder(encoding.codec)()
        try:
            text = decoder.decode(data)
        except UnicodeDecodeError:
            pass
        else:
            if encoding.different:
                text = text.translate(encoding.different)
            left = decoder.getstate()[0]
            errors = encoding.marks_errors and ERROR in text
            if not left:
                return text, b"", errors
            # NB: Python's codec may still wait for more where the definition knows already.
            rest, left, more_errors = _decode_exactly(encoding.read_one, left, final)
            return text + rest, left, errors or more_errors
    return _decode_exactly(encoding.read_one, data, final)


def _decode_exactly(read_one: ReadOne, data: bytes, final: bool) -> tuple[str, bytes, bool]:
    output: list[str] = []
    position, errors = 0, False
    while position < len(data):
        run = _ASCII_RUN.match(data, position)
        if run is not None:
            output.append(run[0].decode("ascii"))
            position = run.end()
            continue
        read = read_one(data, position)
        if read is None:
            if not final:
                return "".join(output), data[position:], errors
            output.append(ERROR)
            return "".join(output), b"", True
        text, position = read
        errors = errors or text is None
        output.append(ERROR if text is None else text)
    return "".join(output), b"", errors


def _pair(data: bytes, position: int, text: str | None, length: int = 2) -> tuple[str | None, int]:
    """The end of most handlers: the character if there is one; else an error, before which a last byte that is ASCII
    is restored.
    """
    if text is None and data[position + length - 1] < 0x80:
        return None, position + length - 1
    return text, position + length


@cache
def _decoded(codec: str, sequence: bytes) -> str | None:
    try:
        return sequence.decode(codec)
    except UnicodeDecodeError:
        return None


def _read_gb18030(data: bytes, position: int) -> tuple[str | None, int] | None:
    """https://encoding.spec.whatwg.org/#gb18030-decoder"""
    # 7, 9. Bytes that are neither ASCII nor lead bytes.
    first = data[position]
    if first == 0x80:
        return "\u20ac", position + 1
    if first == 0xFF:
        return None, position + 1
    sequence = data[position : position + 4]
    if len(sequence) < 2:
        return None
    # 5.1–5.8. Two bytes.
    second = sequence[1]
    if not 0x30 <= second <= 0x39:
        text = (
            GB18030_DIFFERENT.get(sequence[:2]) or _decoded("gb18030", sequence[:2])
            if 0x40 <= second <= 0xFE and second != 0x7F
            else None
        )
        return _pair(data, position, text)
    # 4, 3. Four bytes; where the third or the fourth is out of range, all but the first are read again.
    if len(sequence) > 2 and not 0x81 <= sequence[2] <= 0xFE:
        return None, position + 1
    if len(sequence) < 4:
        return None
    if not 0x30 <= sequence[3] <= 0x39:
        return None, position + 1
    return GB18030_DIFFERENT.get(sequence) or _decoded("gb18030", sequence), position + 4


def _read_big5(data: bytes, position: int) -> tuple[str | None, int] | None:
    """https://encoding.spec.whatwg.org/#big5-decoder"""
    # 5–6. Bytes that are neither ASCII nor lead bytes.
    if data[position] in (0x80, 0xFF):
        return None, position + 1
    sequence = data[position : position + 2]
    if len(sequence) < 2:
        return None
    # 3. NB: the four sequences that are two characters are in Python's codec.
    text = BIG5_DIFFERENT.get(sequence) or BIG5_ADDITIONS.get(sequence) or _decoded("big5hkscs", sequence)
    return _pair(data, position, text)


def _read_euc_kr(data: bytes, position: int) -> tuple[str | None, int] | None:
    """https://encoding.spec.whatwg.org/#euc-kr-decoder"""
    if data[position] in (0x80, 0xFF):
        return None, position + 1
    sequence = data[position : position + 2]
    if len(sequence) < 2:
        return None
    return _pair(data, position, _decoded("cp949", sequence) if 0x41 <= sequence[1] <= 0xFE else None)


def _read_shift_jis(data: bytes, position: int) -> tuple[str | None, int] | None:
    """https://encoding.spec.whatwg.org/#shift_jis-decoder"""
    # 4–7. Single bytes.
    first = data[position]
    if first == 0x80:
        return "\x80", position + 1
    if 0xA1 <= first <= 0xDF:
        return chr(0xFF61 - 0xA1 + first), position + 1
    if first == 0xA0 or first > 0xFC:
        return None, position + 1
    sequence = data[position : position + 2]
    if len(sequence) < 2:
        return None
    # 3. NB: Python's codec has the same private use characters.
    second = sequence[1]
    return _pair(data, position, _decoded("cp932", sequence) if 0x40 <= second <= 0xFC and second != 0x7F else None)


def jis0208(row: int, cell: int) -> str | None:
    """https://encoding.spec.whatwg.org/#index-jis0208 for the pointer `row` * 94 + `cell`. NB: found through
    Shift_JIS, whose index it is too.
    """
    if not (0 <= row < 94 and 0 <= cell < 94):
        return None
    leading, trailing = divmod(row * 94 + cell, 188)
    return _decoded(
        "cp932", bytes((leading + (0x81 if leading < 0x1F else 0xC1), trailing + (0x40 if trailing < 0x3F else 0x41)))
    )


def _read_euc_jp(data: bytes, position: int) -> tuple[str | None, int] | None:
    """https://encoding.spec.whatwg.org/#euc-jp-decoder"""
    # 7–8. Bytes that are neither ASCII nor lead bytes.
    first = data[position]
    if not (0xA1 <= first <= 0xFE or first in (0x8E, 0x8F)):
        return None, position + 1
    sequence = data[position : position + 3]
    if len(sequence) < 2:
        return None
    second = sequence[1]
    # 3. Half-width katakana.
    if first == 0x8E and 0xA1 <= second <= 0xDF:
        return chr(0xFF61 - 0xA1 + second), position + 2
    # 4. JIS X 0212: three bytes.
    if first == 0x8F and 0xA1 <= second <= 0xFE:
        if len(sequence) < 3:
            return None
        text = JIS0212_TILDE.get(sequence) or _decoded("euc_jp", sequence) if 0xA1 <= sequence[2] <= 0xFE else None
        return _pair(data, position, text, 3)
    # 5. JIS X 0208: two bytes.
    return _pair(data, position, jis0208(first - 0xA1, second - 0xA1) if second != 0xFF else None)


def _translation(codec: str, different: dict[bytes, str], but: tuple[bytes, ...] = ()) -> dict[int, str]:
    """What `codec` gives for the sequences of `different` → what it should give; in a Python whose codec is right
    already, nothing.
    """
    pairs = ((_decoded(codec, sequence), text) for sequence, text in different.items() if sequence not in but)
    return {ord(wrong): text for wrong, text in pairs if wrong is not None and wrong != text}


_GB18030: Final = MultiByteEncoding("gb18030", _read_gb18030, _translation("gb18030", GB18030_DIFFERENT))

MULTI_BYTE_ENCODINGS: Final = {
    "gbk": _GB18030,
    "gb18030": _GB18030,
    "big5": MultiByteEncoding(
        "big5hkscs",
        _read_big5,
        _translation("big5hkscs", BIG5_DIFFERENT, but=(b"\xa2\x41", b"\xa2\x42")),
        misread=re.compile(b"\xa2[\x41\x42]"),  # read as what 0xA1 0xFE and 0xA2 0x40 rightly are
    ),
    "euc-jp": MultiByteEncoding(
        "euc_jp", _read_euc_jp, _translation("euc_jp", EUC_JP_DIFFERENT), misread=re.compile(b"\x8f\xa2\xb7")
    ),
    "shift_jis": MultiByteEncoding(
        "cp932", _read_shift_jis, dict.fromkeys(range(0xF8F0, 0xF8F4), ERROR), marks_errors=True
    ),
    "euc-kr": MultiByteEncoding("cp949", _read_euc_kr),
}
