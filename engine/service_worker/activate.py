"""https://w3c.github.io/ServiceWorker/#activation-algorithm"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.clients import clients_using, is_used, notify_controller_change
from engine.service_worker.lifecycle_events import fire_lifecycle_event
from engine.service_worker.ready import resolve_ready_promises
from engine.service_worker.records import update_registration_state, update_worker_state
from engine.service_worker.running import terminate_service_worker

if TYPE_CHECKING:
    from engine.service_worker.concepts import Registration, ServiceWorker


def try_activate(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#try-activate-algorithm

    NB: returns when the worker is "activating"; its event is handled in parallel.
    """
    # 1. Without a waiting worker there is nothing to activate.
    if registration.waiting is None:
        return
    # 2. Not while the active worker is "activating".
    active = registration.active
    if active is not None and active.state == "activating":
        return
    # 3. Activate when there is no active worker, or it has no pending events and no client uses the registration or
    # skip waiting is set.
    if active is None or (
        active.has_no_pending_events and (registration.waiting.skip_waiting or not is_used(registration))
    ):
        activate(registration)


def activate(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#activation-algorithm"""
    service_workers = registration.service_workers
    # 1. The waiting worker.
    worker = registration.waiting
    if worker is None:
        return
    # 2. Terminate the active worker, which is redundant then.
    if registration.active is not None:
        terminate_service_worker(registration.active)
        update_worker_state(registration.active, "redundant")
        registration.active.script_resource_map.clear()
    # 3–5. The waiting worker becomes the active worker and is "activating".
    update_registration_state(registration, "active", worker)
    update_registration_state(registration, "waiting", None)
    update_worker_state(worker, "activating")
    service_workers.save(registration)
    # 6–7. Resolve the ready promises of the clients that match the registration.
    resolve_ready_promises(registration)
    # 8. Each client using the registration gets the new active worker, and a controllerchange event.
    for client in clients_using(registration):
        client.active_service_worker = worker
        notify_controller_change(client)
    # 9–11. The activate event, and "activated" when it is over.
    go_on_activating(registration, worker)


def go_on_activating(registration: Registration, worker: ServiceWorker) -> None:
    """Let an active worker that is "activating" hear of it. Ours: also when the browser ended before it was done with that."""
    registration.service_workers.in_parallel(_let_it_activate(registration, worker), f"activation of {worker!r}")


async def _let_it_activate(registration: Registration, worker: ServiceWorker) -> None:
    service_workers = registration.service_workers
    # 9–10. The activate event; however it ends,
    try:
        await fire_lifecycle_event(worker, "activate")
    finally:
        # NB: unless the browser is closed: the next one tells it again.
        if not service_workers.closing:
            _note_that_it_is_active(registration, worker)


def _note_that_it_is_active(registration: Registration, worker: ServiceWorker) -> None:
    # 11. the worker is "activated". NB: unless the registration has been cleared meanwhile.
    if worker.state == "activating":
        update_worker_state(worker, "activated")
        registration.service_workers.save(registration)
        registration.service_workers.room.changed()
        # NB: another one may have been waiting for this.
        try_activate(registration)
