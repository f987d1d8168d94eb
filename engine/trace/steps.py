"""Reading the steps out of the source: a function whose docstring begins with a specification link, and its comments "# 5.3. …".

A function or method without a link of its own belongs to the algorithm that the docstring of its module begins with, if it does.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

_LINK = re.compile(r"https://\S+#\S+")
_NUMBER = r"\d+(?:\.\d+)*"
_STEP = re.compile(rf"#\s*(?P<numbers>{_NUMBER}(?:–{_NUMBER})?(?:, {_NUMBER}(?:–{_NUMBER})?)*)\.(?:\s+(?P<text>.*)|$)")


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered comment: what it says, and whether it stands for something that is done (not a FIXME)."""

    number: str
    """Of several that one comment is about: "2.1–2.3", "1, 3–4"."""
    text: str
    line: int
    first_code_line: int
    """The line of code that the comment introduces; the step has been taken when it runs."""

    @property
    def is_missing(self) -> bool:
        return self.text.startswith("FIXME")


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One function that is an algorithm of a specification."""

    name: str
    link: str
    file: str
    first_line: int
    steps: tuple[Step, ...]


def algorithms_of(file: Path) -> list[Algorithm]:
    """Every algorithm of a source file that has numbered steps."""
    source = file.read_text("utf-8")
    comments = _comments(source)
    found = []
    tree = ast.parse(source)
    module_link = _LINK.match(ast.get_docstring(tree) or "")
    owners: list[ast.Module | ast.ClassDef] = [tree, *_classes(tree)]
    outermost = {id(node) for owner in owners for node in owner.body}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        link = _LINK.match(ast.get_docstring(function) or "")
        if link is None and id(function) in outermost:
            link = module_link
        steps = _steps_in(function, comments) if link is not None else ()
        if link is not None and steps:
            found.append(Algorithm(function.name, link[0].rstrip(":,;."), str(file), function.lineno, steps))
    return found


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def _steps_in(function: ast.FunctionDef | ast.AsyncFunctionDef, comments: dict[int, str]) -> tuple[Step, ...]:
    """Comments inside a nested function are steps of the algorithm around it: they run later."""
    code = sorted({node.lineno for node in ast.walk(function) if isinstance(node, ast.stmt)} - {function.lineno})
    steps = []
    for line in range(function.lineno, (function.end_lineno or function.lineno) + 1):
        match = _STEP.match(comments.get(line, ""))
        after = next((candidate for candidate in code if candidate >= line), None)
        if match is not None and after is not None:
            steps.append(Step(match["numbers"], match["text"] or "", line, after))
    return tuple(steps)
