"""What a name promises: `is_…` and `has_…` answer a question, and do nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def questions_without_an_answer(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.lstrip("_").startswith(("is_", "has_")):
            answer = ast.unparse(node.returns) if node.returns else "nothing"
            if answer != "bool" and not answer.startswith("TypeGuard"):
                yield f"{node.lineno}: {node.name} gives {answer}"


def test_questions_are_answered_by_yes_or_no() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{fault}"
        for folder in ("engine", "wpt_harness")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for fault in questions_without_an_answer(ast.parse(file.read_text("utf-8")))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("def is_open(self) -> bool: ...", 0),
        ("def is_url(value: object) -> TypeGuard[URL]: ...", 0),
        ("async def _has_bytes(data: bytes) -> bool: ...", 0),
        ("def has_changed(self) -> None: ...", 1),
        ("class A:\n    async def _is_next(self) -> int: ...", 1),
    ],
)
def test_the_check_sees_commands_that_are_named_as_questions(source: str, count: int) -> None:
    assert len(list(questions_without_an_answer(ast.parse(source)))) == count
