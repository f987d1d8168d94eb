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
        self._later: list[str] = []
        """What stands after what scripts have written: the last one comes first."""
        self._writes: list[int] = []
        """Of each write whose text is parsed: how many stood in `_later` before it."""
        self._untried = False  # whether something was inserted since the last rewind
        self._after_carriage_return = False
        self._wrote_carriage_return = False
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
        """How many characters are here because they may be looked at again, or scripts have written them."""
        return len(self._text) + sum(map(len, self._later))

    # On the parser's thread -----------------------------------------------------------------------------------------

    def mark(self) -> None:
        """From here the tokenizer goes on when it is stopped."""
        self._mark = self._offset

    def rewind(self) -> None:
        """Back to the mark."""
        self._untried = False
        length = len(self._text) - self._mark
        self._wanted = 0 if length <= _RETRIED_AT_ONCE else length + length // 2
        self._offset = self._mark

    @property
    def is_dry(self) -> bool:
        """Whether another try to go on from the mark would have to stop at once.

        OPTIMIZATION: something long that has no end yet is looked at again when half as much has been added.
        """
        if self._untried or len(self._later) > self._first_later:
            return False
        if self._writes:
            return True
        if self._ended:
            return False
        return not self._pieces if self._wanted == 0 else len(self._text) - self._mark + self.waiting < self._wanted

    def insert(self, text: str) -> None:
        """https://html.spec.whatwg.org/multipage/parsing.html#insertion-point: the text comes after what was inserted there before."""
        if self._mark > _RETRIED_AT_ONCE:
            self._forget_what_was_read()
        place = max(self._insertion_point, self._offset)
        if place < len(self._text):
            self._later.append(self._text[place:])
            self._text = self._text[:place]
        if self._wrote_carriage_return and text.startswith("\n"):
            text = text[1:]
            self._wrote_carriage_return = False
        if text:
            self._wrote_carriage_return = text.endswith("\r")
        self._text += text.replace("\r\n", "\n").replace("\r", "\n")
        self._insertion_point = len(self._text)
        self._untried = True

    def begin_write(self) -> None:
        """Until `end_write` there is only what was inserted last."""
        self._writes.append(len(self._later))

    def end_write(self) -> None:
        """What has not been read of it stays, and what is inserted comes after it."""
        first = self._writes.pop()
        while len(self._later) > first:
            self._text += self._later.pop()
            self._untried = True
        self._insertion_point = len(self._text)

    def end_all_writes(self) -> None:
        """A script was stopped in the middle of some."""
        while self._writes:
            self.end_write()

    @property
    def is_writing(self) -> bool:
        return bool(self._writes)

    @property
    def _first_later(self) -> int:
        return self._writes[-1] if self._writes else 0

    def set_insertion_point(self) -> None:
        """What is inserted comes before the next character."""
        self._insertion_point = self._offset
        if not self._writes:
            self._wrote_carriage_return = False

    def position(self) -> tuple[int, int]:
        """Line, from 1, and column, from 0, of the next character."""
        self._count_to(self._offset)
        return self._line, self._column

    def char(self) -> str | None:
        """The next character; None: there are no more. Raises InputRanDry."""
        while self._offset >= len(self._text):
            if not self._take():
                if self._ended and not self._pieces and not self._writes:
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
        if len(self._later) > self._first_later:
            self._forget_what_was_read()
            self._text += self._later.pop()
            return True
        if self._writes or not self._pieces:
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
        self._forget_what_was_read()
        self._text += piece.replace("\r\n", "\n").replace("\r", "\n")
        return True

    def _forget_what_was_read(self) -> None:
        """All that stands before the mark."""
        self._count_to(self._mark)
        self._text = self._text[self._mark :]
        self._offset -= self._mark
        self._insertion_point = max(0, self._insertion_point - self._mark)
        self._counted -= self._mark
        self._mark = 0

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
