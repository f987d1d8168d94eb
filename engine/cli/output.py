"""The one door to the terminal: whatever is printed is safe to print, and what cannot be printed is told."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable
from typing import Final, TextIO

import click

from engine.cli.exit_codes import CommandFailed, ExitCode

_LONGEST: Final = 4000  # characters of a line; more is a page's way to bury what we say
_HARMLESS: Final = frozenset("\t\u200c\u200d")  # a tab; joiners, which emoji and many scripts need
_MOVES_THE_CURSOR: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    """`text` as one line that a terminal only shows.

    Control characters, line ends, what changes the direction of writing, and lone surrogates appear as escapes, as `\\x1b`:
    titles, console messages, addresses and file names come from sites, and must not move the cursor, change the window's
    title, write to the clipboard, or look like a line of ours.
    """
    if text.isascii() and text.isprintable() and len(text) <= _LONGEST:
        return text
    shown = "".join(_escaped(character) if _is_dangerous(character) else character for character in text[:_LONGEST])
    return shown if len(text) <= _LONGEST else f"{shown}… ({len(text) - _LONGEST:,} characters more)"


def _is_dangerous(character: str) -> bool:
    return unicodedata.category(character) in _MOVES_THE_CURSOR and character not in _HARMLESS


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Output:
    """Standard output for those who cannot be told that it is gone: a run goes on until it is asked to end.

    The first time that something cannot be written `when_lost` is called, on the thread that wanted to write, and from then
    on nothing is written any more. A file object as far as `rich` needs one.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.when_lost: Callable[[], object] = _do_nothing
        self.lost: str | None = None
        """Why it could not be written; None while it can."""

    @property
    def encoding(self) -> str:
        return self._stream.encoding

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        if self.lost is None:
            try:
                self._stream.write(text)
            except (OSError, ValueError) as error:
                self._lose(error)
        return len(text)

    def flush(self) -> None:
        if self.lost is None:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._lose(error)

    def print(self, line: str) -> None:
        """A line, at once."""
        self.write(printable(line) + "\n")
        self.flush()

    def print_record(self, record: object) -> None:
        """A JSON value in a line, at once. JSON escapes what is not ASCII."""
        self.write(json.dumps(record) + "\n")
        self.flush()

    def check(self) -> None:
        """Raises CommandFailed when something could not be written."""
        if self.lost is not None:
            raise output_failed(self.lost)

    def _lose(self, error: OSError | ValueError) -> None:
        self.lost = why(error)
        abandon(self._stream)
        self.when_lost()


def _do_nothing() -> None:
    return None


def standard_output() -> Output:
    """What is printed to now. Raises CommandFailed when the process was started without it."""
    if sys.stdout is None:
        raise output_failed("it is closed")
    return Output(sys.stdout)


def say(line: str) -> None:
    """Print a line to standard output. Raises CommandFailed when it cannot be written."""
    output = standard_output()
    output.print(line)
    output.check()


def say_record(record: object) -> None:
    """Print a JSON value in a line. Raises CommandFailed when it cannot be written."""
    output = standard_output()
    output.print_record(record)
    output.check()


def complain(message: str) -> None:
    """Say on standard error what was wrong; where there is none nobody is told."""
    try:
        click.echo(f"afterpage: {printable(message)}", err=True)
    except (OSError, ValueError):
        if sys.stderr is not None:
            abandon(sys.stderr)


def output_failed(reason: str) -> CommandFailed:
    return CommandFailed(f"standard output cannot be written: {reason}", ExitCode.OUTPUT)


def why(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def abandon(stream: TextIO) -> None:
    """What is still in the stream's buffer can go nowhere: the interpreter must not try it again when it ends."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def show_any_character() -> None:
    """A character that the terminal's encoding lacks is shown as an escape instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
