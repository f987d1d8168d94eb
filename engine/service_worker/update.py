"""https://w3c.github.io/ServiceWorker/#update-algorithm and soft updates"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from engine.fetch import fetch
from engine.http import PolicyContainer, Request, response_to_stored_record
from engine.http.header_values import extract_a_mime_type
from engine.http.module_types import fetch_destination_from_module_type
from engine.http.response import is_an_ok_status
from engine.infra import FAILURE, is_a_javascript_mime_type, isomorphic_decode
from engine.security.policy_containers import create_a_policy_container_from_a_fetch_response
from engine.service_worker.concepts import Registration, ScriptResource, ServiceWorker
from engine.service_worker.install import install
from engine.service_worker.job import Job
from engine.service_worker.jobs import (
    create_job,
    finish_job,
    reject_job_promise,
    resolve_job_promise,
    schedule_job,
)
from engine.service_worker.registrations import get_newest_worker, get_registration, remove_from_map
from engine.service_worker.run_service_worker import run_service_worker
from engine.service_worker.running import terminate_service_worker
from engine.service_worker.script_errors import describe_script_error
from engine.service_worker.worker_scripts import is_a_bad_import_script_response, module_type_of
from engine.url import origin_of, parse_url, same_origin
from engine.webidl.exceptions import DOMException, JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.http import Response
    from engine.url import URL

_E = TypeVar("_E", bound=ScriptException)


@dataclass(slots=True)
class _Fetched:
    """What came of fetching a job's script."""

    policy_container: PolicyContainer
    resource_map: dict[str, ScriptResource] = field(default_factory=dict)
    has_updated_resources: bool = False


async def update(job: Job) -> None:
    """https://w3c.github.io/ServiceWorker/#update-algorithm"""
    # 1–2. Get the registration of the scope; without it the job is rejected.
    registration = get_registration(job.service_workers, job.storage_key, job.scope_url)
    if registration is None:
        _reject(job, JSTypeError("Failed to update a ServiceWorker: it has been unregistered"))
        return
    # 3–4. An update job must be for the newest worker's script URL.
    newest_worker = get_newest_worker(registration)
    assert job.script_url is not None
    if job.type == "update" and newest_worker is not None and not newest_worker.script_url.equals(job.script_url):
        _reject(job, JSTypeError("Failed to update a ServiceWorker: another script has been registered meanwhile"))
        return
    # 5–7. Fetch the worker script, with the perform the fetch hook.
    try:
        fetched = await _fetch_the_script(job, registration, newest_worker)
    except ScriptException as error:
        # 8. Without a script the job is rejected.
        _forget_if_new(registration, newest_worker)
        _reject(job, error)
        return
    # NB: with this very response the site's data may have been cleared, and the registration with them.
    if registration.is_unregistered:
        _reject(job, JSTypeError("Failed to update a ServiceWorker: it has been unregistered"))
        return
    # 9. Without updated resources the job is resolved with the registration.
    if not fetched.has_updated_resources:
        registration.update_via_cache = (
            job.update_via_cache if job.type == "register" else registration.update_via_cache
        )
        job.service_workers.save(registration)
        resolve_job_promise(job, registration)
        finish_job(job)
        return
    # 10–13. The new worker, with script resource, used scripts and policy container.
    worker = ServiceWorker(job.script_url, registration, job.worker_type, policy_container=fetched.policy_container)
    worker.script_resource_map = fetched.resource_map
    worker.used_scripts.add(job.script_url.serialized)
    job.service_workers.remember(worker)
    job.worker = worker
    # 14–15. Run service worker.
    running = await run_service_worker(worker, job.force_bypass_cache)
    if _is_unregistered(job, registration, worker):
        return
    # 16. A failure or an abrupt completion rejects the job.
    if running is None or running.start_error is not None:
        thrown = None if running is None else running.start_error
        why = "its script did not end" if thrown is None else describe_script_error(thrown)
        terminate_service_worker(worker)
        _forget_if_new(registration, newest_worker)
        _reject(job, _failure(JSTypeError, job, f"ServiceWorker script evaluation failed: {why}"))
        return
    # AD-HOC: nor is it of use if the profile cannot keep it: whoever asks for it learns that, not only that it never gets ready.
    try:
        await job.service_workers.saving.store_scripts(worker)
    except DOMException as error:
        terminate_service_worker(worker)
        _forget_if_new(registration, newest_worker)
        _reject(job, _failure(DOMException, job, error.message, error.name))
        return
    if _is_unregistered(job, registration, worker):
        return
    # 17. Install.
    await install(job, worker, registration)


def _is_unregistered(job: Job, registration: Registration, worker: ServiceWorker) -> bool:
    """Whether it has been unregistered meanwhile; then all that belongs to it ends. Ours."""
    if registration.is_unregistered:
        terminate_service_worker(worker)
        _reject(job, _failure(DOMException, job, "it has been unregistered meanwhile", "AbortError"))
    return registration.is_unregistered


def _reject(job: Job, error: ScriptException) -> None:
    reject_job_promise(job, error)
    finish_job(job)


def _forget_if_new(registration: Registration, newest_worker: ServiceWorker | None) -> None:
    if newest_worker is None:
        remove_from_map(registration)


async def _fetch_the_script(job: Job, registration: Registration, newest_worker: ServiceWorker | None) -> _Fetched:
    """Step 7 of Update: fetch the main script with its "perform the fetch" hook; then look at those it imports.

    NB: the modules that a module imports are fetched when it first runs (engine/service_worker/worker_modules.py).
    Raises JSTypeError, DOMException SecurityError.
    """
    script_url = job.script_url
    assert script_url is not None
    # https://html.spec.whatwg.org/#fetch-a-classic-worker-script and #fetch-a-worklet/module-worker-script-graph
    request = _request(job, script_url, newest_worker)
    request.destination = "serviceworker"
    request.mode = "same-origin"
    # Hook 1. The Service-Worker header.
    request.header_list.append(b"Service-Worker", b"script")
    # Hook 2. The cache mode: "no-cache", by update via cache mode, force bypass cache and staleness.
    if (
        registration.update_via_cache != "all"
        or job.force_bypass_cache
        or (newest_worker is not None and registration.is_stale)
    ):
        request.cache_mode = "no-cache"
    # Hook 3–5. The service-workers mode is "none", the redirect mode "error".
    request.service_workers_mode = "none"
    request.redirect_mode = "error"
    # Hook 6. Fetch the request.
    response = await fetch(request, job.service_workers.user_agent).response()
    unsafe_response = response.unsafe_response()
    try:
        _check_head(job, registration, unsafe_response)
    except ScriptException:
        if unsafe_response.body is not None:
            unsafe_response.body.cancel()
        raise
    budget = job.service_workers.user_agent.limits.new_byte_budget()
    try:
        data = b"" if unsafe_response.body is None else await unsafe_response.body.read_all(budget=budget)
    except ScriptException as error:
        raise _failure(JSTypeError, job, f"the script's transmission broke off ({error.message})") from None
    # Hook 10. The policy container.
    policy_container = create_a_policy_container_from_a_fetch_response(
        response, trusted_origins=job.service_workers.user_agent.trusted_origins
    )
    fetched = _Fetched(policy_container)
    # Hook 17–18. The updated resource map.
    key = script_url.serialized
    fetched.resource_map[key] = ScriptResource(response_to_stored_record(response), data)
    # Hook 19. The last update check time.
    if unsafe_response.cache_state != "local":
        job.service_workers.update_was_checked(registration)
    # Hook 20. Whether the script's URL, type or bytes differ from the newest worker's.
    known = None if newest_worker is None else newest_worker.script_resource_map.get(key)
    fetched.has_updated_resources = (
        newest_worker is None
        or known is None
        or newest_worker.type != job.worker_type
        or not await _has_bytes(known, data)
    )
    # Hook 21. If not, whether an imported script does.
    if not fetched.has_updated_resources and newest_worker is not None:
        await _check_imported_scripts(job, registration, newest_worker, fetched)
    # Hook 22. The script.
    return fetched


def _request(job: Job, url: URL, newest_worker: ServiceWorker | None) -> Request:
    request = Request(
        [url],
        client=job.settings,
        parser_metadata="not-parser-inserted",
        use_url_credentials=True,
        initiator_type="other",
    )
    if job.settings is None:
        # SPEC-BUG: a soft update has no client; https://github.com/w3c/ServiceWorker/issues/1316. The worker speaks for itself.
        request.origin = origin_of(job.scope_url)
        request.policy_container = newest_worker.policy_container.clone() if newest_worker else PolicyContainer()
        request.referrer = newest_worker.script_url if newest_worker else "no-referrer"
        request.traversable_for_user_prompts = "no-traversable"
    return request


def _check_head(job: Job, registration: Registration, response: Response) -> None:
    """Steps 7 to 15 of the hook of Update."""
    assert job.script_url is not None
    # NB: before the rest, as https://html.spec.whatwg.org/#fetch-a-classic-worker-script does after it: an error page is no
    # script of a wrong type, and all browsers reject with a TypeError.
    if response.is_network_error:
        # AD-HOC: as in browsers, where a registration is concerned.
        if job.type == "register" and response.reason.startswith("a redirect"):
            raise _failure(
                DOMException, job, "the script resource is behind a redirect, which is disallowed", "SecurityError"
            )
        raise _failure(JSTypeError, job, f"the script cannot be fetched ({response.reason or 'network error'})")
    if not is_an_ok_status(response.status):
        raise _failure(
            JSTypeError, job, f"A bad HTTP response code ({response.status}) was received when fetching the script."
        )
    # 7. The response must have a JavaScript MIME type.
    mime_type = extract_a_mime_type(response.header_list)
    if mime_type is FAILURE or not is_a_javascript_mime_type(mime_type):
        named = "no MIME type" if mime_type is FAILURE else f"an unsupported MIME type ('{mime_type.essence}')"
        raise _failure(DOMException, job, f"The script has {named}.", "SecurityError")
    # 8–9, 11–16. The scope's path must start with the max scope: the script's folder, or what Service-Worker-Allowed
    # says.
    allowed = response.header_list.get(b"Service-Worker-Allowed")
    maximum_scope = None
    if allowed is None:
        resolved_scope = parse_url("./", job.script_url)
        assert resolved_scope is not FAILURE
        maximum_scope = resolved_scope.path
    else:
        allowed_url = parse_url(isomorphic_decode(allowed), job.script_url)
        if allowed_url is FAILURE:
            raise _failure(
                JSTypeError,
                job,
                "An invalid Service-Worker-Allowed header value was received when fetching the script.",
            )
        if same_origin(origin_of(allowed_url), origin_of(job.script_url)):
            maximum_scope = allowed_url.path
    if maximum_scope is None or not registration.scope_url.path.startswith(maximum_scope):
        raise _failure(
            DOMException,
            job,
            f"The path of the provided scope ('{registration.scope_url.path}') is not under the max scope allowed "
            f"('{maximum_scope}'). Adjust the scope, move the Service Worker script, or use the Service-Worker-Allowed "
            "HTTP header to allow the scope.",
            "SecurityError",
        )


def _failure(kind: type[_E], job: Job, why: str, *arguments: str) -> _E:
    assert job.script_url is not None
    verb = "register" if job.type == "register" else "update"
    where = f"for scope ('{job.scope_url.serialized}') with script ('{job.script_url.serialized}')"
    return kind(f"Failed to {verb} a ServiceWorker {where}: {why}", *arguments)


async def _check_imported_scripts(
    job: Job, registration: Registration, newest_worker: ServiceWorker, fetched: _Fetched
) -> None:
    """Step 21.1 of the hook of Update.

    AD-HOC: the modules that a module worker imports are looked at too, as browsers do.
    """
    if not newest_worker.classic_scripts_imported and newest_worker.type == "classic":
        return
    assert job.script_url is not None
    # 1. For each imported script of the newest worker's script resource map:
    for import_url, stored in list(newest_worker.script_resource_map.items()):
        # 1.1. The script itself is no import.
        if import_url == job.script_url.serialized:
            continue
        # 1.2–1.3. The import request, with cache mode "no-cache" where the registration wants it.
        url = parse_url(import_url)
        assert url is not FAILURE
        request = _request(job, url, newest_worker)
        request.destination = fetch_destination_from_module_type("script", module_type_of(stored))
        request.service_workers_mode = "none"
        if newest_worker.type == "module":
            request.mode = "cors"
        if registration.update_via_cache == "none" or job.force_bypass_cache or registration.is_stale:
            request.cache_mode = "no-cache"
        # 1.4–1.7. Fetch it, and set the last update check time.
        response = await fetch(request, job.service_workers.user_agent).response()
        unsafe_response = response.unsafe_response()
        if unsafe_response.cache_state != "local":
            job.service_workers.update_was_checked(registration)
        # 1.8. A bad import script response is passed over (here also what is no JSON where JSON was).
        if is_a_bad_import_script_response(unsafe_response, module_type_of(stored)):
            if unsafe_response.body is not None:
                unsafe_response.body.cancel()
            continue
        budget = job.service_workers.user_agent.limits.new_byte_budget()
        try:
            data = b"" if unsafe_response.body is None else await unsafe_response.body.read_all(budget=budget)
        except ScriptException:
            continue
        fetched.resource_map[import_url] = ScriptResource(response_to_stored_record(response), data)
        # 1.9. Other bytes are updated resources. The loop goes on in any case: the others are wanted.
        if not await _has_bytes(stored, data):
            fetched.has_updated_resources = True


async def _has_bytes(resource: ScriptResource, data: bytes) -> bool:
    try:
        return await resource.data() == data
    except ScriptException:
        return False


def soft_update(registration: Registration, force_bypass_cache: bool = False) -> None:
    """https://w3c.github.io/ServiceWorker/#soft-update-algorithm"""
    # 1–2. The newest worker.
    newest_worker = get_newest_worker(registration)
    if newest_worker is None:
        return
    # 3–5. The update job.
    job = create_job(
        registration.service_workers,
        "update",
        registration.storage_key,
        registration.scope_url,
        newest_worker.script_url,
        None,
        None,
    )
    job.worker_type = newest_worker.type
    job.update_via_cache = registration.update_via_cache
    job.force_bypass_cache = force_bypass_cache
    # 6. Schedule the job.
    schedule_job(job)
