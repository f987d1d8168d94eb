"""Enumerations of the specifications, which are Literal types here, and texts that are to be one of their words. Ours."""

from __future__ import annotations

from typing import Any, get_args


def word_of(words: Any, text: object) -> Any:
    """`text`, which is one of the words of a Literal type. Raises ValueError: something else was written down."""
    if text not in get_args(words):
        raise ValueError(f"{text!r} is none of {', '.join(get_args(words))}")
    return text
