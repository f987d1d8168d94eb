"""https://html.spec.whatwg.org/multipage/parsing.html#the-input-byte-stream, from where it is text: what html5lib's tokenizer reads.

The text comes in pieces, from the browser's thread; the tokenizer, on the agent's, takes them as it gets to them. Where there is
nothing more for now it is stopped (`InputRanDry`) and later goes on from the last mark.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

Characters: TypeAlias = "str | tuple[str, ...] | frozenset[str]"

_RETRIED_AT_ONCE = 4096
"""Characters since the mark up to which every new piece is looked at."""


class InputRanDry(Exception):
    """Raised where a character is wanted and none is there yet (ours)."""


class InputStream:
    """https://html.spec.whatwg.org/multipage/parsing.html#input-stream, with the members that html5lib's tokenizer asks for."""

    def __init__(self, text: str = "", *, ended: bool = True) -> None:
        self.errors: list[str] = []
        """What html5lib looks at; nobody asks for parse errors."""
        self.charEncoding = (None, "certain")
        self.on_encoding: Callable[[str], object] = lambda name: None
        """Told when text follows that was decoded as this encoding."""
        self._pieces: deque[tuple[str, str | None]] = deque([(text, None)] if text else [])
        self._fed, self._taken = len(text), 0  # characters; each is written by one thread
        self._ended = ended
        self._text = ""
        self._offset = 0
        self._mark = 0
        self._insertion_point = 0
        self._after_carriage_return = False
        self._wanted = 0  # how much text there must be for another try
        self._counted = 0  # up to where lines were counted
        self._line, self._column = 1, 0

    # From any thread ------------------------------------------------------------------------------------------------

    def feed(self, text: str, encoding: str | None = None) -> None:
        """Add text at the end; `encoding`: the name of the one that it turned out to have."""
        if text or encoding is not None:
            self._pieces.append((text, encoding))
            self._fed += len(text)

    def end(self) -> None:
        """There is no more to come."""
        self._ended = True

    @property
    def waiting(self) -> int:
        """How many characters nobody has taken yet."""
        return self._fed - self._taken

    @property
    def kept(self) -> int:
        """How many characters are here because they may be looked at again."""
        return len(self._text)

    # On the parser's thread -----------------------------------------------------------------------------------------

    def mark(self) -> None:
        """From here the tokenizer goes on when it is stopped."""
        self._mark = self._offset

    def rewind(self) -> None:
        """Back to the mark."""
        length = len(self._text) - self._mark
        self._wanted = 0 if length <= _RETRIED_AT_ONCE else length + length // 2
        self._offset = self._mark

    @property
    def is_dry(self) -> bool:
        """Whether another try to go on from the mark would have to stop at once.

        OPTIMIZATION: something long that has no end yet is looked at again when half as much has been added.
        """
        if self._ended:
            return False
        return not self._pieces if self._wanted == 0 else len(self._text) - self._mark + self.waiting < self._wanted

    def insert(self, text: str) -> None:
        """https://html.spec.whatwg.org/multipage/parsing.html#insertion-point: the text comes after what was inserted there before."""
        place = max(self._insertion_point, self._offset)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._text = self._text[:place] + text + self._text[place:]
        self._insertion_point = place + len(text)

    def set_insertion_point(self) -> None:
        """What is inserted comes before the next character."""
        self._insertion_point = self._offset

    def position(self) -> tuple[int, int]:
        """Line, from 1, and column, from 0, of the next character."""
        self._count_to(self._offset)
        return self._line, self._column

    def char(self) -> str | None:
        """The next character; None: there are no more. Raises InputRanDry."""
        while self._offset >= len(self._text):
            if not self._take():
                if self._ended and not self._pieces:
                    return None
                raise InputRanDry
        character = self._text[self._offset]
        self._offset += 1
        return character

    def charsUntil(self, characters: Characters, opposite: bool = False) -> str:
        """The characters up to one of these (`opposite`: while they are of these); also up to where there are no more yet."""
        pattern = _pattern(characters, opposite)
        parts = []
        while True:
            match = pattern.match(self._text, self._offset)
            if match is not None:
                parts.append(match.group())
                self._offset = match.end()
            if self._offset < len(self._text) or not self._take():
                return "".join(parts)

    def unget(self, character: str | None) -> None:
        """Put the last character back."""
        if character is not None:
            self._offset -= 1
            assert self._text[self._offset] == character

    def _take(self) -> bool:
        """Go on to the next piece; what was read since the mark stays. False: there is none."""
        if not self._pieces:
            return False
        piece = self._take_a_piece()
        if len(self._text) - self._mark > _RETRIED_AT_ONCE:
            # OPTIMIZATION: what is kept is copied once for all that have come.
            piece = "".join([piece, *(self._take_a_piece() for _ in range(len(self._pieces)))])
        if self._after_carriage_return and piece.startswith("\n"):
            piece = piece[1:]
            self._after_carriage_return = False
        if piece:
            self._after_carriage_return = piece.endswith("\r")
        self._count_to(self._mark)
        self._text = self._text[self._mark :] + piece.replace("\r\n", "\n").replace("\r", "\n")
        self._offset -= self._mark
        self._insertion_point = max(0, self._insertion_point - self._mark)
        self._counted -= self._mark
        self._mark = 0
        return True

    def _take_a_piece(self) -> str:
        piece, encoding = self._pieces.popleft()
        self._taken += len(piece)
        if encoding is not None:
            self.on_encoding(encoding)
        return piece

    def _count_to(self, offset: int) -> None:
        if offset <= self._counted:
            return
        lines = self._text.count("\n", self._counted, offset)
        if lines:
            self._line += lines
            self._column = offset - self._text.rfind("\n", self._counted, offset) - 1
        else:
            self._column += offset - self._counted
        self._counted = offset


@cache
def _pattern(characters: Characters, opposite: bool) -> re.Pattern[str]:
    return re.compile(f"[{'' if opposite else '^'}{re.escape(''.join(characters))}]+")
