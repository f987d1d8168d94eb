"""https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding"""

from __future__ import annotations

from html5lib._inputstream import EncodingParser

from engine.encoding import decode, get_an_encoding

_LOOKED_AT = 1024
_DEFAULT = "utf-8"
_NAMES = (
    "UTF-8 IBM866 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-8-I ISO-8859-10 ISO-8859-13 "
    "ISO-8859-14 ISO-8859-15 ISO-8859-16 KOI8-R KOI8-U GBK Big5 EUC-JP ISO-2022-JP Shift_JIS EUC-KR UTF-16BE UTF-16LE"
)
_NAMES_WITH_CAPITALS = {name.lower(): name for name in _NAMES.split()}


def decode_document(data: bytes, charset: str | None) -> tuple[str, str]:
    """A document's text, and the name of its encoding as `document.characterSet` has it. `charset`: what its Content-Type says."""
    # 1–3. A byte order mark wins over everything (`decode` sees to it),
    # 4. then what the server says,
    encoding = None if charset is None else get_an_encoding(charset)
    for mark, marked in ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le")):
        if data.startswith(mark):
            encoding = marked
    # 5. then what the document says of itself.
    if encoding is None:
        encoding = _prescan(data[:_LOOKED_AT])
    # 6–9. AD-HOC: UTF-8 for want of anything better, in every locale.
    encoding = encoding or _DEFAULT
    return decode(data, encoding), _NAMES_WITH_CAPITALS.get(encoding, encoding)


def _prescan(data: bytes) -> str | None:
    """https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding"""
    found = EncodingParser(data).getEncoding()
    if found is None:
        return None
    encoding = get_an_encoding(found.name)
    # A document that can be read so far is not UTF-16, and x-user-defined means another.
    if encoding in ("utf-16be", "utf-16le"):
        return "utf-8"
    return "windows-1252" if encoding == "x-user-defined" else encoding
