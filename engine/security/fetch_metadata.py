"""https://w3c.github.io/webappsec-fetch-metadata/: the Sec-Fetch-* headers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from engine.url import is_url_potentially_trustworthy, origin_of, same_origin, same_site

if TYPE_CHECKING:
    from engine.http.request import Request


def append_the_fetch_metadata_headers(request: Request, trusted_origins: Collection[str] = ()) -> None:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-append-the-fetch-metadata-headers-for-a-request"""
    # 1. Only to a potentially trustworthy URL.
    if not is_url_potentially_trustworthy(request.current_url, trusted_origins):
        return
    # 2–5. Sec-Fetch-Dest, -Mode, -Site and -User. OPTIMIZATION: scripts cannot have set them (forbidden names), so that
    # appending is setting.
    headers = request.header_list.headers
    headers.append((b"Sec-Fetch-Dest", request.destination.encode("ascii") or b"empty"))
    headers.append((b"Sec-Fetch-Mode", request.mode.encode("ascii")))
    headers.append((b"Sec-Fetch-Site", sec_fetch_site(request)))
    if request.is_navigation_request and request.user_activation:
        headers.append((b"Sec-Fetch-User", b"?1"))


def sec_fetch_site(request: Request) -> bytes:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    origin = request.origin
    assert origin != "client"
    # 1–2. The header's value is "same-origin" so far.
    value = b"same-origin"
    # 3. A navigation that the user began, which no client requested: "none".
    if (
        request.is_navigation_request
        and request.client is None
        and request.top_level_navigation_initiator_origin is None
    ):
        return b"none"
    # 4. For each URL of the URL list:
    for url in request.url_list:
        # 4.1. The request's own origin changes nothing.
        if same_origin(origin_of(url), origin):
            continue
        # 4.2–4.3. Another site: "cross-site",
        if not same_site(origin_of(url), origin):
            return b"cross-site"
        # 4.4. another origin of the same site: "same-site".
        value = b"same-site"
    # 5–6. The value of Sec-Fetch-Site.
    return value
