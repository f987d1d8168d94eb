"""Registrations in the profile: https://w3c.github.io/ServiceWorker/#service-worker-registration-lifetime"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http import PolicyContainer
from engine.infra import FAILURE
from engine.infra.words import word_of
from engine.service_worker.concepts import Registration, ScriptResource, ServiceWorker, UpdateViaCache
from engine.storage import StoredBody, StoredRegistration, StoredScript, StoredWorker
from engine.url import parse_url

if TYPE_CHECKING:
    from engine.service_worker.registration_map import RegistrationMap
    from engine.storage import Storage, WorkerSlot


async def store_script_bodies(storage: Storage, worker: ServiceWorker) -> None:
    """Put the bytes of a worker's scripts into the profile. Raises QuotaExceeded, StorageFull, StorageFailed."""
    for resource in list(worker.script_resource_map.values()):
        if isinstance(resource.body, bytes):
            resource.body = await storage.store_bytes(worker.registration.storage_key, resource.body)


def stored_form(registration: Registration) -> StoredRegistration:
    """What outlives a run. NB: an installing worker does not."""
    return StoredRegistration(
        registration.storage_key,
        registration.scope,
        registration.update_via_cache,
        registration.last_update_check_time,
        [
            _stored_worker(worker, slot)
            for slot, worker in (("waiting", registration.waiting), ("active", registration.active))
            if worker is not None
            and all(isinstance(script.body, StoredBody) for script in worker.script_resource_map.values())
        ],
        {
            "navigation_preload_enabled": registration.navigation_preload_enabled,
            "navigation_preload_header_value": registration.navigation_preload_header_value.decode("latin-1"),
        },
    )


def _stored_worker(worker: ServiceWorker, slot: str) -> StoredWorker:
    scripts = [
        StoredScript(url, resource.response, resource.body)
        for url, resource in worker.script_resource_map.items()
        if isinstance(resource.body, StoredBody)
    ]
    name: WorkerSlot = "waiting" if slot == "waiting" else "active"
    return StoredWorker(
        worker.unique_id,
        name,
        worker.state,
        worker.script_url.serialized,
        worker.type,
        scripts,
        worker.skip_waiting,
        sorted(worker.event_types) if worker.has_ever_been_evaluated else None,
        worker.policy_container.to_record(),
        {
            "classic_scripts_imported": worker.classic_scripts_imported,
            "all_fetch_listeners_are_empty": worker.all_fetch_listeners_are_empty,
        },
    )


def registration_from(service_workers: RegistrationMap, stored: StoredRegistration) -> Registration | None:
    """The registration that was stored; None when nothing of it can be used."""
    scope = parse_url(stored.scope)
    if scope is FAILURE or not stored.workers:
        return None
    registration = Registration(service_workers, stored.storage_key, scope)
    registration.update_via_cache = word_of(UpdateViaCache, stored.update_via_cache)
    registration.last_update_check_time = stored.last_update_check
    registration.navigation_preload_enabled = bool(stored.details.get("navigation_preload_enabled", False))
    header_value = str(stored.details.get("navigation_preload_header_value", "true"))
    registration.navigation_preload_header_value = header_value.encode("latin-1")
    for stored_worker in stored.workers:
        worker = _worker_from(registration, stored_worker)
        if worker is None:
            continue
        if stored_worker.slot == "waiting":
            worker.state = "installed"
            registration.waiting = worker
        else:
            # NB: one that was told of its activation and had not done with it is told again.
            worker.state = "activating" if stored_worker.state == "activating" else "activated"
            if worker.state == "activated":
                worker.activation_is_over.set()
            registration.active = worker
    return registration if registration.workers else None


def _worker_from(registration: Registration, stored: StoredWorker) -> ServiceWorker | None:
    script_url = parse_url(stored.script_url)
    if script_url is FAILURE or not stored.scripts:
        return None
    worker = ServiceWorker(script_url, registration, "module" if stored.type == "module" else "classic")
    worker.unique_id = stored.unique_id
    worker.policy_container = PolicyContainer.from_record(stored.policy)
    worker.script_resource_map = {script.url: ScriptResource(script.response, script.body) for script in stored.scripts}
    worker.skip_waiting = stored.skip_waiting
    worker.classic_scripts_imported = bool(stored.details.get("classic_scripts_imported", False))
    worker.all_fetch_listeners_are_empty = bool(stored.details.get("all_fetch_listeners_are_empty", False))
    if stored.event_types is not None:
        worker.event_types = set(stored.event_types)
        worker.has_ever_been_evaluated = True
    return worker
