"""https://html.spec.whatwg.org/#policy-containers: how they come to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.policy_container import DEFAULT_REFERRER_POLICY, PolicyContainer
from engine.security.cross_origin_resource_policy import obtain_an_embedder_policy
from engine.security.csp.parsing import parse_a_responses_content_security_policies
from engine.security.referrer_policy import parse_a_referrer_policy_from_a_header
from engine.url import is_origin_potentially_trustworthy, origin_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.http.response import Response


def create_a_policy_container_from_a_fetch_response(
    response: Response, is_secure_context: bool | None = None, trusted_origins: Collection[str] = ()
) -> PolicyContainer:
    """https://html.spec.whatwg.org/#creating-a-policy-container-from-a-fetch-response

    `response` may be filtered. `is_secure_context`: of the environment it is for; None: whether the response's own
    origin is trustworthy.
    """
    internal_response = response.unsafe_response()
    url = internal_response.url
    assert url is not None
    # 1. FIXME: a blob: URL takes over the policies of the environment that made it.
    # 2–3. The response's Content Security Policies.
    result = PolicyContainer()
    origin = origin_of(url)
    result.csp_list = parse_a_responses_content_security_policies(internal_response.header_list, origin)
    # 4. The embedder policy.
    if is_secure_context is None:
        is_secure_context = is_origin_potentially_trustworthy(origin, trusted_origins)
    result.embedder_policy = obtain_an_embedder_policy(internal_response.header_list, is_secure_context)
    # 5. FIXME: integrity policy.
    # 6. The referrer policy.
    referrer_policy = parse_a_referrer_policy_from_a_header(internal_response.header_list)
    result.referrer_policy = referrer_policy or DEFAULT_REFERRER_POLICY
    # 7. The policy container.
    return result
