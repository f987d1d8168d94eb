"""engine/infra/words.py"""

from __future__ import annotations

from typing import Literal

import pytest

from engine.infra.words import word_of


def test_a_word_is_itself() -> None:
    assert word_of(Literal["", "lax"], "lax") == "lax"
    assert word_of(Literal["", "lax"], "") == ""


@pytest.mark.parametrize("other", ["LAX", b"lax", 5, None, [], "lax "])
def test_anything_else_is_refused(other: object) -> None:
    with pytest.raises(ValueError, match="is none of"):
        word_of(Literal["", "lax"], other)
