"""https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header, and embedder policies as far as it needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from engine.http.policy_container import EmbedderPolicy
from engine.url import TupleOrigin, origin_of, same_origin, schemelessly_same_site

if TYPE_CHECKING:
    from engine.http.headers import HeaderList
    from engine.http.policy_container import EmbedderPolicyValue
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.url import Origin


def cross_origin_resource_policy_check(
    origin: Origin, embedder_policy: EmbedderPolicy, response: Response, for_navigation: bool = False
) -> bool:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check

    True for allowed.

    NB: takes the embedder policy itself instead of a settings object, because a request may outlive its client.
    """
    # 1–2. (The caller gives the policy, whether for a navigation or not.)
    # 3. The internal check without an embedder policy: what the response itself forbids.
    if not _internal_check(origin, "unsafe-none", response, for_navigation):
        return False
    # 4. FIXME: report violations of the report-only policy.
    # 5. The internal check with the embedder policy.
    # 6. FIXME: report the violation.
    # 7. Blocked or allowed.
    return _internal_check(origin, embedder_policy.value, response, for_navigation)


def _internal_check(
    origin: Origin, embedder_policy_value: EmbedderPolicyValue, response: Response, for_navigation: bool
) -> bool:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check

    True for allowed.
    """
    # 1. A navigation is allowed without an embedder policy.
    if for_navigation and embedder_policy_value == "unsafe-none":
        return True
    # 2–3. Cross-Origin-Resource-Policy; any value but the three known (several headers together too) is none.
    policy = response.header_list.get(b"Cross-Origin-Resource-Policy")
    if policy not in (b"same-origin", b"same-site", b"cross-origin"):
        policy = None
    # 4. Without the header the embedder policy decides.
    if policy is None:
        if embedder_policy_value == "credentialless":
            if response.request_includes_credentials or for_navigation:
                policy = b"same-origin"
        elif embedder_policy_value == "require-corp":
            policy = b"same-origin"
    # 5. By the policy: cross-origin, same-origin or same-site.
    if policy is None or policy == b"cross-origin":
        return True
    url = response.url
    if url is None:
        # NB: a response that a script made has no URL, and no header either that could forbid it.
        return True
    if policy == b"same-origin":
        return same_origin(origin, origin_of(url))
    is_secure = isinstance(origin, TupleOrigin) and origin.scheme == "https"
    return schemelessly_same_site(origin, origin_of(url)) and (is_secure or url.scheme != "https")


def check_if_cross_origin_embedder_policy_allows_credentials(request: Request) -> bool:
    """https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials"""
    # 1–2. A request whose mode is not "no-cors" may have credentials.
    assert request.origin != "client"
    if request.mode != "no-cors":
        return True
    # 3–4. Only the embedder policy "credentialless" concerns them. NB: the request carries a copy of its client's
    # policies.
    if request.policy_container == "client" or request.policy_container.embedder_policy.value != "credentialless":
        return True
    # 5–6. The request's own origin, never left by a redirect, may have credentials; no other.
    return same_origin(request.origin, origin_of(request.current_url)) and request.redirect_taint() == "same-origin"


def obtain_an_embedder_policy(headers: HeaderList, is_secure_context: bool) -> EmbedderPolicy:
    """https://html.spec.whatwg.org/#obtain-an-embedder-policy"""
    # 1–2. Only a secure context can have an embedder policy.
    policy = EmbedderPolicy()
    if not is_secure_context:
        return policy
    # 3–4. Cross-Origin-Embedder-Policy.
    parsed = _embedder_policy_value(headers, b"Cross-Origin-Embedder-Policy")
    if parsed is not None:
        policy.value, policy.reporting_endpoint = parsed
    # 5–6. Cross-Origin-Embedder-Policy-Report-Only.
    parsed = _embedder_policy_value(headers, b"Cross-Origin-Embedder-Policy-Report-Only")
    if parsed is not None:
        policy.report_only_value, policy.report_only_reporting_endpoint = parsed
    # 7. The embedder policy.
    return policy


def _embedder_policy_value(headers: HeaderList, name: bytes) -> tuple[EmbedderPolicyValue, str] | None:
    item = headers.get_structured_field_value(name, "item")
    if item is None or str(item.value) not in ("require-corp", "credentialless"):
        return None
    return cast("EmbedderPolicyValue", str(item.value)), str(item.params.get("report-to", ""))
