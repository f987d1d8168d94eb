"""docs/SECURITY.md speaks of every op there is, once, and of no other; the tests that it names are there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from engine.ops.registry import all_ops

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "SECURITY.md"


def test_every_op_has_a_row_and_every_row_an_op() -> None:
    named = Counter(re.findall(r"`(op_\w+)`", PAGE.read_text("utf-8")))
    ops = {op.name for op in all_ops()}
    assert ops - named.keys() == set(), "say in docs/SECURITY.md what a hostile realm could lie about, and what stops it"
    assert named.keys() - ops == set()
    assert [name for name, times in named.items() if times > 1] == []


def test_the_tests_that_are_named_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE.read_text("utf-8"))
    assert len(named) > 40
    for file, test in named:
        assert re.search(rf"def {test or 'test_'}", (ROOT / file).read_text("utf-8")), f"{file} has no {test or 'tests'}"
