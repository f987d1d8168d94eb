"""https://html.spec.whatwg.org/#event-loops: the loop each agent runs on its thread."""

from __future__ import annotations

import concurrent.futures
import heapq
import itertools
import queue
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from engine.event_loop.clock import Clock

TaskSource: TypeAlias = Literal[
    "background fetch task source",
    "BroadcastChannel task source",
    "client message queue",
    "database access task source",
    "DOM manipulation task source",
    "fetch task source",
    "file reading task source",
    "handle fetch task source",
    "handle functional event task source",
    "idle-task task source",
    "JavaScript engine task source",
    "navigation and traversal task source",
    "networking task source",
    "performance timeline task source",
    "permission task source",
    "posted message task source",
    "serviceworker lifecycle task source",
    "storage task source",
    "timer task source",
    "user interaction task source",
    "engine",
]
"""The specifications' task sources, and (NB) "engine" for what no specification names: starting, upcalls, stopping."""

Steps: TypeAlias = Callable[[], object]
_Kept: TypeAlias = "tuple[Steps, float | None]"  # and the time it sees; None: whatever it is

_LONGEST_WAIT = 3600.0  # a lock takes no longer one everywhere; the loop just looks again
_STALE_TIMERS_KEPT = 256


class EventLoop:
    """One agent's event loop.

    Tasks may be queued from any thread and run in the order they were queued: each task source keeps its order, as
    https://html.spec.whatwg.org/#task-source asks, and no source is preferred. Everything else belongs to the agent's thread.
    """

    def __init__(self, clock: Clock, run_task: Callable[[Steps], None]) -> None:
        self.tasks_run = 0
        self._in_a_task = False
        self.blocked_on: concurrent.futures.Future[Any] | None = None
        self._clock = clock
        self._run_task = run_task  # runs one task's steps and the microtask checkpoint after it
        self._incoming: queue.SimpleQueue[tuple[TaskSource, Steps] | None] = queue.SimpleQueue()
        self._kept: deque[_Kept] = deque()
        self._timers: list[tuple[float, int]] = []
        self._timer_steps: dict[int, tuple[Steps, object]] = {}
        self._timer_ids = itertools.count(1)
        self._moment: float | None = None
        self._is_behind = False
        self._time_has_moved = False
        self._stopping = False
        self._running = False
        self._end_clock_wakes = clock.when_changed(self.wake)
        self._detach = clock.attach(self)

    def now(self) -> float:
        """The time as what runs now sees it, in seconds of the clock: a timer that is late on a fake clock sees when it was due."""
        return self._clock.now() if self._moment is None else self._moment

    def queue_a_task(self, source: TaskSource, steps: Steps) -> None:
        """https://html.spec.whatwg.org/#queue-a-task. From any thread."""
        if not self._stopping:  # nobody may ever look at it
            self._incoming.put((source, steps))

    def wake(self) -> None:
        """Make the loop look at its timers again. From any thread."""
        self._incoming.put(None)

    def stop(self) -> None:
        """End `run` after the present task; tasks still queued are dropped. From any thread."""
        self._stopping = True
        self.wake()

    def let_go(self) -> None:
        """The clock forgets it: it does not run any more, or never will. Once or more."""
        self._end_clock_wakes()
        self._detach()

    @property
    def stopping(self) -> bool:
        return self._stopping

    def set_timer(self, delay: float, steps: Steps, owner: object = None) -> int:
        """Queue `steps` on the timer task source once `delay` seconds have passed. Returns an id for `clear_timer`."""
        timer = next(self._timer_ids)
        self._timer_steps[timer] = (steps, owner)
        heapq.heappush(self._timers, (self.now() + max(0.0, delay), timer))
        return timer

    def clear_timer(self, timer: int, owner: object = None) -> None:
        """Forget a timer. Does nothing when it has run, never was, or is another owner's."""
        entry = self._timer_steps.get(timer)
        if entry is None or entry[1] is not owner:
            return
        del self._timer_steps[timer]
        if len(self._timers) > 2 * len(self._timer_steps) + _STALE_TIMERS_KEPT:
            self._timers = [entry for entry in self._timers if entry[1] in self._timer_steps]
            heapq.heapify(self._timers)

    @property
    def pending_timers(self) -> int:
        return len(self._timer_steps)

    @property
    def is_blocked(self) -> bool:
        """Whether its thread waits for an answer that has not come. From any thread."""
        answer = self.blocked_on
        return answer is not None and not answer.done()

    @property
    def is_running(self) -> bool:
        """Whether it has begun and will go on. From any thread."""
        return self._running and not self._stopping

    @property
    def is_busy(self) -> bool:
        """Whether a task runs, waits, or is due. From any thread."""
        if not self.is_running:
            return False
        due = self.next_due
        return self._in_a_task or bool(self._kept) or not self._incoming.empty() or (due is not None and due <= self._clock.now())

    @property
    def next_due(self) -> float | None:
        """When its earliest timer is due; None: it has none. From any thread."""
        return min((due for due, timer in list(self._timers) if timer in self._timer_steps), default=None)

    def run(self) -> None:
        """https://html.spec.whatwg.org/#event-loop-processing-model, until `stop`."""
        self._running = True
        try:
            while not self._stopping:
                task = self._next_task()
                if task is not None:
                    steps, self._moment = task
                    self._in_a_task = True
                    self._run_task(steps)
                    self._in_a_task = False
                    self._moment = None
                    self.tasks_run += 1
        finally:
            self._running = False
            self.let_go()
            self._timers.clear()
            self._timer_steps.clear()
            self._kept.clear()
            while not self._incoming.empty():
                self._incoming.get_nowait()

    def _next_task(self) -> _Kept | None:
        if not self._kept:
            if self._timers:
                self._keep_due_timers()
            else:
                self._is_behind = self._time_has_moved = False
        if self._kept:
            return self._kept.popleft()
        try:
            task = self._incoming.get(timeout=self._patience())
        except queue.Empty:
            return None
        if task is None:
            self._time_has_moved = True
            return None
        return task[1], None

    def _keep_due_timers(self) -> None:
        now = self._clock.now()
        self._forget_cleared_timers()
        time_has_moved, self._time_has_moved = self._time_has_moved, False
        if not self._timers or self._timers[0][0] > now:
            self._is_behind = False
            return
        if not self._is_behind and not time_has_moved:
            # Tasks that were queued before the timer was due go first, as they were queued first.
            self._kept.extend(self._drain())
        # NB: time that was let pass is gone through from timer to timer, as if nobody had been late.
        moment = self._clock.moment_of(self._timers[0][0])
        self._is_behind = moment < now
        while self._timers and self._timers[0][0] <= moment:
            _, timer = heapq.heappop(self._timers)
            if timer in self._timer_steps:
                self._kept.append((lambda timer=timer: self._run_timer(timer), moment))  # type: ignore[misc]

    def _drain(self) -> list[_Kept]:
        """The tasks that have been queued; on a clock that jumps, those from before it did."""
        tasks: list[_Kept] = []
        while True:
            try:
                task = self._incoming.get_nowait()
            except queue.Empty:
                return tasks
            if task is None:
                return tasks
            tasks.append((task[1], None))

    def _run_timer(self, timer: int) -> None:
        entry = self._timer_steps.pop(timer, None)
        if entry is not None:
            entry[0]()

    def _forget_cleared_timers(self) -> None:
        while self._timers and self._timers[0][1] not in self._timer_steps:
            heapq.heappop(self._timers)

    def _patience(self) -> float | None:
        if not self._timers:
            return None
        self._forget_cleared_timers()
        wait = self._clock.timeout_until(self._timers[0][0]) if self._timers else None
        return wait if wait is None else min(wait, _LONGEST_WAIT)
