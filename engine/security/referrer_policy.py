"""https://w3c.github.io/webappsec-referrer-policy/"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from engine.http.policy_container import DEFAULT_REFERRER_POLICY, ReferrerPolicy
from engine.url import LOCAL_SCHEMES, is_url_potentially_trustworthy, origin_of, same_origin

if TYPE_CHECKING:
    from engine.http.headers import HeaderList
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.url import URL

REFERRER_POLICIES: Final = frozenset(get_args(ReferrerPolicy))


def parse_a_referrer_policy_from_a_header(headers: HeaderList) -> ReferrerPolicy:
    """https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header"""
    # 1. The tokens of the Referrer-Policy header.
    # 2–3. The last token that is a referrer policy wins.
    policy: ReferrerPolicy = ""
    for token in headers.get_decode_and_split(b"Referrer-Policy") or ():
        word = token.lower()
        if word and word in REFERRER_POLICIES:
            policy = cast("ReferrerPolicy", word)
    # 4. The policy, or the empty string.
    return policy


def set_requests_referrer_policy_on_redirect(request: Request, actual_response: Response) -> None:
    """https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect"""
    # 1. Parse the response's Referrer-Policy header.
    policy = parse_a_referrer_policy_from_a_header(actual_response.header_list)
    # 2. Only a policy that is not the empty string replaces the request's.
    if policy:
        request.referrer_policy = policy


def determine_requests_referrer(
    request: Request, trusted_origins: Collection[str] = ()
) -> Literal["no-referrer"] | URL:
    """https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""
    # 1–2. The request's referrer policy, and its client as the environment.
    policy = request.referrer_policy or DEFAULT_REFERRER_POLICY
    environment = request.client
    # OPTIMIZATION: nothing to work out.
    if policy == "no-referrer":
        return "no-referrer"
    # 3. The referrer source: the creation URL of the client, or the URL that the request's referrer is.
    # 3.client. NB: without a client there is nothing to tell; a background fetch settles this when it is registered.
    if request.referrer == "client":
        if environment is None or environment.origin.is_opaque:
            return "no-referrer"
        # FIXME: a srcdoc document uses its container's address.
        referrer_source: Literal["no-referrer"] | URL = environment.creation_url
    else:
        referrer_source = request.referrer
    if referrer_source == "no-referrer":
        return "no-referrer"
    # 4–6. The referrer URL, stripped for use as a referrer, and the referrer origin (5); a URL too long is cut down to
    # its origin.
    # 7. NB: no user setting changes anything here.
    # 8. By the referrer policy:
    url = request.current_url
    match policy:
        case "origin":
            return _referrer_origin(referrer_source)
        case "unsafe-url":
            return _referrer_url(referrer_source)
        case "same-origin":
            is_same_origin = same_origin(origin_of(referrer_source), origin_of(url))
            return _referrer_url(referrer_source) if is_same_origin else "no-referrer"
        case "origin-when-cross-origin":
            is_same_origin = same_origin(origin_of(referrer_source), origin_of(url))
            return _referrer_url(referrer_source) if is_same_origin else _referrer_origin(referrer_source)
        case "strict-origin-when-cross-origin" if same_origin(origin_of(referrer_source), origin_of(url)):
            return _referrer_url(referrer_source)
    # The rest depend on whether encryption is lost on the way.
    if is_url_potentially_trustworthy(referrer_source, trusted_origins) and not is_url_potentially_trustworthy(
        url, trusted_origins
    ):
        return "no-referrer"
    if policy == "no-referrer-when-downgrade":
        return _referrer_url(referrer_source)
    return _referrer_origin(referrer_source)


def _referrer_url(referrer_source: URL) -> Literal["no-referrer"] | URL:
    referrer_url = strip_url_for_use_as_a_referrer(referrer_source)
    if referrer_url != "no-referrer" and len(referrer_url.serialized) > 4096:
        return _referrer_origin(referrer_source)
    return referrer_url


def _referrer_origin(referrer_source: URL) -> Literal["no-referrer"] | URL:
    return strip_url_for_use_as_a_referrer(referrer_source, origin_only=True)


def strip_url_for_use_as_a_referrer(url: URL, origin_only: bool = False) -> Literal["no-referrer"] | URL:
    """https://w3c.github.io/webappsec-referrer-policy/#strip-url"""
    # 2. A URL of a local scheme gives no referrer.
    if url.scheme in LOCAL_SCHEMES:
        return "no-referrer"
    # 3–5. Without user name, password and fragment.
    # 6. For the origin-only flag: no path and no query.
    # 7. OPTIMIZATION: most URLs have nothing to strip.
    if origin_only:
        return url.with_parts(username="", password="", fragment=None, path="/", query=None)
    if url.fragment is None and not url.includes_credentials:
        return url
    return url.with_parts(username="", password="", fragment=None)
