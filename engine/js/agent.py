"""https://html.spec.whatwg.org/#agents-and-agent-clusters: a heap, a thread and an event loop."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from engine.event_loop import BrowserThread, Clock, EventLoop, Future, TaskSource
from engine.js.errors import AgentClosed, JSError, ScriptInterrupted
from engine.js.realm import Realm
from engine.js.runtime import Limits, Runtime
from engine.js.values import Handle

T = TypeVar("T")

_THREAD_STACK_MARGIN = 16 << 20
_thread_stack_lock = threading.Lock()


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

    def notify_about_rejected_promises(self, agent: Agent, rejections: list[Rejection]) -> None:
        """https://html.spec.whatwg.org/#notify-about-rejected-promises, after each microtask checkpoint that saw some."""


Rejection = tuple[Realm, Handle, Any, bool]
"""Realm, promise, reason, and whether the news is that it was handled after all."""


class Agent:
    """One window with its same-origin frames, or one worker.

    `start` makes the thread; everything JavaScript happens on it, in tasks. Other threads reach it through `queue_a_task` and `run`.
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
        self._started = threading.Event()
        self._start_error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Make the thread and the heap. Returns once both are there; raises what kept the heap from being made."""
        with _thread_stack_lock:
            before = threading.stack_size(self._limits.stack + _THREAD_STACK_MARGIN)
            try:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()
            finally:
                threading.stack_size(before)
        self._started.wait()
        if self._start_error is not None:
            raise self._start_error

    def _run(self) -> None:
        try:
            self.runtime = Runtime(self._limits)
        except BaseException as error:  # `start` waits for it, on another thread, and raises it there
            self._start_error = error
            return
        finally:
            self._started.set()
        self.runtime.on_rejection = lambda *rejection: self._rejections.append(rejection)
        try:
            self.event_loop.run()
        finally:
            self._rejections.clear()
            self.runtime.dispose()
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
        try:
            return self.browser_thread.wait_for(steps, remember)
        except concurrent.futures.CancelledError:
            raise ScriptInterrupted("the script was stopped while it waited") from None
        finally:
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
        depth = runtime.set_depth(0)
        try:
            self.perform_a_microtask_checkpoint()
        finally:
            runtime.set_depth(depth)

    def _run_task(self, steps: Callable[[], object]) -> None:
        runtime = self.runtime
        runtime.start_task()
        for part in (steps, self.perform_a_microtask_checkpoint):
            if self._closing:
                return
            try:
                self._run_part(part)
            except AgentClosed:
                return
            except Exception as error:  # must not be lost in a thread: the host decides
                self._host.report_bug(self, error)

    def _run_part(self, part: Callable[[], object]) -> None:
        try:
            try:
                part()
            except JSError as error:
                self._host.report_exception(self, error)
        except ScriptInterrupted as interruption:  # also one that an error was reported to
            if not self._closing:
                self._host.report_interruption(self, interruption)
