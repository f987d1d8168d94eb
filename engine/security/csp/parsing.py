"""From headers and meta elements to policies. https://w3c.github.io/webappsec-csp/#parsing"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.http.policy_container import ContentSecurityPolicy, Disposition, parse_a_directive_set

if TYPE_CHECKING:
    from engine.http.headers import HeaderList
    from engine.url import Origin

_NOT_IN_META = ("report-uri", "frame-ancestors", "sandbox")


def parse_a_serialized_csp(
    serialized: str,
    source: Literal["header", "meta"],
    disposition: Disposition,
    self_origin: Origin | None = None,
) -> ContentSecurityPolicy:
    """https://w3c.github.io/webappsec-csp/#parse-serialized-policy

    NB: also sets the self-origin, which the specification leaves to the callers.
    """
    # 1–2. A policy with the directive set, the disposition and the source.
    policy = ContentSecurityPolicy(parse_a_directive_set(serialized), disposition, source, self_origin)
    # NB: what a meta element may not say: https://html.spec.whatwg.org/#attr-meta-http-equiv-content-security-policy
    if source == "meta":
        for name in _NOT_IN_META:
            policy.directive_set.pop(name, None)
    # 3. The policy.
    return policy


def parse_a_responses_content_security_policies(
    headers: HeaderList, self_origin: Origin
) -> list[ContentSecurityPolicy]:
    """https://w3c.github.io/webappsec-csp/#parse-response-csp

    `self_origin`: that of the response's URL.
    """
    # 1. No policies yet.
    policies: list[ContentSecurityPolicy] = []
    # 2–3. The policies to enforce, then those to report only; each header may hold several, between commas.
    names: tuple[tuple[bytes, Disposition], ...] = (
        (b"Content-Security-Policy", "enforce"),
        (b"Content-Security-Policy-Report-Only", "report"),
    )
    for name, disposition in names:
        for value in headers.get_all(name):
            for token in value.decode("latin-1").split(","):
                policy = parse_a_serialized_csp(token, "header", disposition, self_origin)
                if policy.directive_set:
                    policies.append(policy)
    # 4–5. The policies, with their self-origin set.
    return policies
