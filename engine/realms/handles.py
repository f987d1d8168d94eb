"""Integers that stand for Python objects in a realm."""

from __future__ import annotations

import itertools
from typing import Any, TypeVar

from engine.infra import EngineBug
from engine.js.errors import AgentClosed

T = TypeVar("T")


class Handles:
    """One environment's table. A script never sees a handle; the bindings give each back when its object is gone."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._numbers = itertools.count(1)
        self._drained = False

    def add(self, value: object) -> int:
        handle = next(self._numbers)
        self._objects[handle] = value
        return handle

    def get(self, handle: int, kind: type[T]) -> T:
        """The object behind a handle. Raises EngineBug when there is none, or it is of another kind; AgentClosed after
        `drain`, which a script that still runs cannot know of."""
        value = self._objects.get(handle)
        if not isinstance(value, kind):
            if self._drained:
                raise AgentClosed("the environment has ended")
            raise EngineBug(f"handle {handle} stands for {type(value).__name__}, not {kind.__name__}")
        return value

    def find(self, handle: int, kind: type[T]) -> T | None:
        """The same, None for a handle that has ended meanwhile."""
        return self.get(handle, kind) if handle in self._objects else None

    def take(self, handle: int, kind: type[T]) -> T:
        """The same, and the handle ends."""
        value = self.get(handle, kind)
        del self._objects[handle]
        return value

    def release(self, handle: int) -> Any:
        """End a handle; its object, or None when it had ended already."""
        return self._objects.pop(handle, None)

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
