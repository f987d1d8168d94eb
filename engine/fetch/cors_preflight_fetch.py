"""https://fetch.spec.whatwg.org/#cors-preflight-fetch"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.fetch.cors import cors_check
from engine.fetch.network_or_cache_fetch import http_network_or_cache_fetch
from engine.fetch.preflight_cache import MAXIMUM_MAX_AGE
from engine.http.header_names import cors_unsafe_request_header_names, is_a_cors_non_wildcard_request_header_name
from engine.http.header_values import extract_delta_seconds, extract_tokens
from engine.http.headers import HeaderList
from engine.http.methods import CORS_SAFELISTED_METHODS
from engine.http.request import Request
from engine.http.response import Response, network_error
from engine.infra import FAILURE

if TYPE_CHECKING:
    from engine.fetch.fetch_params import FetchParams


async def cors_preflight_fetch(fetch_params: FetchParams) -> Response:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

    NB: takes the fetch params of the fetch it is made for, so that it ends with it, and for their user agent.
    """
    request = fetch_params.request
    unsafe_names = cors_unsafe_request_header_names(request.header_list)
    # 1. The preflight request: OPTIONS, with the origin, referrer and destination of the real one.
    preflight = Request(
        url_list=list(request.url_list),
        method="OPTIONS",
        # 2–5. Accept, Access-Control-Request-Method and Access-Control-Request-Headers.
        header_list=HeaderList(
            [(b"Accept", b"*/*"), (b"Access-Control-Request-Method", request.method.encode("latin-1"))]
        ),
        initiator=request.initiator,
        destination=request.destination,
        origin=request.origin,
        referrer=request.referrer,
        referrer_policy=request.referrer_policy,
        mode="cors",
        response_tainting="cors",
        # NB: not the specification's slots: it has no client and no policies, and asks nobody anything.
        policy_container=request.policy_container,
        traversable_for_user_prompts="no-traversable",
    )
    if unsafe_names:
        preflight.header_list.append(b"Access-Control-Request-Headers", b",".join(unsafe_names))
    # 6. HTTP-network-or-cache fetch. NB: whoever watches the request's own body is not told of this one's.
    preflight_params = replace(
        fetch_params, request=preflight, process_request_body_chunk_length=None, process_request_end_of_body=None
    )
    response = await http_network_or_cache_fetch(preflight_params, is_preflight=True)
    if response.is_network_error:
        return response
    if response.body is not None:
        response.body.cancel()
    # 7–8. The response must pass the CORS check and have an ok status.
    refusal = cors_check(request, response)
    if refusal:
        return network_error(f"preflight: {refusal}")
    if not response.ok:
        return network_error(f"preflight: status {response.status}")
    # 7.1–7.3. The allowed methods and header names; a header that cannot be parsed fails the preflight.
    methods = extract_tokens(b"Access-Control-Allow-Methods", response.header_list)
    header_names = extract_tokens(b"Access-Control-Allow-Headers", response.header_list)
    if methods is FAILURE or header_names is FAILURE:
        return network_error("preflight: Access-Control-Allow-Methods or -Headers makes no sense")
    # 7.4. When the use-CORS-preflight flag is set and no methods are named, the request's own method is allowed.
    if methods is None and request.use_cors_preflight:
        methods = [request.method.encode("latin-1")]
    allowed_methods = [method.decode("latin-1") for method in methods or ()]
    allowed_names = {name.lower() for name in header_names or ()}
    wildcard_counts = request.credentials_mode != "include"
    # 7.5. The request's method is allowed, CORS-safelisted or covered by the wildcard.
    if (
        request.method not in allowed_methods
        and request.method not in CORS_SAFELISTED_METHODS
        and not (wildcard_counts and "*" in allowed_methods)
    ):
        return network_error(f"preflight: method {request.method} is not allowed")
    # 7.6. CORS non-wildcard request-header names must be allowed by name.
    for name in request.header_list.names():
        if is_a_cors_non_wildcard_request_header_name(name) and name.lower() not in allowed_names:
            return network_error(f"preflight: header {name.decode('latin-1')} is not allowed by name")
    # 7.7. CORS-unsafe request-header names are allowed by name or by the wildcard.
    for name in unsafe_names:
        if name not in allowed_names and not (wildcard_counts and b"*" in allowed_names):
            return network_error(f"preflight: header {name.decode('latin-1')} is not allowed")
    # 7.8–7.10. The max-age of the permission, limited.
    max_age = extract_delta_seconds(b"Access-Control-Max-Age", response.header_list)
    if max_age is None or max_age is FAILURE:
        max_age = 5
    max_age = min(max_age, MAXIMUM_MAX_AGE)
    # 7.11–7.15. Cache entries for each method and header name.
    cache = fetch_params.user_agent.preflight_cache
    for method in allowed_methods:
        cache.store_method(method, request, max_age)
    for name in header_names or ():
        cache.store_header_name(name, request, max_age)
    # 7.16. The preflight's response.
    return response
