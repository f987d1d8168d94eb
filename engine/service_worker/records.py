"""Registrations and workers as realms see them: snapshots, and the tasks that keep these true.

A realm that has been given a record hears of every change from then on, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.event_loop import gather
from engine.js import AgentClosed
from engine.service_worker.concepts import (
    NEXT_STATES,
    Holders,
    Registration,
    RegistrationTarget,
    ServiceWorker,
    WorkerState,
)

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.realms import Environment


def worker_record(worker: ServiceWorker, environment: Environment) -> Record:
    """What https://w3c.github.io/ServiceWorker/#get-the-service-worker-object makes an object of in `environment`."""
    worker.holders.add(environment)
    return {"number": worker.number, "script_url": worker.script_url.serialized, "state": worker.state}


def registration_record(registration: Registration, environment: Environment) -> Record:
    """What https://w3c.github.io/ServiceWorker/#get-the-service-worker-registration-object makes an object of."""
    registration.holders.add(environment)

    def record_of(worker: ServiceWorker | None) -> Record | None:
        return None if worker is None else worker_record(worker, environment)

    return {
        "number": registration.number,
        "scope": registration.scope_url.serialized,
        "update_via_cache": registration.update_via_cache,
        "installing": record_of(registration.installing),
        "waiting": record_of(registration.waiting),
        "active": record_of(registration.active),
    }


def update_registration_state(
    registration: Registration, target: RegistrationTarget, source: ServiceWorker | None
) -> None:
    """https://w3c.github.io/ServiceWorker/#update-registration-state-algorithm"""
    # 2–4. Set the registration's installing, waiting or active worker,
    match target:
        case "installing":
            registration.installing = source
        case "waiting":
            registration.waiting = source
        case "active":
            registration.active = source

    # 1. and in a task the attribute of every registration object.
    def steps_for(environment: Environment) -> Callable[[], object]:
        record = None if source is None else worker_record(source, environment)
        bindings = environment.bindings
        return lambda: bindings.upcall("up_service_worker_registration_state", registration.number, target, record)

    _queue_in(registration.holders, steps_for)


def update_worker_state(worker: ServiceWorker, state: WorkerState) -> None:
    """https://w3c.github.io/ServiceWorker/#update-state-algorithm"""
    # 1. The state is one that may follow.
    assert state in NEXT_STATES[worker.state], f"{worker.state} is not followed by {state}"
    # 2. Set the worker's state.
    worker.state = state
    if state in ("activated", "redundant"):
        worker.activation_is_over.set()

    for tell in worker.registration.service_workers.on_state_changed:
        tell(worker)

    # 3–4. In a task, set every service worker object's state and fire statechange. OPTIMIZATION: realms without one are
    # left out.
    def steps_for(environment: Environment) -> Callable[[], object]:
        return lambda: environment.bindings.upcall("up_service_worker_state", worker.number, state)

    _queue_in(worker.holders, steps_for)


def fire_updatefound(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#installation-algorithm, its steps 8 and 9"""

    def steps_for(environment: Environment) -> Callable[[], object]:
        return lambda: environment.bindings.upcall("up_service_worker_updatefound", registration.number)

    _queue_in(registration.holders, steps_for)


def _queue_in(holders: Holders, steps_for: Callable[[Environment], Callable[[], object]]) -> None:
    for environment in holders.living():
        environment.queue_a_global_task("DOM manipulation task source", steps_for(environment))


async def tasks_have_run(holders: Holders) -> None:
    """Wait until the tasks that were queued in the holders so far have run. Ours."""
    await gather(*[_task_has_run(environment) for environment in holders.living()])


async def _task_has_run(environment: Environment) -> None:
    try:
        await environment.agent.run(_do_nothing, source="DOM manipulation task source")
    except AgentClosed:
        # It has run, or never will.
        return


def _do_nothing() -> None:
    return None
