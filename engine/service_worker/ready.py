"""https://w3c.github.io/ServiceWorker/#navigator-service-worker-ready: who waits for an active worker, and has it"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.records import registration_record
from engine.service_worker.registrations import match_service_worker_registration

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.service_worker.concepts import Registration
    from engine.service_worker.registration_map import RegistrationMap


def match(service_workers: RegistrationMap, environment: Environment) -> Registration | None:
    """The registration whose scope has this client in it. Ours."""
    return match_service_worker_registration(service_workers, environment.storage_key, environment.creation_url)


def await_ready(service_workers: RegistrationMap, environment: Environment) -> None:
    """https://w3c.github.io/ServiceWorker/#navigator-service-worker-ready, its step 3"""
    # 3.1–3.3. The registration that matches the client, with an active worker.
    registration = match(service_workers, environment)
    if registration is not None and registration.active is not None:
        # 3.4. Resolve the ready promise.
        _resolve_ready(environment, registration)
    else:
        service_workers.awaiting_ready.add(environment)


def resolve_ready_promises(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#activation-algorithm, its steps 6 and 7"""
    service_workers = registration.service_workers
    for environment in list(service_workers.awaiting_ready):
        if not environment.destroyed and match(service_workers, environment) is registration:
            service_workers.awaiting_ready.discard(environment)
            _resolve_ready(environment, registration)


def _resolve_ready(environment: Environment, registration: Registration) -> None:
    record = registration_record(registration, environment)
    bindings = environment.bindings
    environment.queue_a_global_task(
        "DOM manipulation task source", lambda: bindings.upcall("up_service_worker_ready", record)
    )
