"""https://webidl.spec.whatwg.org/#idl-grammar: from text to terminal symbols, and a reader over them."""

from __future__ import annotations

import re

from engine.webidl.syntax import IdlError, Place, Source

TERMINALS = re.compile(
    r"""
    (?P<skipped>(?:[\t\n\r ]+|//[^\n]*|/\*.*?\*/)+)
    | (?P<identifier>[_-]?[A-Za-z][0-9A-Z_a-z-]*)
    | (?P<number>-?(?:
        (?:[0-9]+\.[0-9]*|[0-9]*\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[0-9]+[Ee][+-]?[0-9]+|0[Xx][0-9A-Fa-f]+|[0-9]+
    ))
    | (?P<string>"[^"]*")
    | (?P<symbol>\.\.\.|[^\t\n\r 0-9A-Za-z])
    """,
    re.VERBOSE | re.DOTALL,
)

END = "end of file"


class TokenReader:
    """The terminal symbols of one file, and a place among them. `text` and `kind` describe the next one."""

    __slots__ = ("_index", "_kinds", "_positions", "_texts", "kind", "source", "text")

    def __init__(self, source: Source) -> None:
        self.source = source
        self._kinds: list[str] = []
        self._texts: list[str] = []
        self._positions: list[int] = []
        for match in TERMINALS.finditer(source.text):
            kind = match.lastgroup
            assert kind is not None
            if kind != "skipped":
                self._kinds.append(kind)
                self._texts.append(match.group())
                self._positions.append(match.start())
        self._kinds.append(END)
        self._texts.append("")
        self._positions.append(len(source.text.rstrip()))
        self._index = 0
        self.kind = self._kinds[0]
        self.text = self._texts[0]

    def place(self) -> Place:
        return Place(self.source, self._positions[self._index])

    def error(self, expected: str) -> IdlError:
        found = repr(self.text) if self.kind != END else "the end of the file"
        return self.source.error(self._positions[self._index], f"expected {expected}, found {found}")

    def next(self) -> str:
        """Take whatever comes."""
        text = self.text
        if self.kind == END:
            raise self.error("more")
        self._index += 1
        self.kind = self._kinds[self._index]
        self.text = self._texts[self._index]
        return text

    def following(self) -> str:
        """The text after the next."""
        return self._texts[min(self._index + 1, len(self._texts) - 1)]

    def took(self, text: str) -> bool:
        """Take `text` if it comes next. (A string's text has its quotes: no confusion.)"""
        if self.text != text:
            return False
        self.next()
        return True

    def expect(self, text: str) -> None:
        if self.text != text:
            raise self.error(repr(text))
        self.next()

    def identifier(self, what: str) -> str:
        """An identifier, without the underscore that may escape it.

        Keywords are taken too: where they would confuse, they were tried before.
        """
        if self.kind != "identifier":
            raise self.error(what)
        return self.next().removeprefix("_")

    def string(self) -> str:
        if self.kind != "string":
            raise self.error("a string")
        return self.next()[1:-1]
