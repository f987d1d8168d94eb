"""https://w3c.github.io/ServiceWorker/#installation-algorithm"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.activate import try_activate
from engine.service_worker.jobs import finish_job, resolve_job_promise
from engine.service_worker.lifecycle_events import LifecycleOutcome, fire_lifecycle_event
from engine.service_worker.records import (
    fire_updatefound,
    tasks_have_run,
    update_registration_state,
    update_worker_state,
)
from engine.service_worker.registrations import get_newest_worker, remove_from_map
from engine.service_worker.running import terminate_service_worker
from engine.service_worker.script_errors import report_worker
from engine.webidl.exceptions import DOMException

if TYPE_CHECKING:
    from engine.service_worker.concepts import Registration, ServiceWorker
    from engine.service_worker.job import Job


_WHY_NOT: dict[LifecycleOutcome, str] = {
    "failure": "it does not run",
    "rejected": 'a promise that its "install" event waited for was rejected',
    "timed out": 'its "install" event lasted too long',
    "terminated": 'it was stopped before its "install" event was over',
}


async def install(job: Job, worker: ServiceWorker, registration: Registration) -> None:
    """https://w3c.github.io/ServiceWorker/#installation-algorithm"""
    # 1. The install has not failed.
    install_failed = False
    # 2–3. The newest worker, and the update via cache mode. NB: an update does not change the mode.
    newest_worker = get_newest_worker(registration)
    if job.type == "register":
        registration.update_via_cache = job.update_via_cache
    # 4–5. The worker becomes the installing worker and is "installing".
    update_registration_state(registration, "installing", worker)
    update_worker_state(worker, "installing")
    # 6–7. Resolve the job promise with the registration.
    resolve_job_promise(job, registration)
    # 8–9. Fire updatefound at the registration's objects.
    fire_updatefound(registration)
    # 10–11. The install event and all it waits for.
    outcome = await fire_lifecycle_event(worker, "install", job.force_bypass_cache)
    install_failed = outcome not in ("skipped", "fulfilled")
    if install_failed and worker.state != "redundant":
        # NB: why a promise was rejected has been reported.
        report_worker(worker, f"was not installed: {_WHY_NOT[outcome]}", uncaught=outcome != "rejected")
    if not install_failed:
        # NB: it may have imported more meanwhile.
        try:
            await job.service_workers.saving.store_scripts(worker)
        except DOMException as error:
            install_failed = True
            report_worker(worker, f"was not installed: its scripts cannot be stored: {error.message}", uncaught=True)
    # 12. The install has failed, or (NB) the registration has been cleared meanwhile: the worker is redundant.
    if install_failed or worker.state == "redundant":
        terminate_service_worker(worker)
        if worker.state != "redundant":
            # AD-HOC: the other way round, as in clear_registration.
            update_registration_state(registration, "installing", None)
            update_worker_state(worker, "redundant")
        if newest_worker is None:
            remove_from_map(registration)
        worker.script_resource_map.clear()
        finish_job(job)
        return
    # 13–15. Scripts that are not in the set of used scripts leave the script resource map.
    for url in [url for url in worker.script_resource_map if url not in worker.used_scripts]:
        del worker.script_resource_map[url]
    # 16. A waiting worker is terminated and redundant.
    if registration.waiting is not None:
        terminate_service_worker(registration.waiting)
        update_worker_state(registration.waiting, "redundant")
        registration.waiting.script_resource_map.clear()
    # 17–19. The installing worker becomes the waiting worker and is "installed".
    update_registration_state(registration, "waiting", worker)
    update_registration_state(registration, "installing", None)
    update_worker_state(worker, "installed")
    job.service_workers.save(registration)
    job.service_workers.room.changed()
    # 20. Finish the job.
    finish_job(job)
    # 21. Wait for the tasks that tell the new state,
    try:
        await tasks_have_run(worker.holders)
    finally:
        # 22. then try activate. NB: in this run of the browser, or else in the next.
        if not job.service_workers.closing:
            try_activate(registration)
