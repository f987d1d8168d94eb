"""Event loops, tasks and parallel steps: the only package that speaks asyncio.

Two kinds of threads exist. Each agent has a thread of its own that runs an `EventLoop`
(https://html.spec.whatwg.org/#event-loops). Everything that specifications do "in parallel"
runs on the one browser thread, as coroutines: `in_parallel`, and the awaitable tools below.
"""

from __future__ import annotations

from engine.event_loop.cancelling import (
    Unstoppable,
    acquire_whatever_comes,
    end_of,
    run_to_its_end,
    run_to_its_end_on_thread,
    together,
)
from engine.event_loop.clock import Clock, SystemClock
from engine.event_loop.endings import all_ended, raise_first, run_every_step
from engine.event_loop.event_loop import EventLoop, TaskSource
from engine.event_loop.fake_clock import FakeClock
from engine.event_loop.faults import Reporter, call_and_report, errors_reported_to, present_reporter, use_reporter
from engine.event_loop.parallel import (
    BrowserThread,
    Cancelled,
    Event,
    Future,
    Interrupted,
    Interruption,
    Lock,
    ParallelSteps,
    Queue,
    Semaphore,
    TimedOut,
    begin_in_parallel,
    fail,
    first_completed,
    gather,
    in_parallel,
    run_on_thread,
    timeout_after,
    yield_to_others,
)
from engine.event_loop.settling import under_way, wait_while
from engine.event_loop.threads import run_on_its_own_thread, start_a_thread

__all__ = [
    "BrowserThread",
    "Cancelled",
    "Clock",
    "Event",
    "EventLoop",
    "FakeClock",
    "Future",
    "Interrupted",
    "Interruption",
    "Lock",
    "ParallelSteps",
    "Queue",
    "Reporter",
    "Semaphore",
    "SystemClock",
    "TaskSource",
    "TimedOut",
    "Unstoppable",
    "acquire_whatever_comes",
    "all_ended",
    "begin_in_parallel",
    "call_and_report",
    "end_of",
    "errors_reported_to",
    "fail",
    "first_completed",
    "gather",
    "in_parallel",
    "present_reporter",
    "raise_first",
    "run_every_step",
    "run_on_its_own_thread",
    "run_on_thread",
    "run_to_its_end",
    "run_to_its_end_on_thread",
    "start_a_thread",
    "timeout_after",
    "together",
    "under_way",
    "use_reporter",
    "wait_while",
    "yield_to_others",
]
