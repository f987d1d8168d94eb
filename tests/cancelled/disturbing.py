"""Disturbs a task at its n-th await: the loop's tasks are driven through here, so that each of their waits can be counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from tests.cancelled.patience import MOVEMENTS

Moment: TypeAlias = Literal["waiting", "over", "again"]
"""While it waits · in the moment in which the wait is over · while it waits, and once more at the next await."""

How: TypeAlias = Literal["cancelled", "closed", "stopped", "left", "paused", "aborted"]
"""The task is cancelled · the browser is closed · its workers are stopped · the page is closed · background fetches are paused, and
then resumed · they are aborted."""

MOMENTS_OF: Final[dict[How, tuple[Moment, ...]]] = {
    "cancelled": ("waiting", "over", "again"),
    "closed": ("waiting", "over"),
    "stopped": ("waiting", "over"),
    "left": ("waiting", "over"),
    "paused": ("waiting", "over"),
    "aborted": ("waiting", "over"),
}

NOT_CANCELLED: Final = {
    "to its end:": "nobody can cancel it (engine/event_loop/cancelling.py)",
    "background fetch": "only the browser's end does; the next run goes on",
    "WriteBehind": "what is written behind belongs to nobody who waits for it",
    "BodyWriter.flush": "a part of that",
    "records of a background fetch": "the same; what it waits for is interrupted when the fetch is paused or aborted",
}
"""How the names of tasks begin that nobody cancels alone, and why not."""


@dataclass(frozen=True)
class Place:
    """The `number`-th await, from 1, of the `which`-th task, from 1, of that name; and what happens there."""

    task: str
    which: int
    number: int
    moment: Moment
    how: How = "cancelled"

    def __str__(self) -> str:
        return f"{self.task} #{self.which}, await {self.number}, {self.moment}, {self.how}"


class Watched:
    """A task's steps, which count their waits."""

    def __init__(self, watch: Onlooker, steps: Coroutine[Any, Any, Any]) -> None:
        self.__name__ = self.__qualname__ = getattr(steps, "__qualname__", "steps")
        self._watch = watch
        self._steps = steps
        self.name = ""
        self.which = 0
        self.waits = 0

    def send(self, value: Any) -> Any:
        return self._noted(self._steps.send(value))

    def throw(self, *error: Any) -> Any:
        return self._noted(self._steps.throw(*error))

    def close(self) -> None:
        self._steps.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._steps.__await__()

    def _noted(self, waited: Any) -> Any:
        MOVEMENTS.note()
        if not self.waits:
            # Only now the task has its name.
            self._watch.name(self)
        self.waits += 1
        self._watch.has_begun_to_wait(self, waited)
        return waited


Coroutine.register(Watched)


class Onlooker:
    """Sees that tasks move, and does nothing."""

    def has_begun_to_wait(self, watched: Watched, waited: Any) -> None:
        """A task does so, on something or for its next turn."""

    def name(self, watched: Watched) -> None:
        """It waits for the first time."""

    def new_task(self, loop: asyncio.AbstractEventLoop, steps: Any, **options: Any) -> asyncio.Task[Any]:
        """A task factory."""
        return asyncio.Task(Watched(self, steps), loop=loop, **options)  # type: ignore[arg-type]


class Watch(Onlooker):
    """What is to happen, and whether it has. `disturb`: what is done to the task there; by default it is cancelled."""

    def __init__(self, place: Place | None = None, disturb: Callable[[asyncio.Task[Any]], object] | None = None) -> None:
        self.place = place
        self.tasks: list[Watched] = []
        self.has_happened = False
        self.is_over = False
        """Nothing is to happen any more."""
        self._disturb = disturb or (lambda task: task.cancel())
        self._times: dict[str, int] = {}

    def has_begun_to_wait(self, watched: Watched, waited: Any) -> None:
        place = self.place
        if place is None or (watched.name, watched.which) != (place.task, place.which):
            return
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        if watched.waits == place.number or (place.moment == "again" and watched.waits == place.number + 1):
            if place.moment == "over" and waited is not None:
                # Before the task hears of it.
                waited.add_done_callback(lambda _: self._happen(task))
            else:
                loop.call_soon(self._happen, task)

    def _happen(self, task: asyncio.Task[Any]) -> None:
        if not self.is_over:
            self.has_happened = True
            self._disturb(task)

    def name(self, watched: Watched) -> None:
        task = asyncio.current_task()
        assert task is not None
        name, steps = task.get_name(), watched.__qualname__
        watched.name = _general(steps if name.startswith("Task-") or steps.startswith("WriteBehind") else name)
        watched.which = self._times[watched.name] = self._times.get(watched.name, 0) + 1
        self.tasks.append(watched)


def _general(name: str) -> str:
    """Without what is another in each run: addresses, numbers, quoted names."""
    import re

    name = re.sub(r"https?://\S+", "…", name)
    name = re.sub(r"'[^']*'", "…", name)
    name = re.sub(r"<[^>]*>|ServiceWorker\(.*|Registration\(.*", "…", name)
    return re.sub(r"\d+", "…", name)


@contextmanager
def watched_by(watch: Onlooker) -> Iterator[None]:
    """All tasks that are made meanwhile are watched."""
    loop = asyncio.get_running_loop()
    before = loop.get_task_factory()
    loop.set_task_factory(watch.new_task)
    try:
        yield
    finally:
        loop.set_task_factory(before)
