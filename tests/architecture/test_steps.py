"""Step comments are well-formed: each says what it is about, ranges are written in one way, and numbers go up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_NUMBER = r"\d+(?:\.\d+)*"
_NUMBERS = rf"{_NUMBER}(?:–{_NUMBER})?(?:, {_NUMBER}(?:–{_NUMBER})?)*"
STEP = re.compile(rf"^\s*(?:#|//) (?P<numbers>{_NUMBERS})\.(?: (?P<text>.*))?$")
STEP_LIKE = re.compile(r"^\s*(?:#|//)\s*\d+(?:\.\d+)*(?:\s*[-–.,]\s*\d+(?:\.\d+)*)*\.(?:\s|$)")

FOLDERS = ("engine", "js_bindings")


def lines() -> Iterator[tuple[str, str]]:
    """(where, line) of all sources."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".js"):
                for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                    yield f"{file.relative_to(ROOT)}:{number}", line


def faults_of(line: str) -> str:
    """What is wrong with a step's comment; empty for none, and for what is none."""
    if STEP_LIKE.match(line) is None:
        return ""
    step = STEP.match(line)
    if step is None or re.match(rf"{_NUMBER}\.(?:\s|$)|(?:to|and) \d|\(and ", step["text"] or ""):
        return 'numbers are written "1.", "1–3.", "2.1–2.3.", "1, 3–4."'
    for part in step["numbers"].split(", "):
        first, _, last = part.partition("–")
        if last and (first.split(".")[:-1] != last.split(".")[:-1] or int(first.split(".")[-1]) >= int(last.split(".")[-1])):
            return f"{part} is no range"
    return "" if step["text"] else "a number without a text"


def test_steps_are_well_formed() -> None:
    found = [f"{where}: {fault}" for where, line in lines() if (fault := faults_of(line)) and fault != "a number without a text"]
    assert not found, "\n".join(found)


def test_steps_say_what_they_are_about() -> None:
    bare = [where for where, line in lines() if faults_of(line) == "a number without a text"]
    assert not bare, "\n".join(bare)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("    # 1. Get the response.", ""),
        ("  // 2.1–2.3, 4. Get the response.", ""),
        ("    # 1999 was long ago.", ""),
        ("    # 1.", "a number without a text"),
        ("  // 1-2. Get it.", "written"),
        ("  // 1. 2. Get it.", "written"),
        ("  // 1. to 3. Get it.", "written"),
        ("  // 1. (and 2.1)", "written"),
        ("    # 2.1–3. Get it.", "no range"),
        ("    # 3–2. Get it.", "no range"),
    ],
)
def test_the_check_sees_what_is_wrong(line: str, fault: str) -> None:
    assert fault in faults_of(line) and bool(fault) == bool(faults_of(line))
