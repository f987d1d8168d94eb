"""navigator.serviceWorker, registrations, workers and their events: decode, call engine.service_worker, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.script_responses import ScriptResponse
from engine.http.wire import WireBody, response_from_wire
from engine.infra import UNDEFINED
from engine.messaging import pay_for_a_message
from engine.ops.arguments import HeaderValue
from engine.ops.registry import async_op, sync_op
from engine.service_worker import Registration, ServiceWorkers, get_newest_worker, match_service_worker_registration
from engine.service_worker.activate import try_activate
from engine.service_worker.clients import controller_record
from engine.service_worker.concepts import UpdateViaCache, WorkerType
from engine.service_worker.jobs import create_job, schedule_job
from engine.service_worker.messages import post_message_to_worker
from engine.service_worker.records import registration_record, worker_record
from engine.service_worker.register import start_register
from engine.service_worker.running import FetchOutcome, RunningWorker
from engine.url import URL
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.infra.sentinels import Record, Undefined
    from engine.messaging import Message, Payment
    from engine.realms import Environment
    from engine.service_worker.concepts import ServiceWorker


def _service_workers(environment: Environment) -> ServiceWorkers:
    service_workers: ServiceWorkers = environment.user_agent.service_workers
    return service_workers


def running_worker(environment: Environment) -> RunningWorker:
    """The service worker whose realm this is. Raises JSTypeError where there is none."""
    running = environment.global_scope
    if not isinstance(running, RunningWorker):
        raise JSTypeError("only a service worker asks for this")
    return running


# Clients: ServiceWorkerContainer -----------------------------------------------------------------------------------


@sync_op
def op_service_worker_register(
    environment: Environment,
    promise: int,
    script_url: URL,
    scope_url: URL | None,
    worker_type: WorkerType,
    update_via_cache: UpdateViaCache,
) -> None:
    """Register; the realm's promise is settled by `up_service_worker_settle_job`. URLs are absolute."""
    environment.agent.browser_thread.post(
        _register, environment, promise, script_url, scope_url, worker_type, update_via_cache
    )


def _register(
    environment: Environment,
    promise: int,
    script_url: URL,
    scope_url: URL | None,
    worker_type: WorkerType,
    update_via_cache: UpdateViaCache,
) -> None:
    try:
        start_register(
            _service_workers(environment),
            scope_url,
            script_url,
            promise,
            environment,
            environment.creation_url,
            worker_type,
            update_via_cache,
        )
    except JSTypeError as error:
        _settle_job(environment, promise, [error.message, error.name, False], None)


@async_op(task_source="DOM manipulation task source")
async def op_service_worker_get_registration(environment: Environment, client_url: URL) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#navigator-service-worker-getRegistration, its parallel steps"""
    registration = match_service_worker_registration(_service_workers(environment), environment.storage_key, client_url)
    return None if registration is None else registration_record(registration, environment)


@async_op(task_source="DOM manipulation task source")
async def op_service_worker_get_registrations(environment: Environment) -> list[Record]:
    """https://w3c.github.io/ServiceWorker/#navigator-service-worker-getRegistrations, its parallel steps"""
    return [
        registration_record(registration, environment)
        for registration in list(_service_workers(environment).registration_map.values())
        if registration.storage_key == environment.storage_key
    ]


@sync_op
def op_service_worker_ready(environment: Environment) -> None:
    """The realm waits for `up_service_worker_ready`."""
    environment.agent.browser_thread.post(_service_workers(environment).await_ready, environment)


@sync_op
def op_service_worker_controller(environment: Environment) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#navigator-service-worker-controller"""
    return controller_record(environment)


# Registrations -----------------------------------------------------------------------------------------------------


@sync_op
def op_service_worker_update(environment: Environment, promise: int, number: int) -> None:
    """https://w3c.github.io/ServiceWorker/#service-worker-registration-update, its steps 5 to 8"""
    environment.agent.browser_thread.post(_update, environment, promise, number)


def _update(environment: Environment, promise: int, number: int) -> None:
    registration = _service_workers(environment).registration(number, environment)
    newest_worker = None if registration is None else get_newest_worker(registration)
    if registration is None or newest_worker is None:
        error = ["the registration has no worker", "InvalidStateError", True]
        _settle_job(environment, promise, error, None)
        return
    job = create_job(
        _service_workers(environment),
        "update",
        registration.storage_key,
        registration.scope_url,
        newest_worker.script_url,
        promise,
        environment,
    )
    job.worker_type = newest_worker.type
    job.update_via_cache = registration.update_via_cache
    schedule_job(job)


@sync_op
def op_service_worker_update_via_cache(environment: Environment, number: int) -> UpdateViaCache | None:
    """https://w3c.github.io/ServiceWorker/#dfn-update-via-cache, now; null when the registration is long gone."""
    registration = _service_workers(environment).registration(number, environment)
    return None if registration is None else registration.update_via_cache


@sync_op
def op_service_worker_unregister(environment: Environment, promise: int, number: int) -> None:
    """https://w3c.github.io/ServiceWorker/#navigator-service-worker-unregister, its steps 3 and 4"""
    environment.agent.browser_thread.post(_unregister, environment, promise, number)


def _unregister(environment: Environment, promise: int, number: int) -> None:
    registration = _service_workers(environment).registration(number, environment)
    if registration is None:
        _settle_job(environment, promise, None, False)
        return
    job = create_job(
        _service_workers(environment),
        "unregister",
        registration.storage_key,
        registration.scope_url,
        None,
        promise,
        environment,
    )
    schedule_job(job)


def _settle_job(environment: Environment, promise: int, error: object, value: object) -> None:
    bindings = environment.bindings
    environment.queue_a_global_task(
        "DOM manipulation task source",
        lambda: bindings.upcall("up_service_worker_settle_job", promise, error, value),
    )


def _registration_with_active_worker(environment: Environment, number: int) -> Registration:
    registration = _service_workers(environment).registration(number, environment)
    if registration is None or registration.active is None:
        raise DOMException("the registration has no active worker", "InvalidStateError")
    return registration


@async_op(task_source="DOM manipulation task source")
async def op_service_worker_preload_set(environment: Environment, number: int, enabled: bool) -> Undefined:
    """https://w3c.github.io/ServiceWorker/#navigation-preload-manager-enable and #navigation-preload-manager-disable"""
    registration = _registration_with_active_worker(environment, number)
    registration.navigation_preload_enabled = enabled
    _service_workers(environment).save(registration)
    return UNDEFINED


@async_op(task_source="DOM manipulation task source")
async def op_service_worker_preload_set_header_value(environment: Environment, number: int, value: HeaderValue) -> Undefined:
    """https://w3c.github.io/ServiceWorker/#navigation-preload-manager-setheadervalue, its parallel steps"""
    registration = _registration_with_active_worker(environment, number)
    registration.navigation_preload_header_value = value.encode("latin-1")
    _service_workers(environment).save(registration)
    return UNDEFINED


@async_op(task_source="DOM manipulation task source")
async def op_service_worker_preload_get_state(environment: Environment, number: int) -> Record:
    """https://w3c.github.io/ServiceWorker/#navigation-preload-manager-getstate, its parallel steps"""
    registration = _service_workers(environment).registration(number, environment)
    if registration is None:
        return {"enabled": False, "headerValue": "true"}
    return {
        "enabled": registration.navigation_preload_enabled,
        "headerValue": registration.navigation_preload_header_value.decode("latin-1"),
    }


# Workers as others see them ----------------------------------------------------------------------------------------


@sync_op
def op_service_worker_post_message(environment: Environment, number: int, text: str, *buffers: bytes) -> None:
    """https://w3c.github.io/ServiceWorker/#service-worker-postmessage-options, its steps 5 and 6"""
    worker = _service_workers(environment).worker(number, environment)
    if worker is not None:
        payment = pay_for_a_message((text, buffers), environment)
        environment.agent.browser_thread.post(_post_message, worker, environment, (text, buffers), payment)


def _post_message(worker: ServiceWorker, sender: Environment, message: Message, payment: Payment) -> None:
    _service_workers(sender).in_parallel(
        post_message_to_worker(worker, sender, message, payment), f"message to {worker!r}"
    )


# The worker itself -------------------------------------------------------------------------------------------------


@sync_op
def op_service_worker_self(environment: Environment) -> Record:
    """The registration and the worker of a service worker's global."""
    worker = running_worker(environment).worker
    return {
        "registration": registration_record(worker.registration, environment),
        "worker": worker_record(worker, environment),
    }


@async_op(task_source="DOM manipulation task source")
async def op_service_worker_skip_waiting(environment: Environment) -> Undefined:
    """https://w3c.github.io/ServiceWorker/#service-worker-global-scope-skipwaiting, its parallel steps"""
    worker = running_worker(environment).worker
    # 2.1. The skip waiting flag.
    worker.skip_waiting = True
    # 2.2. Try activate.
    try_activate(worker.registration)
    return UNDEFINED


@sync_op
def op_service_worker_event_is_over(environment: Environment, event: int, rejected: bool) -> None:
    """The lifetime of an event has ended; `rejected`: a promise that extended it was."""
    outcome = "rejected" if rejected else "fulfilled"
    environment.agent.browser_thread.post(running_worker(environment).event_is_over, event, outcome)


@sync_op
def op_service_worker_respond_with_entered(environment: Environment, event: int) -> None:
    """respondWith() was called: should the worker end before it answers, the network does not answer instead."""
    running_worker(environment).respond_with_was_entered(event)


@sync_op
def op_service_worker_respond(
    environment: Environment,
    event: int,
    outcome: FetchOutcome,
    is_over: bool,
    record: ScriptResponse | None,
    body: WireBody,
    failure: str | None,
) -> str | None:
    """What a fetch event came to; `is_over`: its lifetime is too; `failure`: why it is an error, for people.

    Returns why the response is none for this request, for the console of the worker; null when it is fit.
    """
    running = running_worker(environment)
    response = None if record is None else response_from_wire(record, body, environment)
    if (response is None) == (outcome == "response"):
        raise JSTypeError("a response, and only that, has one")
    unfit = "" if response is None else running.why_unfit(event, response)
    environment.agent.browser_thread.post(running.answer_fetch, event, outcome, is_over, response, failure)
    return unfit or None
