"""https://html.spec.whatwg.org/#agents-and-agent-clusters: a heap, a thread and an event loop."""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

from engine.event_loop import BrowserThread, Clock, EventLoop, Future, TaskSource, start_a_thread, under_way
from engine.js.errors import AgentClosed, JSError, ScriptInterrupted
from engine.js.realm import Realm
from engine.js.runtime import Limits, Runtime
from engine.js.values import Handle

T = TypeVar("T")

_THREAD_STACK_MARGIN = 16 << 20
_LEAST_WATCH = 0.05  # seconds between two looks at an agent
_thread_stack_lock = threading.Lock()
_threads: WeakSet[threading.Thread] = WeakSet()


def threads_left_behind(patience: float = 0.0) -> list[str]:
    """The names of agents whose threads still run, after waiting for them for `patience` seconds in all. From any thread.

    When all browsers have been closed these are in calls that nobody can interrupt.
    """
    until = time.monotonic() + patience
    with _thread_stack_lock:
        threads = list(_threads)
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return [thread.name for thread in threads if thread.is_alive()]



class AgentHost(Protocol):
    """Who is told what happens in an agent. Called on the agent's thread."""

    def report_exception(self, agent: Agent, error: JSError) -> None:
        """A task's script threw and nothing caught it."""

    def report_interruption(self, agent: Agent, interruption: ScriptInterrupted) -> None:
        """A task's script was stopped from outside or for its limits."""

    def report_full_budget(self, agent: Agent, sentence: str) -> None:
        """Something was refused because too much is kept outside the agent's heap. On any thread."""

    def report_bug(self, agent: Agent, error: Exception) -> None:
        """Something failed that must not: an EngineBug, or an error no door has mapped."""

    def report_lost(self, agent: Agent, why: str) -> None:
        """The agent has been given up: nothing of it is left. `why` is a sentence. On the browser's thread."""

    def notify_about_rejected_promises(self, agent: Agent, rejections: list[Rejection]) -> None:
        """https://html.spec.whatwg.org/#notify-about-rejected-promises, after each microtask checkpoint that saw some."""


Rejection = tuple[Realm, Handle, Any, bool]
"""Realm, promise, reason, and whether the news is that it was handled after all."""


class Agent:
    """One window with its same-origin frames, or one worker.

    `start` makes the thread; everything JavaScript happens on it, in tasks. Other threads reach it through `queue_a_task` and `run`.
    `begin_closing` ends it, whatever it is in the middle of, also before it was started.
    """

    def __init__(
        self, name: str, *, clock: Clock, browser_thread: BrowserThread, host: AgentHost, limits: Limits | None = None
    ) -> None:
        self.name = name
        self.browser_thread = browser_thread
        self.event_loop = EventLoop(clock, self._run_task)
        self.runtime: Runtime
        self.on_end: Callable[[], object] | None = None
        """Called on the agent's thread, as the last thing there, when its event loop has ended and its heap is gone."""
        self._host = host
        self._limits = limits or Limits()
        self.byte_budget = self._limits.new_byte_budget(lambda sentence: host.report_full_budget(self, sentence))
        """What is kept for it outside its heap."""
        self._rejections: list[Rejection] = []
        self._blocked_on: concurrent.futures.Future[Any] | None = None
        self._waiting: set[Future[Any]] = set()
        self._closing = False
        self._will_collect_garbage = False
        self._end_watch: Callable[[], None] | None = None
        self._started = threading.Event()
        self._start_error: BaseException | None = None
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Make the thread and the heap, and wait for both. On the browser's thread, once.

        Raises what kept them from being made. If closing has begun there is neither, and `run` raises AgentClosed.
        """
        if self._closing:
            return
        is_there = self.browser_thread.new_future()
        with _thread_stack_lock:
            before = threading.stack_size(self._limits.stack + _THREAD_STACK_MARGIN)
            try:
                thread = threading.Thread(target=self._run, args=(is_there,), name=self.name, daemon=True)
                start_a_thread(thread)
                self._thread = thread
                _threads.add(thread)
            finally:
                threading.stack_size(before)
        with under_way("threads"):
            await is_there
        if self._start_error is not None:
            raise self._start_error

    def _run(self, is_there: Future[None]) -> None:
        try:
            self.runtime = Runtime(self._limits)
        except BaseException as error:  # `start` waits for it, on another thread, and raises it there
            self._start_error = error
            return
        finally:
            self._started.set()
            self.browser_thread.resolve(is_there, None)
        self.browser_thread.post(self._watch)
        self.runtime.on_rejection = lambda *rejection: self._rejections.append(rejection)
        try:
            self.event_loop.run()
            self._rejections.clear()
            self.runtime.dispose()
        except Exception as error:  # must not be lost in a thread: the host decides
            self._host.report_bug(self, error)
        finally:
            # NB: also if it ended by a fault: nobody waits for what will not run.
            self.browser_thread.post(self.begin_closing)
            if self.on_end is not None:
                self.on_end()

    # From any thread -----------------------------------------------------------------------------------------------

    def queue_a_task(self, source: TaskSource, steps: Callable[[], object]) -> None:
        """https://html.spec.whatwg.org/#queue-a-task. Dropped when the agent is closing."""
        self.event_loop.queue_a_task(source, steps)

    async def run(self, function: Callable[..., T], *arguments: Any, source: TaskSource = "engine") -> T:
        """Call `function` in a task of this agent and wait, on the browser's thread, for its result or error.

        Raises AgentClosed when the agent is closed before it ran; JSError and ScriptInterrupted come to the caller and are not reported.
        """
        future = self.browser_thread.new_future()

        def steps() -> None:
            try:
                result = function(*arguments)
            except (Exception, KeyboardInterrupt) as error:  # handed over whole: the waiting side raises it
                self.browser_thread.reject(future, error)
                self._is_out_of_memory(error)
            else:
                self.browser_thread.resolve(future, result)

        # Among those waiting first, so that a closing that begins now finds it.
        self._waiting.add(future)
        try:
            if self._closing:
                raise AgentClosed(f"{self.name} has been closed")
            self.event_loop.queue_a_task(source, steps)
            return await future  # type: ignore[no-any-return]
        finally:
            self._waiting.discard(future)

    def interrupt(self) -> None:
        """Stop the script that runs now, also one that waits for a blocking op; the agent goes on with its next task."""
        if not self._started.is_set() or self._start_error is not None:
            return
        self.runtime.interrupt()
        blocked = self._blocked_on
        if blocked is not None:
            blocked.cancel()

    def begin_closing(self) -> None:
        """End the thread and free the heap, stopping what runs. Returns at once."""
        if self._closing:
            return
        self._closing = True
        # First, so that whoever waits hears this, and not what it makes of the script.
        for future in list(self._waiting):
            self.browser_thread.reject(future, AgentClosed(f"{self.name} has been closed"))
        self.event_loop.stop()
        if self._started.is_set() and self._start_error is None:
            self.runtime.stop_for_good()
            self.interrupt()
        elif self._thread is None:
            self.event_loop.let_go()
        self.browser_thread.post(self._watch)

    def give_up(self, why: str) -> None:
        """Wait for it no longer: its thread stays behind in whatever it does, and ends if that does. On the browser's thread.

        `why`: what it does, or has done, with the agent as the subject of the sentence.
        """
        if not self._closing:
            self.begin_closing()
            self._host.report_lost(self, f"{self.name} {why}: it has been given up, with all that it held")

    def _watch(self) -> None:
        """Give it up once a script has not stopped `grace` seconds after it was to. On the browser's thread.

        OPTIMIZATION: looks no sooner than there can be anything to see.
        """
        if self._end_watch is not None:
            self._end_watch()
            self._end_watch = None
        limit, grace = self._limits.task_time, self._limits.grace
        if self._closing or limit is None:
            return
        deadline, now = self.runtime.deadline, time.monotonic()
        left = limit + grace if deadline is None else deadline + grace - now
        if left <= 0 and self._blocked_on is None:
            self.give_up("is inside a call that cannot be interrupted, and does not come out of it")
        else:
            self._end_watch = self.browser_thread.after(max(left, _LEAST_WATCH), self._watch)

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; whether it has ended."""
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    @property
    def closing(self) -> bool:
        return self._closing

    # On the agent's thread -----------------------------------------------------------------------------------------

    def wait_for(self, steps: Coroutine[Any, Any, T]) -> T:
        """Block this agent until `steps` have run on the browser's thread. Raises ScriptInterrupted when the agent is stopped meanwhile."""

        def remember(future: concurrent.futures.Future[T]) -> None:
            self._blocked_on = self.event_loop.blocked_on = future
            if self.runtime.is_interrupted:  # just now, by somebody who did not see it yet
                future.cancel()

        if self._closing:
            steps.close()
            raise ScriptInterrupted("the agent is being closed")
        began = time.monotonic()
        try:
            return self.browser_thread.wait_for(steps, remember)
        except concurrent.futures.CancelledError:
            raise ScriptInterrupted("the script was stopped while it waited") from None
        finally:
            self.runtime.extend_the_task(time.monotonic() - began)
            self._blocked_on = self.event_loop.blocked_on = None

    def perform_a_microtask_checkpoint(self) -> None:
        """https://html.spec.whatwg.org/#perform-a-microtask-checkpoint. Does nothing while a script is on the stack."""
        runtime = self.runtime
        if runtime.depth:
            return
        runtime.perform_jobs()
        if self._rejections:
            rejections, self._rejections = self._rejections, []
            self._host.notify_about_rejected_promises(self, rejections)
            runtime.perform_jobs()

    def perform_a_microtask_checkpoint_between_callbacks(self) -> None:
        """The checkpoint after one callback of several in a task: no script is on the stack then, only the bindings."""
        runtime = self.runtime
        depth, runtime.depth = runtime.depth, 0
        try:
            self.perform_a_microtask_checkpoint()
        finally:
            runtime.depth = depth

    def _run_task(self, steps: Callable[[], object]) -> None:
        self.runtime.start_task()
        try:
            for part in (steps, self.perform_a_microtask_checkpoint):
                if self._closing:
                    return
                try:
                    self._run_part(part)
                except AgentClosed:
                    return
                except Exception as error:  # must not be lost in a thread: the host decides
                    if not self._is_out_of_memory(error):
                        self._host.report_bug(self, error)
        finally:
            self.runtime.end_task()
            if self.runtime.may_be_full:
                self._is_out_of_memory()

    def collect_garbage_soon(self) -> None:
        """In a task of its own, one for all who ask until it runs: what only garbage holds is let go. From any thread."""
        if not self._will_collect_garbage:
            self._will_collect_garbage = True
            self.queue_a_task("engine", self._collect_garbage)

    def _collect_garbage(self) -> None:
        self._will_collect_garbage = False
        self.runtime.collect_garbage()

    def notice_memory(self) -> None:
        """In a task: see at its end whether the heap is full, though nothing has said so."""
        self.runtime.may_be_full = True

    def _is_out_of_memory(self, error: BaseException | None = None) -> bool:
        """Whether something failed because the heap is full. Then nothing can go on in it, and it is given up."""
        runtime = self.runtime
        if not (runtime.may_be_full or isinstance(error, MemoryError)):
            return False
        runtime.may_be_full = False
        if self._closing or not runtime.is_full():
            return False
        self.event_loop.stop()
        megabytes = (self._limits.memory or 0) // (1 << 20)
        self.browser_thread.post(self.give_up, f"has run out of memory ({megabytes:,} MB)")
        return True

    def _run_part(self, part: Callable[[], object]) -> None:
        try:
            try:
                part()
            except JSError as error:
                if not self._is_out_of_memory(error):
                    self._host.report_exception(self, error)
        except ScriptInterrupted as interruption:  # also one that an error was reported to
            if not self._closing:
                self._host.report_interruption(self, interruption)
