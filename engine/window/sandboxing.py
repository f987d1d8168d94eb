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
    from engine.window.documents import Document, DocumentSource
    from engine.window.navigables import Navigable

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


def is_allowed_by_sandboxing_to_navigate(source: Document, target: Navigable) -> bool:
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#allowed-to-navigate. From any thread."""
    sandbox, navigable = source.source.sandbox, source.navigable
    # 1–2. A navigable may navigate itself and its descendants.
    if sandbox is None or navigable in target.inclusive_ancestors():
        return True
    # 3. Its top-level traversable only where the sandbox allows it. NB: nobody is there who could activate anything.
    if target in navigable.inclusive_ancestors() and target.parent_document is None:
        return "allow-top-navigation" in sandbox
    # 4–6. Another top-level traversable only if it has opened it.
    return target.parent_document is None and target.page.opener_navigable is navigable


def popup_sandbox(opener: Document) -> Sandbox:
    """https://html.spec.whatwg.org/multipage/browsers.html#popup-sandboxing-flag-set of a page that it opens"""
    sandbox = opener.source.sandbox
    return None if sandbox is None or "allow-popups-to-escape-sandbox" in sandbox else sandbox
