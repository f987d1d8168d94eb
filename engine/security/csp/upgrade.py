"""https://w3c.github.io/webappsec-upgrade-insecure-requests/"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.http.policy_container import PolicyContainer
    from engine.http.request import Request


def has_upgrade_insecure_requests(policy_container: PolicyContainer) -> bool:
    """Whether https://w3c.github.io/webappsec-upgrade-insecure-requests/#insecure-requests-policy is "Upgrade" under
    these policies.
    """
    return any(
        policy.disposition == "enforce" and "upgrade-insecure-requests" in policy.directive_set
        for policy in policy_container.csp_list
    )


def upgrade_request_to_a_potentially_trustworthy_url(request: Request) -> None:
    """https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request"""
    # OPTIMIZATION: nothing to upgrade.
    url = request.current_url
    if url.scheme != "http":
        return
    # 1. FIXME: the Upgrade-Insecure-Requests header of navigations, and which of them are upgraded.
    if request.is_navigation_request and request.destination == "document":
        return
    # 2–3. Only where the policy container's CSP list has upgrade-insecure-requests.
    policy_container = request.policy_container
    assert policy_container != "client"
    if not has_upgrade_insecure_requests(policy_container):
        return
    # 4. The scheme becomes "https", port 80 the default port.
    request.url_list[-1] = url.with_parts(scheme="https", port=None if url.port == 80 else url.port)
