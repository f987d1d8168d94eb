"""Whether a document is shown in a frame: what it says itself, https://w3c.github.io/webappsec-csp/#directive-frame-ancestors and
https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-x-frame-options-header, and what the page around it wants,
https://html.spec.whatwg.org/multipage/browsers.html#coep"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.security.cross_origin_resource_policy import cross_origin_resource_policy_check
from engine.security.csp.matching import does_url_match_source_list
from engine.url import parse_url, same_origin

if TYPE_CHECKING:
    from engine.http import PolicyContainer, Response
    from engine.url import Origin
    from engine.window.frames import Frame


def why_it_may_not_be_loaded(frame: Frame, response: Response) -> str | None:
    """What speaks against a response, a redirect too, in this frame; None: nothing."""
    parent = frame.parent_document.environment
    policy, url = parent.policy_container.embedder_policy, response.unsafe_response().url
    # AD-HOC: what has no server has no headers either, and is under the parent's policies; as in browsers.
    if response.is_network_error or url is None or url.is_local:
        return None
    if cross_origin_resource_policy_check(parent.origin, policy, response.unsafe_response(), True):
        return None
    return "the Cross-Origin-Embedder-Policy around it wants a Cross-Origin-Resource-Policy that allows this"


def why_it_is_not_embedded(frame: Frame, response: Response, origin: Origin, policies: PolicyContainer) -> str | None:
    """What the response says against being shown in this frame; None: it may be. `origin`: whose the document would be."""
    ancestors = [navigable.environment.origin for navigable in frame.inclusive_ancestors() if navigable is not frame]
    enforced = [policy for policy in policies.csp_list if policy.disposition == "enforce" and "frame-ancestors" in policy.directive_set]
    # https://w3c.github.io/webappsec-csp/#frame-ancestors-navigation-response: each ancestor has to be named by each policy.
    for policy in enforced:
        if not all(_is_named(each, policy.directive_set["frame-ancestors"], policy.self_origin) for each in ancestors):
            return "its Content-Security-Policy does not name who embeds it as one of its frame-ancestors"
    # https://html.spec.whatwg.org/multipage/browsers.html#check-a-navigation-response's-adherence-to-its-embedder-policy
    # FIXME: report it, and what the report-only policies would forbid.
    around = frame.parent_document.environment.policy_container.embedder_policy
    if around.value != "unsafe-none" and policies.embedder_policy.value == "unsafe-none":
        return "it has no Cross-Origin-Embedder-Policy, unlike the page around it"
    # https://html.spec.whatwg.org/multipage/document-lifecycle.html#check-a-navigation-response's-adherence-to-x-frame-options
    # 2–3. A frame-ancestors directive takes the place of X-Frame-Options.
    header = response.header_list.get(b"X-Frame-Options")
    if header is None or enforced:
        return None
    # 4–8. Values that contradict each other forbid the framing; so do "deny", and "sameorigin" under another origin.
    words = {word.strip().lower() for word in header.decode("latin-1").split(",")}
    if len(words) > 1 and words & {"deny", "allowall", "sameorigin"}:
        return f"it says X-Frame-Options: {', '.join(sorted(words))}"
    if "deny" in words or ("sameorigin" in words and not all(same_origin(each, origin) for each in ancestors)):
        return f"it says X-Frame-Options: {next(iter(words))}"
    return None


def _is_named(ancestor: Origin, source_list: list[str], self_origin: Origin | None) -> bool:
    url = FAILURE if ancestor.is_opaque else parse_url(ancestor.serialize())
    return url is not FAILURE and does_url_match_source_list(url, source_list, self_origin)
