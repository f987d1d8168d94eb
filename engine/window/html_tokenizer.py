"""https://html.spec.whatwg.org/#tokenization: html5lib's, where what it does must be bounded."""

from __future__ import annotations

import string

from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import replacementCharacters

_DIGITS = {10: frozenset(string.digits), 16: frozenset(string.hexdigits)}
_MOST_DIGITS = 7  # of any code point there is
_LAST_CODE_POINT = 0x10FFFF


class BoundedTokenizer(HTMLTokenizer):  # type: ignore[misc]  # html5lib has no types
    """The same; a numeric character reference may have any number of digits."""

    def consumeNumberEntity(self, isHex: bool) -> str:
        """https://html.spec.whatwg.org/#numeric-character-reference-end-state"""
        radix = 16 if isHex else 10
        digits = self.stream.charsUntil(_DIGITS[radix], True).lstrip("0")
        if (after := self.stream.char()) != ";":
            self.stream.unget(after)
        code_point = int(digits or "0", radix) if len(digits) <= _MOST_DIGITS else _LAST_CODE_POINT + 1
        if code_point in replacementCharacters:
            replaced: str = replacementCharacters[code_point]
            return replaced
        return "\ufffd" if code_point > _LAST_CODE_POINT or 0xD800 <= code_point <= 0xDFFF else chr(code_point)
