"""What happens when nobody needs a worker any more: a client has gone or changed hands, or events are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.activate import try_activate
from engine.service_worker.clients import all_clients, is_used, notify_controller_change
from engine.service_worker.ready import match
from engine.service_worker.registrations import try_clear_registration

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.service_worker.concepts import Registration, ServiceWorker


def events_have_settled(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#extendableevent-add-lifetime-promise, its step 5.2"""
    # 5.2.2. An unregistered registration is cleared, if that waited for this,
    if registration.is_unregistered:
        try_clear_registration(registration)
    # 5.2.3. or its waiting worker activated.
    try_activate(registration)


def client_unloaded(client: Environment) -> None:
    """https://w3c.github.io/ServiceWorker/#on-client-unload-algorithm"""
    # 1–2. The registration that the client used.
    worker: ServiceWorker | None = client.active_service_worker
    client.active_service_worker = None
    # 3. The client used none.
    if worker is None:
        return
    registration = worker.registration
    # 4. Another client still uses it.
    if is_used(registration) or registration.service_workers.closing:
        return
    # 5. Try clear registration, for an unregistered one.
    if registration.is_unregistered:
        try_clear_registration(registration)
    # 6. Try activate.
    try_activate(registration)


def claim(worker: ServiceWorker) -> None:
    """https://w3c.github.io/ServiceWorker/#clients-claim, its parallel steps"""
    service_workers = worker.registration.service_workers
    # 3.1. For each client whose matching registration is this worker's,
    for client in all_clients(service_workers):
        if client.storage_key != worker.registration.storage_key or not client.is_secure_context:
            continue
        if match(service_workers, client) is not worker.registration:
            continue
        # 3.1.6. unless this is its active service worker already,
        if client.active_service_worker is not worker:
            client_unloaded(client)
            service_workers.control(client, worker)
            notify_controller_change(client)
