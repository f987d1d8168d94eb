"""https://w3c.github.io/ServiceWorker/#fire-functional-event-algorithm"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.event_loop import TaskSource
from engine.service_worker.lifecycle_events import should_skip_event
from engine.service_worker.run_service_worker import run_service_worker
from engine.service_worker.update import soft_update

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.service_worker.concepts import Registration
    from engine.service_worker.running import EventOutcome


@dataclass(frozen=True, slots=True)
class FunctionalEventResult:
    """What became of a functional event. Ours.

    "skipped": the worker does not listen for it; "failure": it does not run. The others are how the event's lifetime
    ended: its promises were all fulfilled, one was rejected, it lasted too long, or its worker was terminated.
    """

    outcome: Literal["skipped", "failure", "fulfilled", "rejected", "timed out", "terminated"]

    @property
    def was_dispatched(self) -> bool:
        return self.outcome not in ("skipped", "failure")


async def fire_functional_event(
    registration: Registration,
    event_name: str,
    interface: str,
    init: Record | None = None,
    *,
    user_activation: bool = False,
    source: TaskSource = "handle functional event task source",
) -> FunctionalEventResult:
    """https://w3c.github.io/ServiceWorker/#fire-functional-event-algorithm

    NB: returns when the event's lifetime is over, not when it has been dispatched. The implementation class of
    `interface` makes the event of `init` with its `static from_functional_init(type, init)`, or without one by its
    constructor. `user_activation`: a click of the user has caused it, so the worker may open a window.
    """
    # 1–2. The active worker.
    worker = registration.active
    assert worker is not None, "a functional event needs an active worker"
    # 3. Should skip event: nothing is fired, and a stale registration is soft-updated.
    if should_skip_event(event_name, worker):
        if registration.is_stale:
            soft_update(registration)
        return FunctionalEventResult("skipped")
    # 4. Wait until an activating worker is "activated".
    if worker.state == "activating":
        await worker.activation_is_over.wait()
    outcome: EventOutcome = "not begun"
    # NB: an event whose worker ended before its task ran is kept for the next one that runs.
    while outcome == "not begun":
        # 5. Run service worker.
        running = await run_service_worker(worker)
        if running is None:
            if registration.is_stale:
                soft_update(registration)
            return FunctionalEventResult("failure")
        if running.ended:
            continue
        # 6. Fire the event in a task.
        over = running.agent.browser_thread.new_future()
        event = running.begin_event(event_name, over=over)
        if user_activation:
            running.activate_for_the_user()
        running.queue_event(event, source, "up_fire_functional_event", event_name, interface, init or {})
        # 7. Wait for the task, and for the event's lifetime.
        outcome = await over
    # 8. Soft update a stale registration.
    if registration.is_stale:
        soft_update(registration)
    return FunctionalEventResult(outcome)
