"""Texts that are numbers, as others write them: of any length, and never an error."""

from __future__ import annotations

from typing import Final

LARGEST_INTEGER: Final = 2**63 - 1
"""No length, position, age or count that comes from elsewhere is larger."""


_FEW_DIGITS: Final = 18


def parse_non_negative_integer(text: str | bytes, largest: int = LARGEST_INTEGER) -> int | None:
    """ASCII digits, and nothing else, as a number; None for anything else. What is larger than `largest` counts as that.

    NB: int() also takes signs, underscores, spaces and the digits of other scripts, and refuses thousands of digits.
    """
    if not (text.isascii() and text.isdigit()):
        return None
    # OPTIMIZATION: most are short.
    if len(text) <= _FEW_DIGITS:
        return min(int(text), largest)
    digits = text.lstrip("0" if isinstance(text, str) else b"0")  # type: ignore[arg-type]  # the same kind as the text
    return largest if len(digits) > len(str(largest)) else min(int(digits or "0"), largest)
