"""Does a policy forbid a request or its response? https://w3c.github.io/webappsec-csp/#fetch-integration"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.http.policy_container import ContentSecurityPolicy
from engine.security.csp.matching import does_request_match_source_list, does_response_match_source_list
from engine.security.csp.violations import Violation, report_a_violation
from engine.security.integrity import parse_metadata

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response

_SCRIPT_FALLBACK = ("script-src", "default-src")
_FALLBACKS: dict[str, tuple[str, ...]] = {
    "script-src-elem": ("script-src-elem", *_SCRIPT_FALLBACK),
    "script-src-attr": ("script-src-attr", *_SCRIPT_FALLBACK),
    "style-src-elem": ("style-src-elem", "style-src", "default-src"),
    "worker-src": ("worker-src", "child-src", *_SCRIPT_FALLBACK),
    "connect-src": ("connect-src", "default-src"),
    "manifest-src": ("manifest-src", "default-src"),
    "object-src": ("object-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
    "media-src": ("media-src", "default-src"),
    "font-src": ("font-src", "default-src"),
    "img-src": ("img-src", "default-src"),
    "default-src": ("default-src",),
}
"""https://w3c.github.io/webappsec-csp/#directive-fallback-list"""

_EFFECTIVE_DIRECTIVES: dict[str, str | None] = {
    "": "connect-src",
    "audio": "media-src",
    "audioworklet": "script-src-elem",
    "document": None,
    "embed": "object-src",
    "font": "font-src",
    "frame": "frame-src",
    "iframe": "frame-src",
    "image": "img-src",
    "json": "connect-src",
    "manifest": "manifest-src",
    "object": "object-src",
    "paintworklet": "script-src-elem",
    "report": None,
    "script": "script-src-elem",
    "serviceworker": "worker-src",
    "sharedworker": "worker-src",
    "style": "style-src-elem",
    "text": "connect-src",
    "track": "media-src",
    "video": "media-src",
    "webidentity": "connect-src",
    "worker": "worker-src",
    "xslt": "script-src-elem",
}
_SCRIPT_DIRECTIVES = frozenset({"script-src-elem", "script-src", "default-src"})


def get_the_effective_directive_for_request(request: Request) -> str | None:
    """https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request"""
    # 1. A prefetch answers to default-src.
    if request.initiator in ("prefetch", "prerender"):
        return "default-src"
    # 2–3. By the request's destination. NB: a top-level document has no directive.
    return _EFFECTIVE_DIRECTIVES[request.destination]


def directive_that_executes(effective_directive: str, policy: ContentSecurityPolicy) -> tuple[str, list[str]] | None:
    """https://w3c.github.io/webappsec-csp/#should-directive-execute

    Name and value of the one that does, or None.
    """
    for name in _FALLBACKS[effective_directive]:
        value = policy.directive_set.get(name)
        if value is not None:
            return name, value
    return None


def report_content_security_policy_violations_for_request(request: Request) -> None:
    """https://w3c.github.io/webappsec-csp/#report-for-request"""
    # 1–2. For each policy that is only reported: its first violated directive.
    for policy in _policies(request):
        if policy.disposition == "report":
            violated = violated_directive(request, policy)
            if violated is not None:
                report_a_violation(request, _violation(request, policy, violated))


def should_request_be_blocked_by_content_security_policy(request: Request) -> bool:
    """https://w3c.github.io/webappsec-csp/#should-block-request

    True for blocked.
    """
    # 1–2. The result is "allowed" so far.
    blocked = False
    # 3. Every policy that is enforced is asked, and its violation reported.
    for policy in _policies(request):
        if policy.disposition == "enforce":
            violated = violated_directive(request, policy)
            if violated is not None:
                report_a_violation(request, _violation(request, policy, violated))
                blocked = True
    # 4. Blocked or allowed.
    return blocked


def should_response_to_request_be_blocked_by_content_security_policy(request: Request, response: Response) -> bool:
    """https://w3c.github.io/webappsec-csp/#should-block-response

    True for blocked.
    """
    # 1–2. The result is "allowed" so far.
    blocked = False
    # 3. For each policy: the post-request check. OPTIMIZATION: what came straight from the URL that was judged is not
    # judged again.
    for policy in _policies(request):
        violated = violated_directive(request, policy, response)
        if violated is not None:
            # 3.2.1. Report the violation; only a policy that is enforced blocks.
            report_a_violation(request, _violation(request, policy, violated))
            if policy.disposition == "enforce":
                blocked = True
    # 4. FIXME: frame-ancestors and sandbox, which are for documents.
    # 5. Blocked or allowed.
    return blocked


def violated_directive(request: Request, policy: ContentSecurityPolicy, response: Response | None = None) -> str | None:
    """https://w3c.github.io/webappsec-csp/#does-request-violate-policy

    The name of the directive violated, or None.

    With a `response` the directive's post-request check runs, else its pre-request check.
    """
    # 1. The effective directive for the request, and the directive that stands in for it.
    effective_directive = get_the_effective_directive_for_request(request)
    if effective_directive is None:
        return None
    executing = directive_that_executes(effective_directive, policy)
    if executing is None:
        return None
    name, source_list = executing
    # 2. The directive's pre-request or post-request check; a script directive also looks at nonce, integrity and parser
    # metadata.
    if request.is_script_like and name in _SCRIPT_DIRECTIVES:
        allowed = _script_directives_check(request, source_list, policy, response)
    else:
        allowed = _matches(request, source_list, policy, response)
    # 3. The violated directive, if any.
    return None if allowed else name


def _matches(
    request: Request, source_list: Sequence[str], policy: ContentSecurityPolicy, response: Response | None
) -> bool:
    if response is None:
        return does_request_match_source_list(request, source_list, policy.self_origin)
    return does_response_match_source_list(response, request, source_list, policy.self_origin)


def _script_directives_check(
    request: Request, source_list: Sequence[str], policy: ContentSecurityPolicy, response: Response | None
) -> bool:
    """https://w3c.github.io/webappsec-csp/#script-pre-request

    And #script-post-request: True for allowed.
    """
    # 1.1–1.2. The nonce matches the source list.
    if does_nonce_match_source_list(request.cryptographic_nonce_metadata, source_list):
        return True
    # 1.3–1.4. All of the integrity metadata matches the source list.
    if response is None and _integrity_matches(request.integrity_metadata, source_list):
        return True
    # 1.5. 'strict-dynamic' allows what is not parser-inserted.
    if any(expression.lower() == "'strict-dynamic'" for expression in source_list):
        return request.parser_metadata != "parser-inserted"
    # 1.6. The URL matches the source list.
    return _matches(request, source_list, policy, response)


def does_nonce_match_source_list(nonce: str, source_list: Sequence[str]) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-nonce-to-source-list"""
    if not nonce:
        return False
    return any(
        expression[:7].lower() == "'nonce-" and expression.endswith("'") and expression[7:-1] == nonce
        for expression in source_list
    )


def _integrity_matches(integrity_metadata: str, source_list: Sequence[str]) -> bool:
    """https://w3c.github.io/webappsec-csp/#script-pre-request

    Its integrity steps.
    """
    # The hashes the policy knows.
    known = {
        expression[1:-1].lower()[:6] + expression[1:-1][6:] for expression in source_list if _is_a_hash(expression)
    }
    if not known or not integrity_metadata:
        return False
    wanted = parse_metadata(integrity_metadata)
    return bool(wanted) and all(f"{item.algorithm}-{item.value}" in known for item in wanted)


def _is_a_hash(expression: str) -> bool:
    return expression[:8].lower() in ("'sha256-", "'sha384-", "'sha512-") and expression.endswith("'")


def _policies(request: Request) -> list[ContentSecurityPolicy]:
    container = request.policy_container
    assert container != "client"
    return container.csp_list


def _violation(request: Request, policy: ContentSecurityPolicy, violated: str) -> Violation:
    """https://w3c.github.io/webappsec-csp/#create-violation-for-request"""
    effective = get_the_effective_directive_for_request(request) or violated
    return Violation(policy=policy, effective_directive=effective, resource=request.url)
