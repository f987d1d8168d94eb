"""https://fetch.spec.whatwg.org/#http-network-or-cache-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch.authentication import authorization_of_a_url, basic_authorization, basic_realm
from engine.fetch.cookie_headers import append_a_request_cookie_header
from engine.fetch.cors import append_a_request_origin_header
from engine.fetch.http_cache.steps import look_in_the_http_cache, tell_the_http_cache
from engine.fetch.network_fetch import http_network_fetch
from engine.http.body import Body
from engine.http.request import Request, shallow_copy
from engine.http.response import Response, network_error
from engine.security.cross_origin_resource_policy import check_if_cross_origin_embedder_policy_allows_credentials
from engine.security.fetch_metadata import append_the_fetch_metadata_headers
from engine.url import URL, is_url_potentially_trustworthy

if TYPE_CHECKING:
    from engine.fetch.fetch_params import FetchParams
    from engine.fetch.user_agent import UserAgent

_CONDITIONAL_HEADERS = frozenset(
    {b"if-modified-since", b"if-none-match", b"if-unmodified-since", b"if-match", b"if-range"}
)
_KEEPALIVE_LIMIT = 64 * 1024


async def http_network_or_cache_fetch(
    fetch_params: FetchParams,
    is_authentication_fetch: bool = False,
    is_new_connection_fetch: bool = False,
    *,
    is_preflight: bool = False,
) -> Response:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    `is_preflight` is ours: a preflight has no client, and borrows its fetch params.
    """
    # 1–7. The request; nothing stored, and no response yet.
    request = fetch_params.request
    user_agent = fetch_params.user_agent
    # 8.1–8.2. The HTTP request is a copy, so that the request itself stays as it was for the next redirect.
    # OPTIMIZATION: the copy shares the body, which is only wanted again where it can be had again.
    http_request = shallow_copy(request)
    # 8.3–8.4. Whether to include credentials, by credentials mode and embedder policy.
    include_credentials = request.credentials_mode == "include" or (
        request.credentials_mode == "same-origin" and request.response_tainting == "basic"
    )
    if include_credentials and not check_if_cross_origin_embedder_policy_allows_credentials(request):
        include_credentials = False
    # 8.5–8.10. Content-Length, and the limit for keepalive requests.
    refusal = _append_content_length(http_request)
    if refusal:
        return network_error(refusal)
    # 8.11–8.20. The headers that every request has.
    _append_headers(http_request, user_agent)
    # 8.21. With credentials: the Cookie and Authorization headers.
    if include_credentials and not is_preflight:
        append_a_request_cookie_header(http_request, user_agent)
        _append_authorization(http_request, user_agent, is_authentication_fetch)
    # 8.22–8.23. FIXME: proxy authentication; WebDriver BiDi.
    # 8.24–8.26. A stored response of the HTTP cache.
    lookup = look_in_the_http_cache(fetch_params, request, http_request)
    response = lookup.response
    # 9. Aborted: the appropriate network error.
    if fetch_params.cancelled:
        return fetch_params.appropriate_network_error()
    # 10. FIXME: WebDriver BiDi.
    # 11. No stored response is used.
    if response is None:
        # 11.1. With cache mode "only-if-cached" that is a network error.
        if http_request.cache_mode == "only-if-cached":
            return network_error("only-if-cached, and it is not in the cache")
        # 11.2. HTTP-network fetch.
        request_time = user_agent.clock.wall_time()
        response = await http_network_fetch(
            fetch_params.with_request(http_request), include_credentials, is_new_connection_fetch
        )
        if response.is_network_error:
            # NB: nothing that follows applies to one.
            return response
        # 11.3–11.5. Invalidate, freshen or store responses in the HTTP cache.
        response = tell_the_http_cache(fetch_params, http_request, lookup, response, request_time)
    # 12. The response's URL list.
    response.url_list = list(http_request.url_list)
    # 13–14. The range-requested flag, and whether the request included credentials.
    if http_request.header_list.contains(b"Range"):
        response.range_requested = True
    response.request_includes_credentials = include_credentials
    # 15. A 401 asks for authentication.
    if (
        response.status == 401
        and http_request.response_tainting != "cors"
        and include_credentials
        and request.traversable_for_user_prompts != "no-traversable"
    ):
        again = await _authenticate(fetch_params, response, is_authentication_fetch)
        if again is not None:
            return again
    # 16. FIXME: 407; we know no proxies.
    # 17. A 421 is tried once more, on a new connection.
    if (
        response.status == 421
        and not is_new_connection_fetch
        and (not isinstance(request.body, Body) or request.body.replayable)
    ):
        # 17.1. A cancelled fetch ends here.
        if fetch_params.cancelled:
            return fetch_params.appropriate_network_error()
        # 17.2. HTTP-network-or-cache fetch again, with a new connection and the body from its start.
        if response.body is not None:
            response.body.cancel()
        if isinstance(request.body, Body):
            request.body = request.body.rewound()
        return await http_network_or_cache_fetch(fetch_params, is_authentication_fetch, True, is_preflight=is_preflight)
    # 18. An authentication entry, when the credentials were accepted.
    if is_authentication_fetch and response.status != 401:
        authorization = http_request.header_list.get(b"Authorization")
        if authorization is not None:
            user_agent.authentication_entries.create(http_request, "", authorization)
    # 19. The response.
    return response


def _append_content_length(http_request: Request) -> str:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Its steps 8.5 to 8.10. A reason when it is too much.
    """
    body = http_request.body
    # 8.5–8.9. NB: without a known length the wire's framing says where it ends.
    if body is None:
        if http_request.method in ("POST", "PUT"):
            http_request.header_list.append(b"Content-Length", b"0")
        return ""
    assert isinstance(body, Body)
    content_length = body.length
    if content_length is None:
        return ""
    http_request.header_list.append(b"Content-Length", b"%d" % content_length)
    # 8.10. The bodies of inflight keepalive requests have a limit, all together.
    if http_request.keepalive and http_request.client is not None:
        inflight = sum(
            _length_of_body(record.request)
            for record in http_request.client.fetch_group
            if record.request.keepalive and not record.request.done
        )
        # NB: this request is in the group itself already, so that its own length is in the sum.
        if max(inflight, content_length) > _KEEPALIVE_LIMIT:
            return "more than 64 KiB in keepalive requests"
    return ""


def _length_of_body(request: Request) -> int:
    return request.body.length or 0 if isinstance(request.body, Body) else 0


def _append_headers(http_request: Request, user_agent: UserAgent) -> None:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Its steps 8.11 to 8.20.
    """
    headers = http_request.header_list
    # 8.11. The Referer header.
    if isinstance(http_request.referrer, URL):
        headers.append(b"Referer", http_request.referrer.serialized.encode("latin-1"))
    # 8.12–8.13. The Origin header and the Fetch metadata headers.
    append_a_request_origin_header(http_request)
    append_the_fetch_metadata_headers(http_request, user_agent.trusted_origins)
    # 8.14. The Sec-Purpose header of a prefetch.
    if http_request.initiator == "prefetch":
        headers.set(b"Sec-Purpose", b"prefetch")
    # 8.15. The User-Agent header.
    names = {name.lower() for name, _ in headers.headers}
    if b"user-agent" not in names:
        headers.headers.append((b"User-Agent", user_agent.user_agent_string.encode("latin-1")))
    # https://fetch.spec.whatwg.org/#concept-fetch, its steps 13 and 14
    if user_agent.accept_language and b"accept-language" not in names:
        headers.headers.append((b"Accept-Language", user_agent.accept_language.encode("latin-1")))
    # 8.16–8.18. The cache mode, and what Cache-Control and Pragma say of it.
    if http_request.cache_mode == "default" and not _CONDITIONAL_HEADERS.isdisjoint(names):
        http_request.cache_mode = "no-store"
    if (
        http_request.cache_mode == "no-cache"
        and not http_request.prevent_no_cache_cache_control_header_modification
        and b"cache-control" not in names
    ):
        headers.headers.append((b"Cache-Control", b"max-age=0"))
    if http_request.cache_mode in ("no-store", "reload"):
        if b"pragma" not in names:
            headers.headers.append((b"Pragma", b"no-cache"))
        if b"cache-control" not in names:
            headers.headers.append((b"Cache-Control", b"no-cache"))
    # 8.19. A Range is asked of the identity coding.
    if b"range" in names:
        headers.append(b"Accept-Encoding", b"identity")
    # 8.20. What HTTP wants; Host and Connection are the transport's. The newer content codings only where nobody in
    # between can meddle.
    elif b"accept-encoding" not in names:
        trustworthy = is_url_potentially_trustworthy(http_request.current_url, user_agent.trusted_origins)
        headers.headers.append((b"Accept-Encoding", b"gzip, deflate, br, zstd" if trustworthy else b"gzip, deflate"))


def _append_authorization(http_request: Request, user_agent: UserAgent, is_authentication_fetch: bool) -> None:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Its step 8.21.2.
    """
    if http_request.header_list.contains(b"Authorization"):
        return
    url = http_request.current_url
    entry = user_agent.authentication_entries.get(http_request)
    # 8.21.2.1–8.21.2.2. The authentication entry,
    if entry is not None and (not http_request.use_url_credentials or not url.includes_credentials):
        http_request.header_list.append(b"Authorization", entry.authorization)
    # 8.21.2.3. or, in an authentication fetch, the credentials of the URL.
    elif url.includes_credentials and is_authentication_fetch:
        http_request.header_list.append(b"Authorization", authorization_of_a_url(url))


async def _authenticate(
    fetch_params: FetchParams, response: Response, is_authentication_fetch: bool
) -> Response | None:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Its step 15. None: the 401 stands.
    """
    request = fetch_params.request
    realm = basic_realm(response.header_list)
    # 15.1. AD-HOC: only Basic; any other scheme's 401 stands.
    if realm is None:
        return None
    # 15.2. The body must be extracted again from its source.
    if isinstance(request.body, Body):
        if not request.body.replayable:
            return network_error("authentication is asked for and the body was a stream")
        request.body = request.body.rewound()
    url = request.current_url
    # 15.3. Prompt for user name and password, unless the URL has credentials that were not tried yet.
    # NB: the specification would ask even where the URL has one, if it was not told to use it; no browser does.
    if is_authentication_fetch or not url.includes_credentials:
        # 15.3.1. A cancelled fetch ends here.
        if fetch_params.cancelled:
            return fetch_params.appropriate_network_error()
        # 15.3.2. Prompt.
        prompt = fetch_params.user_agent.prompt_for_credentials
        answer = None if prompt is None else await prompt(request, realm)
        if answer is None:
            return None
        # 15.3.3–15.3.4. AD-HOC: kept as an entry instead of in the URL, where the response would show it. An answer that was
        # refused just now is not tried again.
        entries = fetch_params.user_agent.authentication_entries
        entry, authorization = entries.get(request), basic_authorization(*answer)
        if entry is not None and entry.authorization == authorization:
            return None
        entries.create(request, realm, authorization)
    # 15.4. HTTP-network-or-cache fetch again, as an authentication fetch.
    if response.body is not None:
        response.body.cancel()
    return await http_network_or_cache_fetch(fetch_params, True)
