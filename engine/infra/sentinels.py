"""Values that mean something is not there, and the error that means we made a mistake."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias


class Failure(Enum):
    """What an algorithm returns when the specification says "return failure"."""

    FAILURE = "failure"

    def __repr__(self) -> str:
        return "failure"

    def __bool__(self) -> bool:
        return False


class Undefined(Enum):
    """JavaScript's undefined, where it must be told from null (`None`)."""

    UNDEFINED = "undefined"

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


FAILURE: Final = Failure.FAILURE
UNDEFINED: Final = Undefined.UNDEFINED


class EngineBug(Exception):
    """Something that cannot happen unless the engine itself is wrong. Never caught on the way; it fails the run."""


class EngineUnavailable(ImportError):
    """The JavaScript engine cannot be used on this machine: one sentence says why."""


WireValue: TypeAlias = "Undefined | bool | int | float | str | bytes | list[WireValue] | Record | None"
"""What may cross the border to JavaScript."""

Record: TypeAlias = dict[str, WireValue]
"""A plain object on its way over the border. Members that are undefined are absent."""
