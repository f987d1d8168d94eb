"""The registration map: who is in it, and how one leaves it.

https://w3c.github.io/ServiceWorker/#dfn-scope-to-registration-map
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.clients import clients_using, is_used, notify_controller_change
from engine.service_worker.concepts import Registration, ServiceWorker, UpdateViaCache
from engine.service_worker.jobs import finish_job, reject_job_promise, resolve_job_promise
from engine.service_worker.records import update_registration_state, update_worker_state
from engine.service_worker.running import terminate_service_worker
from engine.storage.errors_for_scripts import storage_errors_for_scripts
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.service_worker.job import Job
    from engine.service_worker.registration_map import RegistrationMap
    from engine.url import URL


def set_registration(
    service_workers: RegistrationMap, storage_key: str, scope: URL, update_via_cache: UpdateViaCache
) -> Registration:
    """https://w3c.github.io/ServiceWorker/#set-registration-algorithm"""
    # 1–3. The new registration.
    registration = Registration(service_workers, storage_key, scope, update_via_cache)
    # 4. It enters the registration map.
    service_workers.registration_map[(storage_key, registration.scope)] = registration
    service_workers.remember(registration)
    # 5. The registration.
    return registration


def remove_from_map(registration: Registration) -> None:
    """Take a registration out of the map and the profile: from now on it is unregistered. Ours."""
    if not registration.is_unregistered:
        service_workers = registration.service_workers
        del service_workers.registration_map[(registration.storage_key, registration.scope)]
        service_workers.registration_has_left_the_map(registration)


def match_service_worker_registration(
    service_workers: RegistrationMap, storage_key: str, client_url: URL
) -> Registration | None:
    """https://w3c.github.io/ServiceWorker/#scope-match-algorithm"""
    # 1–6. The longest scope of the storage key that the client URL starts with.
    client_url_string = client_url.serialized
    best: Registration | None = None
    for (key, scope), registration in service_workers.registration_map.items():
        if (
            key == storage_key
            and client_url_string.startswith(scope)
            and (best is None or len(scope) > len(best.scope))
        ):
            best = registration
    # 7–9. The registration of that scope.
    return best


def get_registration(service_workers: RegistrationMap, storage_key: str, scope: URL | None) -> Registration | None:
    """https://w3c.github.io/ServiceWorker/#get-registration-algorithm"""
    # 1–5. NB: a scope that is null is that of no registration.
    scope_string = "" if scope is None else scope.serialized_without_fragment
    return service_workers.registration_map.get((storage_key, scope_string))


def get_newest_worker(registration: Registration) -> ServiceWorker | None:
    """https://w3c.github.io/ServiceWorker/#get-newest-worker-algorithm"""
    # 1–6. The installing worker, else the waiting one, else the active one.
    return registration.installing or registration.waiting or registration.active


async def unregister(job: Job) -> None:
    """https://w3c.github.io/ServiceWorker/#unregister-algorithm"""
    # 1. Get the registration of the scope.
    registration = get_registration(job.service_workers, job.storage_key, job.scope_url)
    # 2. Without a registration the job promise is resolved with false.
    if registration is None:
        resolve_job_promise(job, False)
        finish_job(job)
        return
    # NB: in no later run of the browser either. Where the profile cannot be told it stays.
    try:
        with storage_errors_for_scripts():
            await job.service_workers.saving.remove(registration)
    except ScriptException as error:
        reject_job_promise(job, error)
        finish_job(job)
        return
    # 3. Remove the registration from the registration map.
    remove_from_map(registration)
    # 4. Resolve the job promise with true.
    resolve_job_promise(job, True)
    # 5. Try clear registration: now, or when its last client has gone.
    try_clear_registration(registration)
    # 6. Finish the job.
    finish_job(job)


def clear_registration(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#clear-registration-algorithm"""
    # 1–4. Terminate the installing, the waiting and the active worker, and make each redundant.
    for target in ("installing", "waiting", "active"):
        worker: ServiceWorker | None = getattr(registration, target)
        if worker is not None:
            terminate_service_worker(worker)
            # AD-HOC: the other way round, as in browsers: who hears "redundant" finds the registration without the worker.
            update_registration_state(registration, target, None)
            update_worker_state(worker, "redundant")
            # NB: nothing of it will run again.
            worker.script_resource_map.clear()


def forget_what_is_not_installed(job: Job) -> None:
    """A job was given up: its worker will not be installed, and a registration that it made has none. Ours."""
    worker = job.worker
    if worker is not None and worker.state in ("parsed", "installing"):
        terminate_service_worker(worker)
        if worker.registration.installing is worker:
            update_registration_state(worker.registration, "installing", None)
        update_worker_state(worker, "redundant")
        worker.script_resource_map.clear()
    registration = get_registration(job.service_workers, job.storage_key, job.scope_url)
    if registration is not None and not registration.workers:
        remove_from_map(registration)


def try_clear_registration(registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#try-clear-registration-algorithm"""
    # 1. Clear the registration when no client uses it and none of its workers has pending events.
    if not is_used(registration) and all(worker.has_no_pending_events for worker in registration.workers):
        clear_registration(registration)


async def clear_registrations(service_workers: RegistrationMap, storage_key: str) -> None:
    """Unregister all registrations of a storage key at once, whoever uses them: their site's data are being cleared. Ours.

    Raises StorageError when the profile could not be told of all of them; it is tried again.
    """
    # Scripts that run for the first time belong to nobody yet.
    for (key, _), queue in list(service_workers.job_queues.items()):
        worker = queue[0].worker
        if key == storage_key and worker is not None and worker.state == "parsed":
            update_worker_state(worker, "redundant")
            terminate_service_worker(worker)
    # NB: also those that are unregistered and only wait for their clients to go.
    for registration in service_workers.living_registrations:
        if registration.storage_key != storage_key:
            continue
        for client in clients_using(registration):
            service_workers.control(client, None)
            notify_controller_change(client)
        remove_from_map(registration)
        clear_registration(registration)
    await service_workers.saved()
