"""What is printed is safe to print."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.output import Output, printable, say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Größe · 日本 👩‍👩‍👧", "Größe · 日本 👩‍👩‍👧"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x1b[2J\x1b[31m", r"\x1b[2J\x1b[31m"),
        ("\x9b31m", r"\x9b31m"),
        ("one\r\nsuccess   forged", r"one\x0d\x0asuccess   forged"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u2028b\u2029c\x85d", r"a\u2028b\u2029c\x85d"),
        ("lone \ud83d half", r"lone \ud83d half"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("[/red] [bold]x", "[/red] [bold]x"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(codec=None), max_size=60))
def test_nothing_that_is_printed_can_move_the_cursor(text: str) -> None:
    shown = printable(text).replace("\t", "").replace("\u200c", "").replace("\u200d", "")
    assert not [character for character in shown if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_a_line_without_end_is_cut_and_says_so() -> None:
    assert printable("x" * 1_000_000).endswith("… (996,000 characters more)")
    assert len(printable("\x00" * 1_000_000)) < 20_000


class Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_an_output_that_is_lost_says_so_once_and_is_left_alone() -> None:
    output, told = Output(Full()), []
    output.when_lost = lambda: told.append(1)
    output.print("a line")
    output.print_record({"event": "end"})
    output.flush()
    assert told == [1]
    with pytest.raises(CommandFailed, match="No space left on device") as caught:
        output.check()
    assert caught.value.code is ExitCode.OUTPUT


def test_records_are_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    Output(out).print_record({"text": "é" * 10_000})
    assert len(out.getvalue()) > 60_000 and out.getvalue().isascii()


def test_say_prints_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1bb")
    assert capsys.readouterr().out == "a\\x1bb\n"
