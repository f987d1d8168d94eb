"""https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding"""

from __future__ import annotations

from html5lib._inputstream import EncodingParser

from engine.encoding import bom_sniff, decode_chunk, get_an_encoding

_LOOKED_AT = 1024
_DEFAULT = "utf-8"
_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")
_NAMES = (
    "UTF-8 IBM866 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-8-I ISO-8859-10 ISO-8859-13 "
    "ISO-8859-14 ISO-8859-15 ISO-8859-16 KOI8-R KOI8-U GBK Big5 EUC-JP ISO-2022-JP Shift_JIS EUC-KR UTF-16BE UTF-16LE"
)
_NAMES_WITH_CAPITALS = {name.lower(): name for name in _NAMES.split()}


def decode_document(data: bytes, charset: str | None) -> tuple[str, str]:
    """A document's text, and the name of its encoding as `document.characterSet` has it. `charset`: what its Content-Type says."""
    decoder = DocumentDecoder(charset)
    return decoder.decode(data, final=True), decoder.name


class DocumentDecoder:
    """The decoder of a document whose bytes come in pieces. What cannot be known yet is not waited for: until the document has said
    what it is, it is taken for what it would be if it said nothing. Ours.

    `charset`: what its Content-Type says.
    """

    def __init__(self, charset: str | None) -> None:
        # 4. NB: what the server says is certain, unless there is a byte order mark.
        encoding = None if charset is None else get_an_encoding(charset)
        self._is_certain = encoding is not None
        # 6–9. AD-HOC: UTF-8 for want of anything better, in every locale.
        self.encoding = encoding or _DEFAULT
        self._state = ""
        self._beginning: bytes | None = b""  # as long as it may become a byte order mark
        self._looked_at = b""
        self._is_ascii = True

    @property
    def name(self) -> str:
        """As `document.characterSet` has it."""
        return _NAMES_WITH_CAPITALS.get(self.encoding, self.encoding)

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """The text of the next bytes; `final`: they are the last."""
        if self._beginning is not None:
            data = self._beginning + data
            if not final and any(len(data) < len(mark) and mark.startswith(data) for mark in _MARKS):
                self._beginning = data
                return ""
            self._beginning = None
            # 1–3. A byte order mark wins over everything,
            marked = bom_sniff(data)
            if marked is not None:
                self.encoding, self._is_certain = marked, True
                data = data[3 if marked == "utf-8" else 2 :]
        # 5. then, after the transport layer, the prescan of the byte stream.
        if not self._is_certain:
            self._prescan(data)
        text, self._state, _ = decode_chunk(self.encoding, self._state, data, final=final)
        return text

    def _prescan(self, data: bytes) -> None:
        self._looked_at += data[: _LOOKED_AT - len(self._looked_at)]
        found = _prescan(self._looked_at)
        # FIXME: what was decoded otherwise before is not loaded anew. It can be only what came before the document said so.
        if found is not None and self._is_ascii:
            self.encoding = found
        self._is_certain = found is not None or len(self._looked_at) >= _LOOKED_AT
        self._is_ascii = self._is_ascii and data.isascii()


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
