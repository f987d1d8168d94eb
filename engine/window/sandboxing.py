"""https://html.spec.whatwg.org/multipage/browsers.html#sandboxing, as far as it is obeyed: whose a document is,
and whether its scripts run.

A sandbox is the set of the words that loosen it, in lowercase; None: there is none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from engine.url import OpaqueOrigin

if TYPE_CHECKING:
    from engine.http import PolicyContainer
    from engine.window.documents import DocumentSource

Sandbox: TypeAlias = "frozenset[str] | None"


def both(one: Sandbox, other: Sandbox) -> Sandbox:
    """What two sandboxes allow together."""
    if one is None or other is None:
        return one if other is None else other
    return one & other


def sandbox_of_policies(policies: PolicyContainer) -> Sandbox:
    """https://w3c.github.io/webappsec-csp/#sandbox-init"""
    result: Sandbox = None
    for policy in policies.csp_list:
        if policy.disposition == "enforce" and "sandbox" in policy.directive_set:
            result = both(result, frozenset(word.lower() for word in policy.directive_set["sandbox"]))
    return result


def put_into(sandbox: Sandbox, source: DocumentSource) -> DocumentSource:
    """The document as the sandbox leaves it."""
    if sandbox is None:
        return source
    source = replace(source, sandbox=sandbox, scripting=source.scripting and "allow-scripts" in sandbox)
    if "allow-same-origin" not in sandbox:
        # Nobody's document; no service worker is responsible for it.
        source.origin = OpaqueOrigin()
        if source.reserved_client is not None:
            source.reserved_client.active_service_worker = None
    return source
