"""https://w3c.github.io/ServiceWorker/#start-register-algorithm and what follows"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.infra import FAILURE, Failure
from engine.service_worker.job import Job
from engine.service_worker.jobs import (
    create_job,
    finish_job,
    reject_job_promise,
    resolve_job_promise,
    schedule_job,
)
from engine.service_worker.registrations import get_newest_worker, get_registration, set_registration
from engine.service_worker.update import update
from engine.url import is_origin_potentially_trustworthy, origin_of, parse_url, same_origin
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.service_worker.concepts import UpdateViaCache, WorkerType
    from engine.service_worker.registration_map import RegistrationMap
    from engine.url import URL

_ENCODED_SLASH = re.compile("%2f|%5c", re.IGNORECASE)


def start_register(
    service_workers: RegistrationMap,
    scope_url: URL | Failure | None,
    script_url: URL | Failure,
    promise: int,
    client: Environment,
    referrer: URL,
    worker_type: WorkerType,
    update_via_cache: UpdateViaCache,
) -> None:
    """https://w3c.github.io/ServiceWorker/#start-register-algorithm

    Raises JSTypeError where the promise is to be rejected at once.
    """
    # 1–4. The script URL: without fragment, HTTP(S), no encoded slash in its path.
    script = _usable(script_url, "script")
    # 5. Without a scope URL it is "./" from the script URL.
    if scope_url is None:
        scope_url = parse_url("./", script)
    # 6–9. The scope URL: the same conditions.
    scope = _usable(scope_url, "scope")
    # 10–14. The register job.
    job = create_job(service_workers, "register", client.storage_key, scope, script, promise, client)
    job.worker_type = worker_type
    job.update_via_cache = update_via_cache
    job.referrer = referrer
    # 15. Schedule the job.
    schedule_job(job)


def _usable(url: URL | Failure, what: str) -> URL:
    if url is FAILURE:
        raise JSTypeError(f"the {what} URL cannot be parsed")
    if not url.is_http:
        raise JSTypeError(f"the {what} URL {url.serialized} is neither http: nor https:")
    if _ENCODED_SLASH.search(url.path):
        raise JSTypeError(f"the {what} URL {url.serialized} has an encoded slash or backslash in its path")
    return url.with_parts(fragment=None)


async def register(job: Job) -> None:
    """https://w3c.github.io/ServiceWorker/#register-algorithm"""
    service_workers = job.service_workers
    assert job.script_url is not None and job.referrer is not None
    script_origin, referrer_origin = origin_of(job.script_url), origin_of(job.referrer)
    # 1–3. The script's origin is potentially trustworthy, and script, scope and referrer are of the same origin.
    reason = None
    if not is_origin_potentially_trustworthy(script_origin, service_workers.user_agent.trusted_origins):
        reason = f"the origin of the script, {script_origin.serialize()}, is not secure"
    elif not same_origin(script_origin, referrer_origin):
        reason = f"the origin of the script, {script_origin.serialize()}, is not that of the page, {referrer_origin.serialize()}"
    elif not same_origin(origin_of(job.scope_url), referrer_origin):
        reason = (
            f"the origin of the scope {job.scope_url.serialized} is not that of the page, {referrer_origin.serialize()}"
        )
    if reason is not None:
        reject_job_promise(job, DOMException(f"Failed to register a ServiceWorker: {reason}", "SecurityError"))
        finish_job(job)
        return
    # 4. Get the registration of the scope.
    registration = get_registration(service_workers, job.storage_key, job.scope_url)
    if registration is not None:
        # 5. A newest worker with the same script URL, type and update via cache mode: resolve with the registration.
        newest_worker = get_newest_worker(registration)
        if (
            newest_worker is not None
            and job.script_url.equals(newest_worker.script_url)
            and job.worker_type == newest_worker.type
            and job.update_via_cache == registration.update_via_cache
        ):
            resolve_job_promise(job, registration)
            finish_job(job)
            return
    else:
        # 6. Set registration.
        set_registration(service_workers, job.storage_key, job.scope_url, job.update_via_cache)
    # 7. Update.
    await update(job)
