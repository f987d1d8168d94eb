"""The events by which a worker learns of its own life: https://w3c.github.io/ServiceWorker/#dfn-lifecycle-events"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.service_worker.run_service_worker import run_service_worker

if TYPE_CHECKING:
    from engine.service_worker.concepts import ServiceWorker
    from engine.service_worker.running import EventOutcome

LifecycleOutcome: TypeAlias = "EventOutcome | Literal['skipped', 'failure']"
"""What became of the event; "skipped": nobody listens for it; "failure": the worker does not run."""


def should_skip_event(event_name: str, worker: ServiceWorker) -> bool:
    """https://w3c.github.io/ServiceWorker/#should-skip-event-algorithm"""
    # 1–2. A worker that has been evaluated and listens to no such event is skipped.
    return worker.has_ever_been_evaluated and event_name not in worker.event_types


async def fire_lifecycle_event(
    worker: ServiceWorker, name: Literal["install", "activate"], force_bypass_cache: bool = False
) -> LifecycleOutcome:
    """https://w3c.github.io/ServiceWorker/#installation-algorithm, its step 11, and #activation-algorithm, its step 10"""
    # 11. Should skip event:
    if should_skip_event(name, worker):
        return "skipped"
    # NB: a worker that was stopped, because others had to start, before the event reached it is started again.
    while True:
        # 11.1–11.2. Run service worker.
        running = await run_service_worker(worker, force_bypass_cache)
        if running is None:
            return "failure"
        if running.ended:
            continue
        # 11.3. Fire the event in a task,
        over = running.agent.browser_thread.new_future()
        event = running.begin_event(name, over=over)
        running.queue_event(event, "DOM manipulation task source", "up_service_worker_fire_lifecycle_event", name)
        # 11.4–11.5. and wait for its extend lifetime promises.
        outcome: EventOutcome = await over
        if outcome != "not begun" or worker.state == "redundant":
            return outcome
