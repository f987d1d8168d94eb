"""https://fetch.spec.whatwg.org/#cookies: `Cookie` and `Set-Cookie`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch.partition import determine_the_network_partition_key
from engine.http.cookies import determine_the_same_site_mode, serialize_cookies
from engine.url import is_url_potentially_trustworthy

if TYPE_CHECKING:
    from engine.fetch.user_agent import UserAgent
    from engine.http.request import Request
    from engine.http.response import Response


def append_a_request_cookie_header(request: Request, user_agent: UserAgent) -> None:
    """https://fetch.spec.whatwg.org/#append-a-request-cookie-header"""
    # 1. The user agent may not handle cookies at all.
    store = user_agent.cookie_store
    url = request.current_url
    if store is None or len(store) == 0 or url.host is None:
        return
    # 2–5. Retrieve the cookies for the request's host, path, same-site mode and partition.
    cookies = store.retrieve_cookies(
        is_secure=_is_secure(request),
        host=url.host,
        path=url.path,
        http_only_allowed=True,
        same_site=determine_the_same_site_mode(request),
        partition_key=_partition_key(request),
    )
    # 6. No cookies, no header.
    if not cookies:
        return
    # 7–8. Serialize the cookies as the value of one Cookie header.
    request.header_list.append(b"Cookie", serialize_cookies(cookies))


def parse_and_store_response_set_cookie_headers(request: Request, response: Response, user_agent: UserAgent) -> None:
    """https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers"""
    # 1. The user agent may not handle cookies at all.
    store = user_agent.cookie_store
    url = request.current_url
    if store is None or url.host is None:
        return
    # OPTIMIZATION: most responses set none.
    values = response.header_list.get_all(b"Set-Cookie")
    if not values:
        return
    # 2–5. What the request's URL and same-site mode say of any cookie it sets.
    is_secure = _is_secure(request)
    same_site_allowed = determine_the_same_site_mode(request) in ("strict-or-less", "lax-or-less")
    # 6. Each Set-Cookie header is parsed and stored as one cookie.
    for value in values:
        store.parse_and_store_a_cookie(
            value,
            is_secure=is_secure,
            host=url.host,
            path=url.path,
            http_only_allowed=True,
            allow_non_host_only_cookie_for_public_suffix=False,
            same_site_strict_or_lax_allowed=same_site_allowed,
            partition_key=_partition_key(request),
        )
        store.garbage_collect_cookies(url.host)


def _is_secure(request: Request) -> bool:
    # AD-HOC: loopback counts as secure, as in browsers, so that Secure cookies work in development.
    url = request.current_url
    return url.scheme == "https" or is_url_potentially_trustworthy(url)


def _partition_key(request: Request) -> str | None:
    key = determine_the_network_partition_key(request)
    return None if key is None else str(key[0])
