"""What can go wrong in JavaScript, as Python sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FRAME = re.compile(
    r"^\s*at (?:(?P<function>.*?) \()?(?P<file>.*?)(?::(?P<line>[0-9]{1,9}))?(?::(?P<column>[0-9]{1,9}))?\)?$"
)
_LONGEST_FRAME, _MOST_FRAMES = 2000, 100  # a script can write a stack of its own


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a script something happened. Lines and columns count from 1."""

    url: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.url}:{self.line}:{self.column}"


class JSError(Exception):
    """A script threw. `value` is what it threw: a primitive or a `Handle`."""

    def __init__(self, message: str, stack: str | None, value: object) -> None:
        super().__init__(message)
        self.message = message
        self.stack = stack
        self.value = value

    @property
    def place(self) -> Place | None:
        """Where it was thrown, as far as the stack tells."""
        return place_of(self.stack)


    @property
    def is_out_of_memory(self) -> bool:
        """Whether the engine threw it for want of memory, as far as can be seen: a script could write the same."""
        return self.message.endswith("out of memory") or (self.value is None and self.stack is None)


class ScriptInterrupted(Exception):
    """A script was stopped from outside: it ran longer than its limit, or its agent is being closed."""


class AgentClosed(Exception):
    """The agent has been closed; nothing can run in it any more."""


def place_of(stack: str | None) -> Place | None:
    """The first place a stack names that is in a script (native functions, the bindings and texts like JSON have none to show)."""
    for line in (stack or "")[: _LONGEST_FRAME * _MOST_FRAMES].splitlines()[:_MOST_FRAMES]:
        frame = None if len(line) > _LONGEST_FRAME else _FRAME.match(line)
        if frame is None or frame["line"] is None or frame["file"] == "<input>" or frame["file"].startswith("js_bindings/"):
            continue
        return Place(frame["file"], int(frame["line"]), int(frame["column"] or 1))
    return None


def offset_of(source: str, first_line: int, place: Place) -> int | None:
    """How many characters into `source`, whose first line has the number `first_line`, `place` is; None if it has no such line."""
    lines = source.splitlines(keepends=True)
    index = place.line - first_line
    return sum(map(len, lines[:index])) + place.column - 1 if 0 <= index < len(lines) else None


def excerpt(source: str, first_line: int, place: Place) -> str | None:
    """The line of `source` that `place` is in, with its number and a mark under the column; None if it has no such line."""
    lines = source.splitlines()
    index = place.line - first_line
    if not 0 <= index < len(lines) or not lines[index].strip():  # NB: what stands before a script in its document is blank
        return None
    text = lines[index].rstrip()[:300]
    indent = "".join("\t" if character == "\t" else " " for character in text[: place.column - 1])
    number = str(place.line)
    return f"  {number} | {text}\n  {' ' * len(number)} | {indent}^"
