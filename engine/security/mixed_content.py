"""https://w3c.github.io/webappsec-mixed-content/"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from engine.url import TupleOrigin, is_an_ip_address, is_url_potentially_trustworthy

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response

_UPGRADEABLE_DESTINATIONS = frozenset({"image", "audio", "video"})


def does_settings_prohibit_mixed_security_contexts(request: Request) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object

    AD-HOC: asked of the request's origin, which is its client's; a background fetch has no client any more and keeps
    the origin.
    """
    # 1. A potentially trustworthy origin prohibits mixed security contexts.
    # AD-HOC: as in browsers this means https only: a page on http://localhost may still reach plain servers.
    origin = request.origin
    # 2. FIXME: an insecure document inside a secure one is bound by its ancestors; an opaque origin by its creator.
    # 3. Any other origin does not prohibit them.
    return isinstance(origin, TupleOrigin) and origin.scheme == "https"


def upgrade_a_mixed_content_request_to_a_potentially_trustworthy_url(
    request: Request, trusted_origins: Collection[str] = ()
) -> None:
    """https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm"""
    # 1. Only images, audio and video, by host name, from settings that prohibit mixed content, whose URL is not
    # trustworthy already.
    url = request.current_url
    if request.destination not in _UPGRADEABLE_DESTINATIONS or (
        request.destination == "image" and request.initiator == "imageset"
    ):
        return
    if is_url_potentially_trustworthy(url, trusted_origins) or url.host is None or is_an_ip_address(url.host):
        return
    if not does_settings_prohibit_mixed_security_contexts(request):
        return
    # 2. The scheme becomes "https".
    if url.scheme == "http":
        request.url_list[-1] = url.with_parts(scheme="https", port=None if url.port == 80 else url.port)


def should_fetching_request_be_blocked_as_mixed_content(
    request: Request, trusted_origins: Collection[str] = ()
) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-fetch

    True for blocked.
    """
    # 1. Allowed when the settings do not prohibit mixed security contexts,
    if not does_settings_prohibit_mixed_security_contexts(request):
        return False
    # 1.2. when the URL is potentially trustworthy,
    if is_url_potentially_trustworthy(request.current_url, trusted_origins):
        return False
    # 1.3. FIXME: where the user allowed it,
    # 1.4. and for a top-level document.
    # 2. Any other request is blocked.
    return request.destination != "document"


def should_response_to_request_be_blocked_as_mixed_content(
    request: Request, response: Response, trusted_origins: Collection[str] = ()
) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-response

    True for blocked.
    """
    # 1. Allowed when the settings do not prohibit mixed security contexts,
    if not does_settings_prohibit_mixed_security_contexts(request):
        return False
    # 1.2. when the response's URL is potentially trustworthy (a response without a URL was made by a script),
    if response.url is None or is_url_potentially_trustworthy(response.url, trusted_origins):
        return False
    # 1.3. FIXME: where the user allowed it,
    # 1.4. and for a top-level document.
    # 2. Any other response is blocked.
    return request.destination != "document"
