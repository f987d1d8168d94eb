"""What a reader should never have to meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("engine", "js_bindings", "wpt_harness", "examples", "benchmarks", "tests")
LONG_WITH_A_REASON: dict[str, str] = {}


def sources(*suffixes: str) -> Iterator[Path]:
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in suffixes and "__pycache__" not in file.parts:
                yield file


def test_no_tags_but_ours() -> None:
    tag = re.compile(r"\b(TO" + r"DO|XX" + r"X|HA" + r"CK)\b")
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sources(".py", ".js")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if tag.search(line)
    ]
    assert not found


def test_no_file_is_over_600_lines_without_a_reason() -> None:
    long = [str(file.relative_to(ROOT)) for file in sources(".py", ".js") if len(file.read_text().splitlines()) > 600]
    assert not set(long) - set(LONG_WITH_A_REASON)


def test_no_path_of_a_machine() -> None:
    path = re.compile(r"(^|[^A-Za-z0-9_.])/(work|root|home/\w+)/")
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sources(".py", ".js", ".idl", ".toml", ".html", ".md")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if path.search(line)
    ]
    assert not found


def test_no_bare_except() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in sources(".py")
        if re.search(r"^\s*except:", file.read_text(), re.MULTILINE)
    ]
    assert not found


def test_tests_mirror_the_tree() -> None:
    """Every test file of tests/engine and tests/js_bindings is named after what it tests."""
    missing = []
    for file in sorted((ROOT / "tests" / "engine").rglob("test_*.py")):
        folder = ROOT / "engine" / file.parent.relative_to(ROOT / "tests" / "engine")
        if not folder.is_dir() and not folder.with_suffix(".py").is_file():
            missing.append(str(file.relative_to(ROOT)))
    for file in sorted((ROOT / "tests" / "js_bindings").rglob("test_*.py")):
        folder = ROOT / "js_bindings" / file.parent.relative_to(ROOT / "tests" / "js_bindings")
        if not folder.is_dir():
            missing.append(str(file.relative_to(ROOT)))
    assert not missing
