"""docs/SECURITY.md speaks of every op there is, once, and of no other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from engine.ops.registry import all_ops

PAGE = Path(__file__).parents[2] / "docs" / "SECURITY.md"


def test_every_op_has_a_row_and_every_row_an_op() -> None:
    named = Counter(re.findall(r"`(op_\w+)`", PAGE.read_text("utf-8")))
    ops = {op.name for op in all_ops()}
    assert ops - named.keys() == set(), "say in docs/SECURITY.md what a hostile realm could lie about, and what stops it"
    assert named.keys() - ops == set()
    assert [name for name, times in named.items() if times > 1] == []
