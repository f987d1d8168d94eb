"""https://fetch.spec.whatwg.org/#main-fetch"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.fetch.cors import cors_exposed_header_names
from engine.fetch.http_fetch import http_fetch
from engine.fetch.scheme_fetch import scheme_fetch
from engine.http.body import Body
from engine.http.header_names import cors_unsafe_request_header_names
from engine.http.methods import CORS_SAFELISTED_METHODS
from engine.http.response import (
    NULL_BODY_STATUSES,
    RANGE_STATUSES,
    Response,
    filtered_response,
    network_error,
)
from engine.security.bad_ports import should_request_be_blocked_due_to_a_bad_port
from engine.security.csp.checks import (
    report_content_security_policy_violations_for_request,
    should_request_be_blocked_by_content_security_policy,
    should_response_to_request_be_blocked_by_content_security_policy,
)
from engine.security.csp.upgrade import upgrade_request_to_a_potentially_trustworthy_url
from engine.security.hsts import upgrade_request_by_hsts
from engine.security.integrity import do_bytes_match_metadata_list
from engine.security.mixed_content import (
    should_fetching_request_be_blocked_as_mixed_content,
    should_response_to_request_be_blocked_as_mixed_content,
    upgrade_a_mixed_content_request_to_a_potentially_trustworthy_url,
)
from engine.security.nosniff import (
    should_response_to_request_be_blocked_due_to_its_mime_type,
    should_response_to_request_be_blocked_due_to_nosniff,
)
from engine.security.referrer_policy import determine_requests_referrer
from engine.url import origin_of, same_origin
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.fetch.controller import Outcome
    from engine.fetch.fetch_params import FetchParams
    from engine.fetch.user_agent import UserAgent
    from engine.http.request import Request


async def main_fetch(fetch_params: FetchParams) -> Response:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    NB: returns the response that the specification hands over. Where the specification calls it recursively, to follow a
    redirect, this is a loop.
    """
    # 1. The request.
    request, user_agent = fetch_params.request, fetch_params.user_agent
    trusted_origins = user_agent.trusted_origins
    asked_for_leave = False
    response: Outcome = "go on"
    # NB: each step of a redirect chain does 2 to 13.
    while response == "go on":
        # 2–10. The request as it may be sent, or a network error.
        refusal = _prepare(request, user_agent)
        # 11. (We are in parallel already.)
        # 12. Get the response, by the request's URL, mode and flags.
        how = _how_to_fetch(request) if refusal is None else refusal
        if how == "scheme fetch":
            response = await scheme_fetch(fetch_params)
        elif how == "HTTP fetch":
            response = await http_fetch(fetch_params)
        elif how == "HTTP fetch with preflight":
            asked_for_leave = True
            response = await http_fetch(fetch_params, make_cors_preflight=True)
        else:
            response = how
        # 13. A recursive main fetch would return the response here.
    if asked_for_leave and response.is_network_error:
        # NB: the last of step 12, for whichever step of the chain has asked.
        user_agent.preflight_cache.clear_cache_entries(request)
    # 14. Filter the response by the request's response tainting.
    if not response.is_network_error and response.internal_response is None:
        # AD-HOC: what a service worker has made itself hides nothing of another origin, and is handed over as it is, as in
        # browsers; by the text the request's tainting would filter it: https://github.com/whatwg/fetch/issues/535
        is_made_by_a_worker = response.service_worker_timing_info is not None
        tainting = "basic" if is_made_by_a_worker else request.response_tainting
        if tainting == "cors":
            response.cors_exposed_header_name_list = cors_exposed_header_names(request, response)
        response = filtered_response(tainting, response)
    # 15. The internal response. NB: a filtered response shares lists and body with it, the rest is set on both.
    internal_response = response.unsafe_response()
    # 16. An internal response with an empty URL list gets the request's.
    if not internal_response.url_list:
        internal_response.url_list.extend(request.url_list)
    # 17. The redirect taint.
    response.redirect_taint = internal_response.redirect_taint = request.redirect_taint()
    # 18. A navigation's response carries the navigation timing allow values list.
    if request.is_navigation_request:
        internal_response.navigation_timing_allow_values_list = list(request.navigation_timing_allow_values_list)
    # 19. The timing allow passed flag.
    if not request.timing_allow_failed:
        response.timing_allow_passed = internal_response.timing_allow_passed = True
    # 20. The response may be blocked: mixed content, Content Security Policy, MIME type, nosniff.
    if not response.is_network_error:
        blocked = reason_to_block_a_response(request, internal_response, trusted_origins)
        # 21. An opaque range response to a request without a Range header is a network error.
        if (
            not blocked
            and response.type == "opaque"
            and internal_response.status in RANGE_STATUSES
            and internal_response.range_requested
            and not request.header_list.contains(b"Range")
        ):
            blocked = "a partial response to a request without a range"
        if blocked:
            _let_go_of(internal_response)
            response = internal_response = network_error(blocked)
    # 22. A HEAD or CONNECT request, or a null body status, has no body.
    if not response.is_network_error and (
        request.method in ("HEAD", "CONNECT") or internal_response.status in NULL_BODY_STATUSES
    ):
        _let_go_of(internal_response)
        response.body = internal_response.body = None
    # 23. With integrity metadata the body is read and checked before the handover.
    if request.integrity_metadata and not response.is_network_error:
        response = await _check_integrity(request, response)
    # 24. Fetch response handover.
    _fetch_response_handover(fetch_params, response)
    return response


def _prepare(request: Request, user_agent: UserAgent) -> Response | None:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Its steps 2 to 10. A network error: it is not sent.
    """
    # 2–3. The local-URLs-only flag allows only local URLs.
    response: Response | None = None
    if request.local_urls_only and not request.current_url.is_local:
        response = network_error("only local URLs are allowed here")
    # 4. Report Content Security Policy violations.
    report_content_security_policy_violations_for_request(request)
    # 5–6. Upgrade the request to a potentially trustworthy URL, by policy or as mixed content.
    upgrade_request_to_a_potentially_trustworthy_url(request)
    trusted_origins = user_agent.trusted_origins
    upgrade_a_mixed_content_request_to_a_potentially_trustworthy_url(request, trusted_origins)
    # 7. The request may be blocked: bad port, mixed content, Content Security Policy.
    blocked = reason_to_block_a_request(request, trusted_origins)
    if blocked:
        response = network_error(blocked)
    # 8. A request without a referrer policy has that of its policy container.
    policy_container = request.policy_container
    assert policy_container != "client"
    if not request.referrer_policy:
        request.referrer_policy = policy_container.referrer_policy
    # 9. Determine the request's referrer.
    if request.referrer != "no-referrer":
        request.referrer = determine_requests_referrer(request, trusted_origins)
    # 10. A known HSTS host has its scheme upgraded.
    upgrade_request_by_hsts(request, user_agent.known_hosts)
    return response


_HowToFetch: TypeAlias = Literal["scheme fetch", "HTTP fetch", "HTTP fetch with preflight"]


def _how_to_fetch(request: Request) -> _HowToFetch | Response:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Its step 12: the first case that fits. A network error where it may not be had.
    """
    url = request.current_url
    assert request.origin != "client"
    # Preloaded. FIXME: nothing is preloaded here.
    # At home, data:, and navigations.
    if (
        url.scheme == "data"
        or request.mode in ("navigate", "websocket", "webtransport")
        or (request.response_tainting == "basic" and same_origin(origin_of(url), request.origin))
    ):
        request.response_tainting = "basic"
        return "scheme fetch"
    # Home only.
    if request.mode == "same-origin":
        return network_error("the URL is of another origin and the request's mode is same-origin")
    # Elsewhere, unseen.
    if request.mode == "no-cors":
        if request.redirect_mode != "follow":
            return network_error("a no-cors request to another origin must follow redirects")
        request.response_tainting = "opaque"
        return "scheme fetch"
    # Elsewhere, by other means.
    if not url.is_http:
        return network_error(f"{url.scheme}: URLs cannot be had with CORS")
    # Elsewhere, with leave.
    request.response_tainting = "cors"
    if request.use_cors_preflight or (
        request.unsafe_request
        and (request.method not in CORS_SAFELISTED_METHODS or cors_unsafe_request_header_names(request.header_list))
    ):
        return "HTTP fetch with preflight"
    # Elsewhere, simply.
    return "HTTP fetch"


def reason_to_block_a_request(request: Request, trusted_origins: Collection[str] = ()) -> str:
    """Why main fetch blocks this request before it is sent; empty when it does not. Ours, so that others can ask
    beforehand.
    """
    if should_request_be_blocked_due_to_a_bad_port(request):
        return f"port {request.current_url.port} is blocked"
    if should_fetching_request_be_blocked_as_mixed_content(request, trusted_origins):
        return "mixed content"
    if should_request_be_blocked_by_content_security_policy(request):
        return "blocked by Content Security Policy"
    # FIXME: Integrity Policy.
    return ""


def reason_to_block_a_response(
    request: Request, internal_response: Response, trusted_origins: Collection[str] = ()
) -> str:
    """Why main fetch withholds this response; empty when it does not. Ours."""
    if should_response_to_request_be_blocked_as_mixed_content(request, internal_response, trusted_origins):
        return "mixed content"
    if should_response_to_request_be_blocked_by_content_security_policy(request, internal_response):
        return "blocked by Content Security Policy"
    if should_response_to_request_be_blocked_due_to_its_mime_type(request, internal_response):
        return "not a script's MIME type"
    if should_response_to_request_be_blocked_due_to_nosniff(request, internal_response):
        return "the MIME type does not fit, and X-Content-Type-Options says nosniff"
    return ""


async def _check_integrity(request: Request, response: Response) -> Response:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Its step 23.
    """
    # 23.2. A response without a body does not match its integrity metadata.
    if response.body is None:
        return network_error("integrity cannot be checked without a body")
    # 23.4. Fully read the body.
    try:
        data = await response.body.read_all(copies=2)
    except ScriptException as error:
        return network_error(f"the body broke off while its integrity was checked: {error.message}")
    # 23.3.1. Do bytes match the metadata list.
    if not do_bytes_match_metadata_list(data, request.integrity_metadata):
        return network_error("the body does not match the integrity metadata")
    # 23.3.2–23.3.3. The bytes that were read become the body.
    response.body = Body(data)
    response.unsafe_response().body = response.body
    return response


def _fetch_response_handover(fetch_params: FetchParams, response: Response) -> None:
    """https://fetch.spec.whatwg.org/#fetch-finale"""
    # 1. FIXME: Server-Timing.
    # 2. A document's timing is read later.
    request = fetch_params.request
    if request.destination == "document":
        fetch_params.controller.full_timing_info = fetch_params.timing_info
    # 3–7. Process response end-of-body: the request is done; without a body that is now.
    body = response.unsafe_response().body
    if body is None:
        process_response_end_of_body(fetch_params)
    else:
        body.when_finished(lambda: process_response_end_of_body(fetch_params))


def process_response_end_of_body(fetch_params: FetchParams) -> None:
    """https://fetch.spec.whatwg.org/#fetch-finale

    Its step 3.
    """
    request = fetch_params.request
    fetch_params.timing_info.end_time = fetch_params.now()
    request.done = True
    # NB: a record of something that is over would only keep it alive.
    client = request.client
    if client is not None and request.is_subresource_request:
        for index, record in enumerate(client.fetch_group):
            if record.request is request:
                del client.fetch_group[index]
                break


def _let_go_of(response: Response) -> None:
    if response.body is not None:
        response.body.cancel()
