"""docs/SPEC-LEDGER.md: where a specification's text cannot be meant, and where we leave it, from the comments that say so at the step.

python docs/spec_ledger.py page     print it, as it has to be
python docs/spec_ledger.py update   write it
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[1]
_AlgorithmAt: TypeAlias = "Callable[[int], tuple[str, str]]"
PAGE = ROOT / "docs" / "SPEC-LEDGER.md"

_TAG = re.compile(r"\(?\b(?P<tag>SPEC-BUG|AD-HOC): (?P<text>.*)")
_OTHER_TAG = re.compile(r"\b(FIXME|NB|AD-HOC|SPEC-BUG|OPTIMIZATION)\b")
_STEP = re.compile(r"^[#/*\s]*(?P<step>\d[\d.–, ]*)\. ?(?P<said>.*)")
_COMMENT = re.compile(r"^\s*(?P<mark>#|//|/\*\*|\*(?!/))?\s*(?P<text>.*)$")
_LINK = re.compile(r"https?://[^\s)>,]+#[^\s)>,]+")
_JAVASCRIPT_NAME = re.compile(
    r"^(?:export )?(?:async )?(?:function\*? |class |const |let )(?P<name>\w+)"
    r"|^  (?:static |async |get |set |\*)*(?!if\b|for\b|while\b|switch\b|catch\b)(?P<member>\w+)\(.*\) \{$"
)


@dataclass(frozen=True)
class Entry:
    """One comment: the file, the algorithm with its specification's link, the step (""), what is said."""

    tag: str
    file: str
    algorithm: str
    link: str
    step: str
    text: str

    @property
    def package(self) -> str:
        return self.file.rpartition("/")[0]

    def __str__(self) -> str:
        name = f"[`{self.algorithm}`]({self.link})" if self.link else f"`{self.algorithm}`"
        step = f", step {self.step}" if self.step else ""
        return f"* {name}{step}, `{self.file}`: {self.text}"


def entries() -> list[Entry]:
    """All of them, by file and line."""
    found: list[Entry] = []
    for folder in ("engine", "js_bindings"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".js"):
                found += _entries_of(str(file.relative_to(ROOT)), file.read_text("utf-8"))
    return found


def _entries_of(file: str, source: str) -> Iterator[Entry]:
    lines = source.splitlines()
    algorithm_at = _python_algorithms(source) if file.endswith(".py") else _javascript_algorithms(lines)
    for at, line in enumerate(lines):
        if (match := _TAG.search(line)) is not None:
            name, link = algorithm_at(at)
            number, said = _step_of(line[: match.start()])
            yield Entry(match["tag"], file, name or Path(file).stem, link, number, said + _text(match, lines[at + 1 :]))


def _step_of(before: str) -> tuple[str, str]:
    """Its number, and what the line says of it before the tag."""
    step = _STEP.match(before)
    if step is None:
        return "", ""
    said = step["said"].strip().removesuffix(".")
    return step["step"].rstrip("."), said and f"{said}: "


def _text(match: re.Match[str], following: list[str]) -> str:
    """What follows the tag, to the end of the paragraph, of the comment, or to the next step or tag."""
    first, mark = match["text"], _COMMENT.match(match.string)
    assert mark is not None
    in_a_line_comment = mark["mark"] in ("#", "//")
    parts = [first]
    for line in following:
        comment = _COMMENT.match(line)
        assert comment is not None
        is_over = re.search(r'"""|\*/', parts[-1]) or (in_a_line_comment and comment["mark"] != mark["mark"])
        if is_over or _STEP.match(line) or _OTHER_TAG.search(line) or comment["text"].strip(' "*/') == "":
            break
        parts.append(comment["text"])
    text = re.split(r'"""|\s*\*/', " ".join(parts))[0].strip()
    return text.partition(")")[0] if match[0].startswith("(") else text


def _python_algorithms(source: str) -> _AlgorithmAt:
    spans: list[tuple[int, int, str, str]] = []

    def visit(node: ast.AST, names: tuple[str, ...], link: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = (*names, child.name)
                its_link = _link_in(ast.get_docstring(child)) or link
                spans.append((child.lineno - 1, (child.end_lineno or child.lineno) - 1, ".".join(inner), its_link))
                visit(child, inner, its_link)
            else:
                visit(child, names, link)

    tree = ast.parse(source)
    of_the_module = _link_in(ast.get_docstring(tree))
    visit(tree, (), of_the_module)

    def at(line: int) -> tuple[str, str]:
        around = [span for span in spans if span[0] <= line <= span[1]]
        return around[-1][2:] if around else ("", of_the_module)

    return at


def _javascript_algorithms(lines: list[str]) -> _AlgorithmAt:
    def at(line: int) -> tuple[str, str]:
        stands_above = re.match(r"\s*(/\*\*|\*)|//", lines[line]) is not None
        for number in range(line, len(lines)) if stands_above else range(line, -1, -1):
            if (match := _JAVASCRIPT_NAME.match(lines[number])) is not None:
                return match["name"] or match["member"], _link_above(lines, number)
        return "", ""

    return at


def _link_above(lines: list[str], number: int) -> str:
    """In the comment that stands directly above a definition."""
    comment = []
    for line in reversed(lines[:number]):
        if not re.match(r"\s*(/\*\*|\*|//)", line):
            break
        comment.append(line)
    return _link_in("\n".join(reversed(comment)))


def _link_in(text: str | None) -> str:
    match = _LINK.search(text or "")
    return match[0].rstrip(".:;(") if match else ""


def page() -> str:
    """docs/SPEC-LEDGER.md."""
    found = entries()
    return "\n".join(
        [
            "# Where we leave the specifications",
            "",
            "Made by `python docs/spec_ledger.py update` from the comments at the steps. Steps that are not taken at all are in",
            "[GAPS.md](GAPS.md); what other browsers do otherwise is in [INTEROP.md](INTEROP.md).",
            "",
            "## The text cannot be meant (SPEC-BUG)",
            *_by_package([entry for entry in found if entry.tag == "SPEC-BUG"]),
            "",
            "## We deviate (AD-HOC)",
            *_by_package([entry for entry in found if entry.tag == "AD-HOC"]),
            "",
        ]
    )


def _by_package(some: list[Entry]) -> Iterator[str]:
    for package in sorted({entry.package for entry in some}):
        yield f"\n### {package}\n"
        yield from (str(entry) for entry in some if entry.package == package)


def main() -> None:
    match sys.argv[1:]:
        case ["page"]:
            print(page(), end="")
        case ["update"]:
            PAGE.write_text(page(), "utf-8")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
