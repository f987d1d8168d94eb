"""Service workers: registrations, their jobs and their workers, the events these get and the clients they serve.

Specification: https://w3c.github.io/ServiceWorker/, the editor's draft as of September 2026. Everything here runs on the
browser's thread; what a worker does inside its realm is in js_bindings/service_worker.

`ServiceWorkers` is what a user agent keeps in its slot `service_workers`.
"""

from __future__ import annotations

from engine.service_worker.client_concepts import ReservedClient, WindowClientFacts, WindowClients
from engine.service_worker.concepts import Registration, ServiceWorker
from engine.service_worker.fire_functional_event import FunctionalEventResult, fire_functional_event
from engine.service_worker.manager import ServiceWorkers
from engine.service_worker.registrations import get_newest_worker, get_registration, match_service_worker_registration
from engine.service_worker.settings import ServiceWorkerSettings

__all__ = [
    "FunctionalEventResult",
    "Registration",
    "ReservedClient",
    "ServiceWorker",
    "ServiceWorkerSettings",
    "ServiceWorkers",
    "WindowClientFacts",
    "WindowClients",
    "fire_functional_event",
    "get_newest_worker",
    "get_registration",
    "match_service_worker_registration",
]
