"""What https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch does with the HTTP cache."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.event_loop import in_parallel
from engine.fetch.fetch_params import FetchParams
from engine.fetch.http_cache.freshness import cache_control, freshness
from engine.fetch.http_cache.verbs import (
    SAFE_METHODS,
    construct_a_response,
    freshen,
    invalidate,
    select_a_stored_response,
    store,
)
from engine.fetch.partition import determine_the_network_partition_key
from engine.http.response import Response
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.fetch.http_cache.store import CacheStore, StoredResponse
    from engine.http.request import Request


@dataclass(slots=True)
class Lookup:
    """What the look into the cache has brought (ours). `response`: one that answers the request, with nobody asked."""

    cache: CacheStore | None = None
    partition: Hashable = None
    response: Response | None = None
    stored_response: StoredResponse | None = None
    revalidating: bool = False


def look_in_the_http_cache(fetch_params: FetchParams, request: Request, http_request: Request) -> Lookup:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Its steps 8.24 to 8.26.
    """
    lookup = Lookup()
    # 8.24–8.25. Determine the HTTP cache partition; without one the cache mode is "no-store".
    partition = determine_the_network_partition_key(http_request)
    if partition is None:
        http_request.cache_mode = "no-store"
    # 8.26. With cache mode "no-store" or "reload" no stored response is selected. NB: nor where the user agent keeps no
    # cache.
    cache = fetch_params.user_agent.http_cache
    if cache is None or http_request.cache_mode == "no-store":
        return lookup
    lookup.cache, lookup.partition = cache, partition
    if http_request.cache_mode == "reload":
        return lookup
    # 8.26.1. Select a stored response.
    now = fetch_params.user_agent.clock.wall_time()
    stored = lookup.stored_response = select_a_stored_response(cache, partition, http_request)
    # NB: https://httpwg.org/specs/rfc9111.html#cache-request-directive.only-if-cached, when the author says it in a
    # header.
    if stored is None:
        if "only-if-cached" in cache_control(http_request.header_list):
            lookup.response = Response(status=504, status_message=b"Gateway Timeout")
        return lookup
    # 8.26.2. There is a stored response.
    state = freshness(stored, http_request.header_list, now)
    # 8.26.2.1. A stale-while-revalidate response is used, and revalidated in parallel for the next time.
    if http_request.cache_mode == "default" and state == "stale-while-revalidate" and http_request.client is not None:
        _revalidate_in_parallel(fetch_params, request, stored)
    # 8.26.2.2. A stale response is revalidated, unless the cache mode says otherwise. NB: "no-cache" always
    # revalidates.
    else:
        lookup.revalidating = state == "stale" or http_request.cache_mode == "no-cache"
        if lookup.revalidating and http_request.cache_mode not in ("force-cache", "only-if-cached"):
            _append_validators(http_request, stored)
            return lookup
    lookup.response = construct_a_response(stored, http_request)
    lookup.response.cache_state = "local"
    return lookup


def _append_validators(http_request: Request, stored: StoredResponse) -> None:
    for name, condition in ((b"ETag", b"If-None-Match"), (b"Last-Modified", b"If-Modified-Since")):
        value = stored.header_list.get(name)
        if value is not None:
            http_request.header_list.append(condition, value)


def _revalidate_in_parallel(fetch_params: FetchParams, request: Request, stored: StoredResponse) -> None:
    # NB: once for all who get this answer meanwhile.
    if stored.is_being_revalidated:
        return
    stored.is_being_revalidated = True
    # 8.26.2.1.3–8.26.2.1.6. The revalidate request: a clone with cache mode "no-cache", for no service worker.
    revalidate_request = request.clone()
    revalidate_request.cache_mode = "no-cache"
    revalidate_request.prevent_no_cache_cache_control_header_modification = True
    revalidate_request.service_workers_mode = "none"
    # 8.26.2.1.7. Main fetch for the revalidate request, in parallel.
    revalidate_params = FetchParams(revalidate_request, fetch_params.user_agent, main_fetch=fetch_params.main_fetch)
    in_parallel(_revalidate(revalidate_params, stored), "revalidate")


async def _revalidate(fetch_params: FetchParams, stored: StoredResponse) -> None:
    assert fetch_params.main_fetch is not None
    try:
        response = await fetch_params.main_fetch(fetch_params)
        body = response.unsafe_response().body
        # NB: it is kept as it is read.
        while body is not None and await body.read():
            pass
    except ScriptException:
        return  # The network failed; the next one tries again.
    finally:
        stored.is_being_revalidated = False


def tell_the_http_cache(
    fetch_params: FetchParams, http_request: Request, lookup: Lookup, forward_response: Response, request_time: float
) -> Response:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Its steps 11.3 to 11.5: the response to go
    on with
    """
    cache, partition, stored = lookup.cache, lookup.partition, lookup.stored_response
    # 11.3. An unsafe method that succeeded invalidates stored responses. NB: also when the request itself did not want
    # to use the cache.
    if http_request.method not in SAFE_METHODS and 200 <= forward_response.status <= 399:
        every_cache = fetch_params.user_agent.http_cache
        if every_cache is not None:
            invalidate(every_cache, determine_the_network_partition_key(http_request), http_request, forward_response)
        # (Then nothing was selected: only what GET and HEAD ask for is.)
    if cache is None:
        return forward_response
    now = fetch_params.user_agent.clock.wall_time()
    # 11.4. A 304 freshens the stored response, which is the response then.
    if lookup.revalidating and stored is not None and forward_response.status == 304:
        if forward_response.body is not None:
            forward_response.body.cancel()
        freshen(cache, partition, stored, forward_response, request_time, now)
        response = construct_a_response(stored, http_request)
        response.cache_state = "validated"
        return response
    # 11.5. Store the forward response.
    store(cache, partition, http_request, forward_response, request_time, now)
    return forward_response
