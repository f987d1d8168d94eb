"""https://html.spec.whatwg.org/multipage/parsing.html#tokenization: html5lib's, made to stop where text is missing, and to go on later."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import digits, hexDigits, replacementCharacters

from engine.window.input_stream import InputRanDry, InputStream

_NO_CHARACTER = 0x110000


class Tokenizer(HTMLTokenizer):  # type: ignore[misc]  # html5lib has no types
    """Iterating gives tokens, and None wherever the tokenizer has to wait for more text."""

    def __init__(self, stream: InputStream, parser: object) -> None:
        super().__init__("", parser=parser)
        self.state: Callable[[], bool]
        self.stream = stream

    def __iter__(self) -> Iterator[Any]:
        # NB: a state of html5lib changes nothing but the queue and itself before it has read its last character (what it adds to the
        # current token it adds after that), so that it can be begun again from where it began.
        self.tokenQueue = queue = deque[Any]()
        goes_on = True
        while goes_on:
            state: Callable[[], bool] = self.state
            self.stream.mark()
            try:
                goes_on = state()
            except InputRanDry:
                queue.clear()
                self.state = state
                self.stream.rewind()
                yield None
                while self.stream.is_dry:
                    yield None
                continue
            while queue:
                yield queue.popleft()

    @property
    def kept(self) -> int:
        """How many characters the token has that is not whole yet, roughly."""
        data = None if self.currentToken is None else self.currentToken.get("data")
        if isinstance(data, str):
            return len(data)
        pairs = data.items() if isinstance(data, dict) else data or ()
        return sum(len(name) + len(value) + 50 for name, value in pairs)

    def consumeNumberEntity(self, isHex: bool) -> str:
        """https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-state and after

        NB: no number is made that is larger than any character's, however many digits there are.
        """
        allowed, radix = (hexDigits, 16) if isHex else (digits, 10)
        number = 0
        character = self.stream.char()
        while character is not None and character in allowed:
            number = min(number * radix + int(character, radix), _NO_CHARACTER)
            character = self.stream.char()
        if character != ";":
            self.stream.unget(character)
        if number in replacementCharacters:
            return str(replacementCharacters[number])
        if 0xD800 <= number <= 0xDFFF or number == _NO_CHARACTER:
            return "\N{REPLACEMENT CHARACTER}"
        return chr(number)
