"""How much work an action is, counted: lines of the engine and calls in Python, steps of SQLite's machine, turns of loops and calls
in scripts.

Never seconds: the same on every machine, however busy it is. What C does in one call (`x in list`, a sort) counts as one.
"""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from engine.js.library import ffi
from engine.js.runtime import Runtime, runtimes
from engine.storage.index import Index

_ENGINE = str(Path(__file__).resolve().parents[2] / "engine")
_TICK = 10_000  # the engine looks whether it may go on each time that a context has taken so many turns
_SQL_STEPS = 10
_LARGEST_CONTEXT = 2048

SMALL = {"python": 4_000, "sql": 250, "javascript": 20_000}
"""Less than this is taken for as much: it says nothing about growth."""


@dataclass(frozen=True)
class Work:
    """`python`: lines and calls; `sql`: tens of steps; `javascript`: turns of loops and calls."""

    python: int
    sql: int
    javascript: int

    def times(self, before: Work) -> dict[str, float]:
        """How many times as much each kind is as it was `before`."""
        return {kind: max(getattr(self, kind), least) / max(getattr(before, kind), least) for kind, least in SMALL.items()}


class Counting:
    """Counts while `is_on`. Only what was begun inside of `counted_work` is counted: threads, profiles, heaps."""

    def __init__(self) -> None:
        self.is_on = False
        self._python = itertools.count()
        self._sql = itertools.count()
        self._ticks = 0
        self._is_ours: dict[CodeType, bool] = {}

    async def of(self, action: Callable[[], Awaitable[object]]) -> Work:
        """The work that an action is, with everything that goes on meanwhile."""
        before = self._now()
        self.is_on = True
        try:
            await action()
        finally:
            self.is_on = False
        after = self._now()
        return Work(*(end - begin for begin, end in zip(before, after, strict=True)))

    def _now(self) -> tuple[int, int, int]:
        turns = sum(_turns_of(realm.context) for runtime in runtimes() for realm in _realms(runtime))
        return next(self._python), next(self._sql), self._ticks * _TICK + turns

    def call(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        """A trace function: each call counts, and of the engine's functions each line."""
        if not self.is_on:
            return None
        next(self._python)
        code = frame.f_code
        is_ours = self._is_ours.get(code)
        if is_ours is None:
            is_ours = self._is_ours[code] = code.co_filename.startswith(_ENGINE)
        return self._line if is_ours else None

    def _line(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        if self.is_on:
            next(self._python)
        return self._line

    def sql_steps(self) -> int:
        """A progress handler of SQLite."""
        if self.is_on:
            next(self._sql)
        return 0

    def tick(self) -> None:
        if self.is_on:
            self._ticks += 1


@contextmanager
def counted_work() -> Iterator[Counting]:
    """Around everything whose work is to be counted: browsers are opened and closed inside."""
    counting = Counting()
    should_stop, index_init = Runtime.should_stop, Index.__init__

    def count_and_ask(runtime: Runtime) -> bool:
        counting.tick()
        return should_stop(runtime)

    def init_and_count(index: Index, *arguments: Any, **options: Any) -> None:
        index_init(index, *arguments, **options)
        index._connection.set_progress_handler(counting.sql_steps, _SQL_STEPS)

    before = sys.gettrace(), threading.gettrace()
    Runtime.should_stop, Index.__init__ = count_and_ask, init_and_count  # type: ignore[method-assign]
    threading.settrace(counting.call)
    sys.settrace(counting.call)
    try:
        yield counting
    finally:
        sys.settrace(before[0])
        threading.settrace(before[1])  # type: ignore[arg-type]
        Runtime.should_stop, Index.__init__ = should_stop, index_init  # type: ignore[method-assign]


def _realms(runtime: Runtime) -> list[Any]:
    realms = list(runtime.realms)
    return realms + [realm._of_bindings for realm in realms if realm._of_bindings is not None]


_counter_at: list[int] = []


def _turns_of(context: Any) -> int:
    """How many of the turns until the engine's next look a context has taken. From any thread."""
    if not _counter_at:
        _counter_at.append(_find_the_counter())
    return _TICK - int(ffi.cast("int32_t*", context)[_counter_at[0]])


def _find_the_counter() -> int:
    """Where a context counts them: the one number that goes down by as many as a loop has turns."""
    runtime = Runtime()
    realm = runtime.new_realm()
    words = ffi.cast("int32_t*", realm.context)
    found = set(range(_LARGEST_CONTEXT // 4))
    for turns in (100, 1000, 300):
        script = f"for (let i = 0; i < {turns}; i++);"
        realm.eval_script("0")
        before = list(words[0 : _LARGEST_CONTEXT // 4])
        realm.eval_script(script)
        found &= {at for at, was in enumerate(before) if turns <= was - words[at] < 3 * turns}
    runtime.dispose()
    assert len(found) == 1, f"the engine's contexts are laid out in another way: {found}"
    return found.pop()
