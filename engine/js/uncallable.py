"""What "not a function" speaks of. The engine says no more than that; the source around the place where it was thrown does. Ours.

The engine's place of a call is about where the called name begins, or somewhere in its arguments, and that of the last call before it
when its arguments call something. So several calls may be meant; then all of them are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

BARE: Final = "not a function"
"""The whole message of the engine's TypeError."""

_LONGEST = 100_000
"""Characters of source that are looked through; what is longer has been made by a machine, and its names say little."""
_NATIVE_FRAME = re.compile(r"^\s*at (?P<function>[^()]+) \(native\)$")
_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[\w$#]+|=>|\?\.(?!\d)|.""",
    re.DOTALL,
)
_REGULAR_EXPRESSION = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/\w*")
_WORDS: Final = frozenset({"await", "catch", "for", "function", "if", "import", "return", "super", "switch", "typeof", "void"}) | {
    "while", "with", "yield", "in", "of", "case", "delete", "do", "else", "throw", "new", "async",
}  # fmt: skip
"""Of the language: what stands before a bracket and is no name."""


@dataclass(slots=True)
class _Call:
    callee: str
    begin: int
    """Where the engine's place for it may be first."""
    function: int
    end: int | None = None


def what_is_no_function(stack: str | None, source: str | None, offset: int) -> str | None:
    """The sentence that says what is no function or constructor, or where; None when the source does not show it.

    `stack`: of the error, its frames only; `source`: of the script at its first frame, and how many characters into it that is.
    """
    first_frame = next((frame for frame in (stack or "").splitlines() if frame.strip()), "")
    native = _NATIVE_FRAME.match(first_frame)
    if native is not None:
        return f"{native['function']}() was given something that is not a function"
    if source is None or len(source) > _LONGEST:
        return None
    names = [call.callee for call in _calls_at(source, offset)]
    if not names:
        return None
    *others, last = names
    kind = "constructor" if last.startswith("new ") else "function"
    listed = ", ".join(others) + " or " if others else ""
    return f"{listed}{last.removeprefix('new ')} is not a {kind}"


class _Reader:
    """Goes through a source, and notes its calls with the function that each is in."""

    def __init__(self) -> None:
        self.calls: list[_Call] = []
        self.chain = ""  # what has just been read, if it can be called: "a.b.c"
        self.chain_begin = 0
        self.name_begin = 0  # of the last name in it
        self.previous = ""  # the last token that counts
        self.is_new = False
        self.open: list[tuple[str, _Call | None, int, str, int]] = []
        # bracket, the call it belongs to, the function around it, and the chain before it with its last name's place
        self.functions = 0
        self.function = 0

    def read(self, token: str, begin: int) -> None:
        if token.isspace() or token.startswith(("//", "/*")):
            return
        if token == "(" or token[0] == "`":
            self._call(token, begin)
        elif token in ("[", "{"):
            self._open(token, None)
        elif token in (")", "]", "}"):
            self._close(begin)
        elif token in (",", ";"):
            self._end_arrows()
            self.chain = ""
        elif re.match(r"[\w$#]", token):
            self._name(token, begin)
        elif token == "=>":
            self._open(token, None)
        elif token not in (".", "?."):
            self.chain = ""
        self.previous = token

    def _name(self, token: str, begin: int) -> None:
        is_member = self.previous in (".", "?.")
        self.is_new = token == "new" or (self.is_new and (is_member or self.previous == "new"))
        self.name_begin = begin
        if is_member:
            self.chain = f"{self.chain or '(…)'}.{token}"
        else:
            self.chain, self.chain_begin = ("" if token in _WORDS or token[0].isdigit() else token), begin

    def _call(self, token: str, begin: int) -> None:
        call = None
        if self.chain:
            callee, first = (f"new {self.chain}", self.chain_begin) if self.is_new else (self.chain, self.name_begin)
            call = _Call(callee, first, self.function)
            self.calls.append(call)
        self.is_new = False
        if token == "(":
            # What follows the brackets of a statement is not called.
            of_a_statement = self.previous in ("if", "while", "for", "switch", "catch", "with")
            self._open("statement" if of_a_statement else token, call)
        elif call is not None:
            call.end = begin

    def _open(self, token: str, call: _Call | None) -> None:
        self.open.append((token, call, self.function, self.chain, self.name_begin))
        if token == "=>" or (token == "{" and self.previous == ")"):  # also of statements, which does no harm
            self.function = self.functions = self.functions + 1
        self.chain = ""

    def _end_arrows(self) -> None:
        while self.open and self.open[-1][0] == "=>":
            self.function = self.open.pop()[2]

    def _close(self, begin: int) -> None:
        self._end_arrows()
        self.chain = ""
        if not self.open:
            return
        bracket, call, self.function, chain, self.name_begin = self.open.pop()
        if call is not None:
            call.end = begin
            self.chain = f"{chain}(…)"
        elif bracket == "(":
            self.chain = "(…)"
        elif bracket == "[" and chain:
            self.chain = f"{chain}[…]"


def _calls_at(source: str, offset: int) -> list[_Call]:
    """The calls that the place may be of, the outermost first."""
    reader = _Reader()
    function: int | None = None
    position = 0
    while position < len(source):
        token = _TOKEN.match(source, position)
        if source[position] == "/" and not re.match(r"[\w$)\]}]", reader.previous[-1:] or "("):
            token = _REGULAR_EXPRESSION.match(source, position) or token
        assert token is not None
        if function is None and token.end() > offset and not token[0].isspace():
            function = reader.function
        reader.read(token[0], position)
        position = token.end()
    around = [
        call
        for call in reader.calls
        if call.function == function and call.begin - 1 <= offset and (call.end is None or offset <= call.end)
    ]
    # One whose arguments call something later would have its place there.
    return [
        call
        for call in around
        if not any(
            later.begin - 1 > offset and (call.end is None or later.begin < call.end) and later.function == function
            for later in reader.calls
        )
    ]
