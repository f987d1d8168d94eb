"""Integers that stand for Python objects in a realm."""

from __future__ import annotations

import itertools
from typing import Any, TypeVar
from weakref import WeakSet

from engine.js.errors import AgentClosed
from engine.webidl.exceptions import JSTypeError

T = TypeVar("T")


class Handles:
    """One environment's table. A script never sees a handle; the bindings give each back when its object is gone.

    Realms of one agent and one origin hand objects to each other, and their handles with them: so the tables of a `family`
    share their numbers, and each finds what is in the others. Any other number stands for nothing, whoever it belongs to.
    """

    def __init__(self, family: Handles | None = None) -> None:
        self._objects: dict[int, Any] = {}
        self._numbers: itertools.count[int] = itertools.count(1) if family is None else family._numbers
        self._family: WeakSet[Handles] = WeakSet() if family is None else family._family
        self._family.add(self)
        self._drained = False

    def add(self, value: object) -> int:
        handle = next(self._numbers)
        self._objects[handle] = value
        return handle

    def get(self, handle: int, kind: type[T]) -> T:
        """The object behind a handle. Raises JSTypeError when there is none, or it is of another kind; AgentClosed after
        `drain`, which a script that still runs cannot know of."""
        value = self._table_with(handle).get(handle)
        if not isinstance(value, kind):
            if self._drained:
                raise AgentClosed("the environment has ended")
            raise JSTypeError(f"there is no such {kind.__name__}: {handle}")
        return value

    def find(self, handle: int, kind: type[T]) -> T | None:
        """The same, None for a handle that has ended meanwhile."""
        value = self._table_with(handle).get(handle)
        return value if isinstance(value, kind) else None

    def take(self, handle: int, kind: type[T]) -> T:
        """The same, and the handle ends."""
        value = self.get(handle, kind)
        del self._table_with(handle)[handle]
        return value

    def release(self, handle: int, kind: type[T]) -> T | None:
        """End a handle; its object, or None when it had ended already, or stands for something else."""
        table = self._table_with(handle)
        value = table.get(handle)
        return table.pop(handle, None) if isinstance(value, kind) else None

    def _table_with(self, handle: int) -> dict[int, Any]:
        if handle not in self._objects:
            for table in list(self._family):
                if handle in table._objects:
                    return table._objects
        return self._objects

    def of_kind(self, kind: type[T]) -> list[T]:
        """The objects of one kind; their handles stay."""
        return [value for value in list(self._objects.values()) if isinstance(value, kind)]

    def drain(self) -> list[Any]:
        """End all handles, when their environment ends; their objects."""
        self._drained = True
        values = list(self._objects.values())
        self._objects.clear()
        return values

    def values(self) -> list[Any]:
        """The objects that there are handles for now. From any thread."""
        return list(self._objects.values())

    def __len__(self) -> int:
        return len(self._objects)
