"""https://fetch.spec.whatwg.org/#fetching: how a fetch begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.fetch.controller import FetchController
from engine.fetch.fetch_params import FetchParams
from engine.fetch.main_fetch import main_fetch, process_response_end_of_body
from engine.fetch.timing_info import FetchTimingInfo
from engine.http.body import Body
from engine.http.fetch_record import FetchRecord
from engine.http.policy_container import PolicyContainer

if TYPE_CHECKING:
    from engine.fetch.user_agent import UserAgent
    from engine.http.headers import HeaderList
    from engine.http.request import Request
    from engine.http.response import Response

DOCUMENT_ACCEPT = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""https://fetch.spec.whatwg.org/#document-accept-header-value"""
_ACCEPT = {
    "document": DOCUMENT_ACCEPT,
    "frame": DOCUMENT_ACCEPT,
    "iframe": DOCUMENT_ACCEPT,
    "image": b"image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "json": b"application/json,*/*;q=0.5",
    "style": b"text/css,*/*;q=0.1",
    "text": b"text/plain,*/*;q=0.5",
}


def fetch(
    request: Request,
    user_agent: UserAgent,
    *,
    process_request_body_chunk_length: Callable[[int], object] | None = None,
    process_request_end_of_body: Callable[[], object] | None = None,
    process_early_hints_response: Callable[[HeaderList], object] | None = None,
) -> FetchController:
    """https://fetch.spec.whatwg.org/#concept-fetch

    Nothing is sent before somebody awaits `controller.response()`, which gives the response (perhaps a network error)
    as soon as
    its head is there. "Process response end-of-body" is the body's end; "process response consume body" is
    `body.read_all()`.
    The callbacks run in between, wherever the fetch is; they must not wait.
    """
    # 1. Only a navigation may process early hints.
    assert request.mode == "navigate" or process_early_hints_response is None
    # 2–4. Populate the request from its client. NB: without a task destination, see FetchParams.
    populate_request_from_client(request)
    client = request.client
    # 5–6. (There are no task destinations here.)
    # 7. Timing info that starts now.
    start_time = user_agent.clock.now() * 1000
    timing_info = FetchTimingInfo(
        start_time=start_time,
        post_redirect_start_time=start_time,
        render_blocking=request.render_blocking,
    )
    # 8. The fetch params, with the controller.
    controller = FetchController()
    fetch_params = FetchParams(
        request,
        user_agent,
        controller,
        timing_info,
        process_request_body_chunk_length,
        process_request_end_of_body,
        process_early_hints_response,
        cross_origin_isolated_capability=client is not None and client.cross_origin_isolated,
        main_fetch=main_fetch,
    )
    # 9. A body given as bytes becomes a body.
    if isinstance(request.body, bytes):
        request.body = Body(request.body)
    # 10–11. FIXME: WebDriver BiDi; preloaded resources.
    headers = request.header_list
    # 12. The Accept header, by the request's initiator and destination.
    if not headers.contains(b"Accept"):
        value = DOCUMENT_ACCEPT if request.initiator == "prefetch" else _ACCEPT.get(request.destination, b"*/*")
        headers.headers.append((b"Accept", value))
    # 13–14. In which language. AD-HOC: said in HTTP-network-or-cache fetch, as in Chromium; a service worker's caches, whose keys
    # are requests as scripts make them, would never match what it is asked for when a response varies with it.
    # 15. NB: nothing here depends on a priority.
    # 16. A subresource request's fetch record joins the client's fetch group.
    if client is not None and request.is_subresource_request:
        client.fetch_group.append(FetchRecord(request, controller))
    # 17. Main fetch, begun when somebody awaits the response.
    controller._begin(lambda: _run(fetch_params))
    # 18. The fetch controller.
    return controller


async def _run(fetch_params: FetchParams) -> Response:
    try:
        return await main_fetch(fetch_params)
    except BaseException:
        # Whoever waited has gone away: it is no longer under way.
        process_response_end_of_body(fetch_params)
        raise


def populate_request_from_client(request: Request) -> None:
    """https://fetch.spec.whatwg.org/#populate-request-from-client"""
    client = request.client
    # 1. The traversable for user prompts: only a window has one.
    if request.traversable_for_user_prompts == "client":
        is_window = client is not None and client.global_kind == "Window"
        request.traversable_for_user_prompts = client if is_window else "no-traversable"
    # 2. The request's origin is its client's.
    if request.origin == "client":
        assert client is not None
        request.origin = client.origin
    # 3. The policy container is a clone of its client's.
    if request.policy_container == "client":
        request.policy_container = client.policy_container.clone() if client is not None else PolicyContainer()
