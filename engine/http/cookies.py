"""https://fetch.spec.whatwg.org/#cookie-infrastructure

Which cookies a request may carry. The cookies themselves live in engine.network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.network.cookies import Cookie, CookieStore, SameSiteMode, serialize_cookies
from engine.url import origin_of, same_site

if TYPE_CHECKING:
    from engine.http.request import Request

__all__ = ["Cookie", "CookieStore", "SameSiteMode", "determine_the_same_site_mode", "serialize_cookies"]


def determine_the_same_site_mode(request: Request) -> SameSiteMode:
    """https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""
    # 1. SPEC-BUG: the text asserts GET or POST; scripts may use any method.
    # 2. A top-level navigation that another site initiated.
    initiator = request.top_level_navigation_initiator_origin
    if initiator is not None and not same_site(initiator, origin_of(request.url)):
        # 3. NB: a top-level GET navigation carries lax cookies also when another site began it (RFC 6265bis, 5.2); the
        # text
        # would never reach its own third step for one.
        if request.method == "GET" and request.destination == "document":
            return "lax-or-less"
        return "unset-or-less"
    # 3. SPEC-BUG: by the text no document has strict cookies; everywhere they come along when nobody, or the same site, leads to it.
    if request.method == "GET" and request.destination == "document":
        is_led = initiator is not None and request.redirect_taint() == "cross-site"
        return "lax-or-less" if is_led else "strict-or-less"
    # 4. The client has a cross-site ancestor.
    client = request.client
    if client is not None and client.has_cross_site_ancestor:
        return "unset-or-less"
    # NB: a request to another site than its own. The text sees this only in the redirect-taint.
    if request.origin != "client" and not same_site(request.origin, origin_of(request.current_url)):
        return "unset-or-less"
    # 5. The redirect-taint is cross-site.
    if request.redirect_taint() == "cross-site":
        return "unset-or-less"
    # 6. Otherwise the request may carry strict cookies.
    return "strict-or-less"
