"""A worker that runs: its agent, its global's environment and its events. And how it ends.

https://w3c.github.io/ServiceWorker/#terminate-service-worker-algorithm
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.event_loop import Future, TaskSource, in_parallel
from engine.fetch import terminate_a_fetch_group
from engine.fetch.http_fetch import reason_why_a_service_workers_response_is_unfit
from engine.http.body import Body, Pipe
from engine.http.response import Response
from engine.http.script_requests import InitiatorOfANavigation
from engine.http.wire import cancel_hidden_body
from engine.service_worker.script_errors import report_worker
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.event_loop import ParallelSteps
    from engine.http import Request
    from engine.js import Agent, JSError
    from engine.realms import Environment
    from engine.service_worker.concepts import ServiceWorker

EventOutcome: TypeAlias = Literal["fulfilled", "rejected", "timed out", "terminated", "not begun"]
"""How the lifetime of an event ended: its promises were all fulfilled, or one was rejected; it lasted too long; its worker
was terminated while it was active, or before its task ran."""

FetchOutcome: TypeAlias = Literal["response", "error", "fallback", "canceled"]
"""What a fetch event came to: respondWith() gave a response or failed; nobody called it; nobody did and it was canceled."""


@dataclass(slots=True, eq=False)
class PendingEvent:
    """An item of https://w3c.github.io/ServiceWorker/#dfn-set-of-extended-events, from before its task is queued."""

    number: int
    """What the worker's realm calls it."""
    name: str
    """Its type."""
    began_at: float
    over: Future[EventOutcome] | None
    """None: nobody waits for the end of its lifetime."""
    answer: Future[tuple[FetchOutcome, Response | None]] | None
    """For a fetch event, settled when it is known what it came to."""
    request: Request | None = None
    """Of a fetch event."""
    failure: str | None = None
    """Why the answer of a fetch event is an error, for people."""
    navigation: int = 0
    """What the realm calls the origin that a navigation comes from (`InitiatorOfANavigation`)."""
    begun: bool = False
    respond_with_entered: bool = False
    """https://w3c.github.io/ServiceWorker/#fetchevent-respond-with-entered-flag"""


_numbers = itertools.count(1)


class RunningWorker:
    """Ours: the global object of a service worker, with what belongs to it alone. It is its environment's `global_scope`.

    Made when the worker begins to start; `started` once its script has run.
    """

    __slots__ = (
        "__weakref__",
        "_watch",
        "agent",
        "ended",
        "environment",
        "force_bypass_cache",
        "fresh",
        "last_activity",
        "pending",
        "start_error",
        "started",
        "user_activation_until",
        "was_given_up",
        "worker",
    )

    def __init__(self, worker: ServiceWorker, agent: Agent, environment: Environment) -> None:
        self.worker = worker
        self.agent = agent
        self.environment = environment
        self.force_bypass_cache = False
        """https://w3c.github.io/ServiceWorker/#serviceworkerglobalscope-force-bypass-cache-for-import-scripts-flag"""
        self.start_error: JSError | None = None
        """https://w3c.github.io/ServiceWorker/#service-worker-start-status, when it is an abrupt completion"""
        self.started = False
        self.fresh = True
        """Those who started it have not gone on yet, each to queue an event or not."""
        self.ended = False
        self.was_given_up = False
        """Its agent did not stop, or had no memory left."""
        self.pending: dict[int, PendingEvent] = {}
        self.last_activity = self._now()
        self.user_activation_until = 0.0
        self._watch: ParallelSteps[None] | None = None

    def _now(self) -> float:
        return self.worker.registration.service_workers.user_agent.clock.now()

    # Events --------------------------------------------------------------------------------------------------------

    def begin_event(
        self,
        name: str,
        *,
        over: Future[EventOutcome] | None = None,
        answer: Future[tuple[FetchOutcome, Response | None]] | None = None,
        request: Request | None = None,
    ) -> PendingEvent:
        """An event that is about to be queued: from now on the worker is busy."""
        event = PendingEvent(next(_numbers), name, self._now(), over, answer, request)
        self.pending[event.number] = event
        return event

    def queue_event(self, event: PendingEvent, source: TaskSource, upcall: str, *arguments: Any) -> None:
        """Queue the task that creates and dispatches an event: an upcall with the event's number and `arguments`.

        The realm says by ops when its lifetime is over, and what a fetch event came to.
        """
        bindings = self.environment.bindings

        def steps() -> None:
            event.begun = True
            bindings.upcall(upcall, event.number, *arguments)

        self.environment.queue_a_global_task(source, steps)

    def event_is_over(self, number: int, outcome: EventOutcome) -> None:
        """The lifetime of an event has ended."""
        event = self.pending.pop(number, None)
        if event is None:
            return
        self.last_activity = self._now()
        if event.navigation:
            self.environment.handles.release(event.navigation, InitiatorOfANavigation)
        if event.over is not None and not event.over.done():
            event.over.set_result(outcome)
        if event.answer is not None and not event.answer.done():
            event.answer.set_result(("error" if event.respond_with_entered else "fallback", None))
        if self.pending:
            return
        service_workers = self.worker.registration.service_workers
        if self.ended:
            # NB: whoever terminates a worker is in the middle of something; what waits for the end of its events comes after that.
            service_workers.user_agent.browser_thread.post(
                service_workers.events_have_settled, self.worker.registration
            )
        else:
            service_workers.events_have_settled(self.worker.registration)

    def respond_with_was_entered(self, number: int) -> None:
        """Somebody answers this fetch event: from now on the network does not. From any thread."""
        event = self.pending.get(number)
        if event is not None:
            event.respond_with_entered = True

    def is_about_to_answer_for(self, client_id: str) -> bool:
        """Whether this client's navigation waits for what it gives to respondWith()."""
        for event in self.pending.values():
            client = None if event.request is None else event.request.reserved_client
            if client is not None and client.client_id == client_id and event.respond_with_entered:
                return event.answer is not None and not event.answer.done()
        return False

    def why_unfit(self, number: int, response: Response) -> str:
        """Why a response is none for the request of a fetch event; empty when it is fit, or means to be an error. From any thread."""
        event = self.pending.get(number)
        if event is None or event.request is None or response.is_network_error:
            return ""
        return reason_why_a_service_workers_response_is_unfit(event.request, response)

    def answer_fetch(
        self,
        number: int,
        outcome: FetchOutcome,
        is_over: bool,
        response: Response | None,
        failure: str | None = None,
    ) -> None:
        """What a fetch event came to. `is_over`: its lifetime is too; `failure`: why it is an error, for people."""
        event = self.pending.get(number)
        if event is not None and event.answer is not None and not event.answer.done():
            event.failure = failure
            event.answer.set_result((outcome, response))
        elif response is not None and response.unsafe_response().body is not None:
            # Nobody waits any more.
            response.unsafe_response().body.cancel()  # type: ignore[union-attr]
        if is_over:
            self.event_is_over(number, "fulfilled")

    def activate_for_the_user(self) -> None:
        """Something the user did has caused an event: for a while the worker may open and focus windows."""
        settings = self.worker.registration.service_workers.settings
        self.user_activation_until = self._now() + settings.user_activation_time

    @property
    def is_activated_by_the_user(self) -> bool:
        return self._now() < self.user_activation_until

    # Idleness ------------------------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether it starts, has events to handle, or still writes the body of a response."""
        if self.pending or not self.started:
            return True
        return any(isinstance(value, Pipe) and not value.is_over for value in self.environment.handles.values())

    @property
    def may_be_stopped_for_others(self) -> bool:
        """Whether another worker may have its room."""
        return not self.is_busy and not self.fresh and self.worker.state not in ("parsed", "installing", "activating")

    def may_be_idle(self) -> None:
        """Something that kept it busy is over: others may be waiting for its room."""
        self.worker.registration.service_workers.room.changed()

    def starters_have_gone_on(self) -> None:
        """Those who started it have queued their events, or will not."""
        self.fresh = False
        self.may_be_idle()

    def watch(self) -> None:
        """From now on stop it when it is idle, and its events when they last too long."""
        self._watch = in_parallel(self._stop_when_idle(), f"idle timer of {self.worker!r}")

    async def _stop_when_idle(self) -> None:
        service_workers = self.worker.registration.service_workers
        settings, clock = service_workers.settings, service_workers.user_agent.clock
        while not self.ended:
            now = clock.now()
            for event in list(self.pending.values()):
                if now - event.began_at >= settings.event_timeout:
                    self._time_out(event)
            idle_for = 0.0 if self.is_busy else now - self.last_activity
            if idle_for >= settings.idle_timeout:
                terminate_service_worker(self.worker)
                return
            waits = [settings.idle_timeout - idle_for]
            waits.extend(event.began_at + settings.event_timeout - now for event in self.pending.values())
            await clock.sleep(max(min(waits), 0.001))

    def _time_out(self, event: PendingEvent) -> None:
        """https://w3c.github.io/ServiceWorker/#extendableevent-timed-out-flag"""
        bindings, number = self.environment.bindings, event.number
        self.environment.queue_a_global_task(
            "engine", lambda: bindings.upcall("up_service_worker_event_timed_out", number)
        )
        limit = self.worker.registration.service_workers.settings.event_timeout
        report_worker(
            self.worker, f'lets its "{event.name}" event last longer than {limit:.0f} s: it is taken to be over', uncaught=False
        )
        self.event_is_over(number, "timed out")

    # The end -------------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Stop the script and let go of everything. Once or more."""
        if self.ended:
            return
        self.ended = True
        user_agent = self.worker.registration.service_workers.user_agent
        self.agent.begin_closing()
        user_agent.environments.pop(self.environment.client_id, None)
        self.environment.destroy()
        terminate_a_fetch_group(self.environment.fetch_group)
        for value in self.environment.handles.drain():
            if isinstance(value, Pipe):
                value.error(JSTypeError("the service worker was terminated"))
            elif isinstance(value, Body):
                value.cancel()
            elif isinstance(value, Response):
                cancel_hidden_body(value)
        if self._watch is not None:
            self._watch.cancel()
        for event in list(self.pending.values()):
            self.event_is_over(event.number, "terminated" if event.begun else "not begun")


def terminate_service_worker(worker: ServiceWorker) -> None:
    """https://w3c.github.io/ServiceWorker/#terminate-service-worker-algorithm"""
    # 1.1. Only a running worker has a global object to close.
    running = worker.running
    if running is None:
        return
    # 1.2–1.5. NB: functional events whose task has not run are "not begun", and those who fire them start the worker again.
    # 1.6. It has no start status any more.
    worker.running = None
    running.end()
    worker.registration.service_workers.room.left(running)
