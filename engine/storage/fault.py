"""What the checker finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.storage.index import Index

FaultKind: TypeAlias = Literal[
    "damaged index",
    "unfinished repair",
    "damaged row",
    "dangling row",
    "missing part",
    "missing file",
    "short file",
    "long file",
    "changed bytes",
    "orphan file",
    "foreign file",
    "unowned body",
    "wrong owner count",
    "wrong usage",
    "wrong progress",
    "set aside",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what, and what repairing it does."""

    kind: FaultKind
    where: str
    what: str
    remedy: str
    repair: Callable[[Index], None] | None = field(default=None, compare=False, repr=False)
    """None: it is left to the user, or (a damaged index) repaired before the profile is open."""
