"""https://fetch.spec.whatwg.org/#http-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch.cors import cors_check, tao_check
from engine.fetch.cors_preflight_fetch import cors_preflight_fetch
from engine.fetch.http_redirect_fetch import http_redirect_fetch
from engine.fetch.network_or_cache_fetch import http_network_or_cache_fetch
from engine.http.body import Body
from engine.http.header_names import cors_unsafe_request_header_names
from engine.http.methods import CORS_SAFELISTED_METHODS
from engine.http.policy_container import EmbedderPolicy
from engine.http.response import REDIRECT_STATUSES, Response, network_error, opaque_redirect_filtered_response
from engine.security.cross_origin_resource_policy import cross_origin_resource_policy_check

if TYPE_CHECKING:
    from engine.fetch.controller import Outcome
    from engine.fetch.fetch_params import FetchParams
    from engine.http.request import Request

_NO_EMBEDDER_POLICY = EmbedderPolicy()


async def http_fetch(fetch_params: FetchParams, make_cors_preflight: bool = False) -> Outcome:
    """https://fetch.spec.whatwg.org/#concept-http-fetch"""
    # 1–2. The request; no response yet.
    request = fetch_params.request
    response: Response | None = None
    # 3. With service-workers mode "all" a service worker may answer.
    if request.service_workers_mode == "all":
        response = await _ask_the_service_worker(fetch_params)
        # 3.5.7. A service worker's response that does not suit the request's mode is a network error.
        if response is not None:
            unfit = reason_why_a_service_workers_response_is_unfit(request, response)
            if unfit:
                return network_error(unfit)
    # 4. Otherwise HTTP-network-or-cache fetch.
    if response is None:
        # 4.1. A CORS-preflight fetch first, unless the preflight cache has the permission.
        if make_cors_preflight and _needs_preflight(fetch_params):
            preflight_response = await cors_preflight_fetch(fetch_params)
            if preflight_response.is_network_error:
                return preflight_response
        # 4.2. Redirects that are followed go to no service worker.
        if request.redirect_mode == "follow":
            request.service_workers_mode = "none"
        # 4.3. HTTP-network-or-cache fetch.
        response = await http_network_or_cache_fetch(fetch_params)
        if response.is_network_error:
            # NB: the checks that follow would only turn it into another one, without the reason.
            return response
        # 4.4. The CORS check, for a request with CORS tainting.
        if request.response_tainting == "cors":
            refusal = cors_check(request, response)
            if refusal:
                _let_go_of(response)
                return network_error(refusal)
        # 4.5. The TAO check.
        if not tao_check(request, response):
            request.timing_allow_failed = True
    internal_response = response.unsafe_response()
    # 5. The cross-origin resource policy check, for an opaque response.
    if request.response_tainting == "opaque" or response.type == "opaque":
        assert request.origin != "client"
        container = request.policy_container
        embedder_policy = _NO_EMBEDDER_POLICY if container == "client" else container.embedder_policy
        if not cross_origin_resource_policy_check(request.origin, embedder_policy, internal_response):
            _let_go_of(internal_response)
            return network_error("Cross-Origin-Resource-Policy forbids it")
    # 6. The status is a redirect status.
    if internal_response.status in REDIRECT_STATUSES:
        # 6.1. FIXME: the navigation timing allow values list.
        # 6.2. (HTTP/2 only.)
        # 6.3. By the request's redirect mode:
        match request.redirect_mode:
            case "error":
                _let_go_of(internal_response)
                return network_error("a redirect, which the request's redirect mode forbids")
            case "manual" if request.mode == "navigate":
                redirect = response
                fetch_params.controller.next_manual_redirect_steps = lambda: http_redirect_fetch(fetch_params, redirect)
            case "manual":
                response = opaque_redirect_filtered_response(internal_response)
            case "follow":
                return http_redirect_fetch(fetch_params, response)
    # 7. The response.
    return response


async def _ask_the_service_worker(fetch_params: FetchParams) -> Response | None:
    """https://fetch.spec.whatwg.org/#concept-http-fetch

    Its steps 3.1 to 3.5.5.
    """
    request = fetch_params.request
    handle_fetch = fetch_params.user_agent.handle_fetch
    # OPTIMIZATION: "handle fetch" looks at the client's active worker first; without one the request need not be
    # cloned.
    if handle_fetch is None or (
        request.is_subresource_request and (request.client is None or request.client.active_service_worker is None)
    ):
        return None
    # 3.1–3.2. The request for the service worker is a clone. NB: a body stream is teed; a chunk that is no bytes cannot
    # come this far.
    request_for_service_worker = request.clone()
    # 3.3. The service worker start time.
    service_worker_start_time = fetch_params.now()
    # 3.4. Handle fetch.
    response = await handle_fetch(request_for_service_worker, fetch_params.controller)
    if response is None:
        # NB: nobody will read the worker's branch.
        if isinstance(request_for_service_worker.body, Body):
            request_for_service_worker.body.cancel()
        return None
    # 3.5.1–3.5.3. Its start time and timing info become the fetch's.
    fetch_params.timing_info.final_service_worker_start_time = service_worker_start_time
    fetch_params.timing_info.service_worker_timing_info = response.service_worker_timing_info
    # 3.5.4. The request's own body is cancelled.
    if isinstance(request.body, Body):
        request.body.cancel()
    return response


def reason_why_a_service_workers_response_is_unfit(request: Request, response: Response) -> str:
    """https://fetch.spec.whatwg.org/#concept-http-fetch

    Its step 3.5.7; empty when it is fit.
    """
    if response.is_network_error:
        return response.reason or "the service worker answered with a network error"
    if request.mode == "same-origin" and response.type == "cors":
        return "a same-origin request cannot be answered with a CORS response"
    if request.mode != "no-cors" and response.type == "opaque":
        return f"a request of mode {request.mode} cannot be answered with an opaque response"
    if request.redirect_mode != "manual" and response.type == "opaqueredirect":
        return "a redirect that was not followed cannot answer a request that wants redirects followed"
    if request.redirect_mode != "follow" and len(response.url_list) > 1:
        return "a redirected response cannot answer a request that does not follow redirects"
    return ""


def _needs_preflight(fetch_params: FetchParams) -> bool:
    """https://fetch.spec.whatwg.org/#concept-http-fetch

    Its step 4.1.
    """
    request = fetch_params.request
    cache = fetch_params.user_agent.preflight_cache
    needs_leave_for_method = request.method not in CORS_SAFELISTED_METHODS or request.use_cors_preflight
    if needs_leave_for_method and not cache.has_method_cache_entry_match(request.method, request):
        return True
    return any(
        not cache.has_header_name_cache_entry_match(name, request)
        for name in cors_unsafe_request_header_names(request.header_list)
    )


def _let_go_of(response: Response) -> None:
    if response.body is not None:
        response.body.cancel()
