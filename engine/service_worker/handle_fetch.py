"""https://w3c.github.io/ServiceWorker/#on-fetch-request-algorithm: how workers answer requests"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import ref

from engine.fetch import fetch
from engine.http import network_error
from engine.http.body import ByteStream
from engine.http.script_requests import InitiatorOfANavigation
from engine.http.wire import request_to_wire, response_to_wire
from engine.js import AgentClosed
from engine.service_worker.lifecycle_events import should_skip_event
from engine.service_worker.registrations import match_service_worker_registration
from engine.service_worker.response_streams import ResponseStream
from engine.service_worker.run_service_worker import run_service_worker
from engine.service_worker.update import soft_update
from engine.url import is_url_potentially_trustworthy

if TYPE_CHECKING:
    from engine.event_loop import Future
    from engine.fetch import FetchController
    from engine.http import Request, Response
    from engine.service_worker.concepts import Registration, ServiceWorker
    from engine.service_worker.registration_map import RegistrationMap
    from engine.service_worker.running import FetchOutcome, PendingEvent, RunningWorker


_ATTEMPTS = 3
"""How often an event is queued again whose worker was stopped before it got it."""


@dataclass(slots=True)
class ServiceWorkerTimingInfo:
    """https://w3c.github.io/ServiceWorker/#service-worker-timing-info. Milliseconds of the user agent's clock.

    NB: without static routing nothing else of it is ever set.
    """

    start_time: float = 0.0
    fetch_event_dispatch_time: float = 0.0


async def handle_fetch(
    service_workers: RegistrationMap, request: Request, fetch_controller: FetchController
) -> Response | None:
    """https://w3c.github.io/ServiceWorker/#on-fetch-request-algorithm

    None: the network answers. `request` is a clone that is ours.
    """
    # 1–6. The client and the reserved client.
    client = request.client
    reserved_client = request.reserved_client
    # 7. The request is not for a service worker's script.
    assert request.destination != "serviceworker"
    # 8. "embed" and "object" requests are not handled.
    if request.destination in ("embed", "object"):
        return None
    # AD-HOC: what the script of a module worker imports has that script's destination and no reserved client; the worker's own
    # controller answers for it.
    is_subresource = request.is_subresource_request or (
        reserved_client is None and request.destination in ("worker", "sharedworker")
    )
    # SPEC-BUG: a request that was redirected is matched by, and shows, where it has been led to; "request's url" would be where
    # it began, and a worker's redirect would lead to the worker's same answer again. As in browsers.
    request.url_list = [request.current_url]
    if not is_subresource:
        # 9.1–9.2. The reserved client must be a secure context, the URL potentially trustworthy.
        if reserved_client is None or not reserved_client.is_secure_context:
            return None
        if not is_url_potentially_trustworthy(request.url, service_workers.user_agent.trusted_origins):
            return None
        # 9.3. NB: nothing here reloads by force.
        # 9.4–9.6. Match service worker registration, with the reserved client's storage key and the URL.
        registration = match_service_worker_registration(
            service_workers, reserved_client.origin.serialize(), request.url
        )
        # 9.7. Without a registration that has an active worker the network answers.
        if registration is None or registration.active is None:
            return None
        # 9.8. The reserved client's active service worker is the registration's active worker.
        if request.destination != "report":
            service_workers.control(reserved_client, registration.active)
    else:
        # 10. A subresource request: the registration of the client's active service worker.
        controller: ServiceWorker | None = None if client is None else client.active_service_worker  # type: ignore[assignment]
        if controller is None:
            return None
        registration = controller.registration
    # 11–12. The active worker, and whether to soft-update.
    worker = registration.active
    if worker is None:
        return None
    should_soft_update = not is_subresource or registration.is_stale
    # 13. FIXME: static routing; there is no addRoutes().
    # 14–16. Navigation preload. NB: no auto preload; nothing is loaded on suspicion.
    preload: Future[Response] | None = None
    if (
        registration.navigation_preload_enabled
        and request.is_navigation_request
        and request.method == "GET"
        and "fetch" in worker.event_types
        and not worker.all_fetch_listeners_are_empty
    ):
        preload = _preload(registration, request, fetch_controller)
    # 17–19. Create fetch event and dispatch. NB: the timing info of router sources (18) is not set without routing.
    return await create_fetch_event_and_dispatch(
        request, registration, worker, fetch_controller, preload, should_soft_update
    )


def _preload(registration: Registration, request: Request, fetch_controller: FetchController) -> Future[Response]:
    """https://w3c.github.io/ServiceWorker/#on-fetch-request-algorithm, its step 15.1"""
    user_agent = registration.service_workers.user_agent
    # 1–5. The preload request: a clone with the Service-Worker-Navigation-Preload header, for no service worker.
    preload_request = request.clone()
    preload_request.header_list.append(
        b"Service-Worker-Navigation-Preload", registration.navigation_preload_header_value
    )
    preload_request.service_workers_mode = "none"
    # 6–8. Fetch it, and abort it with the navigation's own fetch.
    controller = fetch(preload_request, user_agent)
    fetch_controller.when_cancelled(controller.abort)
    answer: Future[Response] = user_agent.browser_thread.new_future()

    async def run() -> None:
        response = await controller.response()
        if not answer.done():
            answer.set_result(response)

    registration.service_workers.in_parallel(run(), "navigation preload")
    return answer


async def create_fetch_event_and_dispatch(
    request: Request,
    registration: Registration,
    worker: ServiceWorker,
    fetch_controller: FetchController,
    preload: Future[Response] | None,
    should_soft_update: bool,
) -> Response | None:
    """https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm"""
    # 1–10. The clock for timing info. (What else begins as null or false here is a variable where it is set.)
    service_workers = registration.service_workers
    clock = service_workers.user_agent.clock
    # 11. Should skip event: the network answers.
    if should_skip_event("fetch", worker):
        if should_soft_update:
            soft_update(registration)
        return None
    # 12. All fetch listeners are empty: the worker is only started.
    if worker.all_fetch_listeners_are_empty:
        service_workers.in_parallel(_start_only(registration, worker, should_soft_update), f"start of {worker!r}")
        return None
    # 13–14. The timing info's start time.
    timing_info = ServiceWorkerTimingInfo(clock.now() * 1000)
    # 15. Wait until an activating worker is "activated".
    if worker.state == "activating":
        await worker.activation_is_over.wait()
    outcome: FetchOutcome = "fallback"
    response: Response | None = None
    failure: str | None = None
    # NB: an event whose worker ended before its task ran is kept for the next one that runs.
    for _ in range(_ATTEMPTS):
        # 16. Run service worker.
        running = worker.running
        if running is None or not running.started:
            running = await run_service_worker(worker)
        # NB: nobody may want the answer any more.
        if fetch_controller.cancelled:
            break
        if running is None or running.ended:
            continue
        # 17–18. Fire the fetch event in a task, and wait for its response.
        event = _queue_fetch_event(running, request, fetch_controller, preload, timing_info)
        assert event.answer is not None
        outcome, response = await event.answer
        failure = event.failure
        if event.begun or outcome != "fallback" or worker.state == "redundant":
            break
    # 19. Soft update.
    if should_soft_update:
        soft_update(registration)
    # 20. NB: the race response map is for static routing.
    # 21–23. NB: the realm has settled `handled`.
    body = None if response is None else response.unsafe_response().body
    if fetch_controller.cancelled:
        if body is not None:
            body.cancel()
        return fetch_controller.appropriate_network_error()
    match outcome:
        case "fallback":
            return None
        case "canceled":
            return network_error("the service worker canceled the fetch event without a response")
        case "error":
            return network_error(failure or "the service worker failed to respond")
    # 17.4.18, 24. The response, with the timing info.
    assert response is not None
    # NB: whoever gives up the fetch while its body comes ends what the body comes from.
    if body is not None and isinstance(body.source, ByteStream):
        body.source = ResponseStream(body.source, fetch_controller)
    response.service_worker_timing_info = timing_info
    return response


def _queue_fetch_event(
    running: RunningWorker,
    request: Request,
    fetch_controller: FetchController,
    preload: Future[Response] | None,
    timing_info: ServiceWorkerTimingInfo,
) -> PendingEvent:
    """https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm, its step 17"""
    # 17.1–17.3. The event in the worker's realm, with its promise for the response.
    event = running.begin_event("fetch", answer=running.agent.browser_thread.new_future(), request=request)
    # 17.4.8–17.4.10. The ids of the client, of the resulting client and of the replaced one.
    client, reserved_client = request.client, request.reserved_client
    resulting_client_id = ""
    if reserved_client is not None and request.is_non_subresource_request and request.destination != "report":
        resulting_client_id = reserved_client.client_id
    # NB: nobody learns who another site's documents are.
    replaced = running.environment.user_agent.environments.get(request.replaces_client_id)
    is_shown = replaced is not None and replaced.storage_key == running.environment.storage_key
    replaced_client_id = request.replaces_client_id if request.is_navigation_request and is_shown else ""
    record, body = request_to_wire(request, running.environment)
    if request.is_navigation_request and request.origin != "client":
        # Whoever hands the navigation on does so in the name of who began it.
        event.navigation = running.environment.handles.add(InitiatorOfANavigation(request.origin))
        record["navigation"] = event.navigation
    # 17.4.12. The fetch event dispatch time. NB: as near as this thread knows.
    timing_info.fetch_event_dispatch_time = running.environment.user_agent.clock.now() * 1000
    # 17.4.1–17.4.13. Create the FetchEvent and dispatch it, in a task.
    running.queue_event(
        event,
        "handle fetch task source",
        "up_service_worker_fire_fetch_event",
        record,
        body,
        # AD-HOC: a navigation names the document that goes for it, as in browsers; the text would name the one that began it.
        replaced_client_id if request.is_navigation_request else "" if client is None else client.client_id,
        resulting_client_id,
        replaced_client_id,
        preload is not None,
    )
    # 17.4.20. When the fetch controller is aborted or terminated, the event request's signal is aborted.
    # NB: it keeps what it calls; nothing of this keeps it.
    controller = ref(fetch_controller)
    fetch_controller.when_cancelled(lambda: _abort(running, event, controller()))
    if preload is not None:
        running.worker.registration.service_workers.in_parallel(
            _deliver_preload(running, event.number, preload), "navigation preload's delivery"
        )
    return event


def _abort(running: RunningWorker, event: PendingEvent, fetch_controller: FetchController | None) -> None:
    if event.number not in running.pending or fetch_controller is None:
        return
    bindings, number = running.environment.bindings, event.number
    reason = fetch_controller.serialized_abort_reason
    running.environment.queue_a_global_task(
        "handle fetch task source", lambda: bindings.upcall("up_service_worker_fetch_aborted", number, reason)
    )
    # NB: nobody waits for the answer any more.
    if event.answer is not None and not event.answer.done():
        event.answer.set_result(("error", None))


async def _deliver_preload(running: RunningWorker, number: int, preload: Future[Response]) -> None:
    """https://w3c.github.io/ServiceWorker/#on-fetch-request-algorithm, its step 15.1.7"""
    response = await preload
    failed = response.is_network_error
    body = response.unsafe_response().body
    if running.ended:
        if body is not None:
            body.cancel()
        return
    record = None if failed else response_to_wire(response, running.environment)
    try:
        await running.environment.upcall(
            "up_service_worker_preload_response", number, record, source="handle fetch task source"
        )
    except AgentClosed:
        return


async def _start_only(registration: Registration, worker: ServiceWorker, should_soft_update: bool) -> None:
    """https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm, its step 12.1"""
    # 12.1.1. Wait until an activating worker is "activated".
    if worker.state == "activating":
        await worker.activation_is_over.wait()
    # 12.1.2. Run service worker.
    await run_service_worker(worker)
    # 12.1.3. Soft update.
    if should_soft_update:
        soft_update(registration)
