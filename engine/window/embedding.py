"""Whether a document lets itself be shown in a frame: https://w3c.github.io/webappsec-csp/#directive-frame-ancestors and
https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-x-frame-options-header"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.security.csp.matching import does_url_match_source_list
from engine.url import parse_url, same_origin

if TYPE_CHECKING:
    from engine.http import PolicyContainer, Response
    from engine.url import Origin
    from engine.window.frames import Frame


def why_it_is_not_embedded(frame: Frame, response: Response, origin: Origin, policies: PolicyContainer) -> str | None:
    """What the response says against being shown in this frame; None: it may be. `origin`: whose the document would be."""
    ancestors = [navigable.environment.origin for navigable in frame.inclusive_ancestors() if navigable is not frame]
    enforced = [policy for policy in policies.csp_list if policy.disposition == "enforce" and "frame-ancestors" in policy.directive_set]
    # https://w3c.github.io/webappsec-csp/#frame-ancestors-navigation-response: each ancestor has to be named by each policy.
    for policy in enforced:
        if not all(_is_named(each, policy.directive_set["frame-ancestors"], policy.self_origin) for each in ancestors):
            return "its Content-Security-Policy does not name who embeds it as one of its frame-ancestors"
    # https://html.spec.whatwg.org/multipage/document-lifecycle.html#check-a-navigation-response's-adherence-to-x-frame-options
    # 2–3. A policy says more, and is what counts.
    header = response.header_list.get(b"X-Frame-Options")
    if header is None or enforced:
        return None
    # 4–8. Words that exclude each other exclude all.
    words = {word.strip().lower() for word in header.decode("latin-1").split(",")}
    if len(words) > 1 and words & {"deny", "allowall", "sameorigin"}:
        return f"it says X-Frame-Options: {', '.join(sorted(words))}"
    if "deny" in words or ("sameorigin" in words and not all(same_origin(each, origin) for each in ancestors)):
        return f"it says X-Frame-Options: {next(iter(words))}"
    return None


def _is_named(ancestor: Origin, source_list: list[str], self_origin: Origin | None) -> bool:
    url = FAILURE if ancestor.is_opaque else parse_url(ancestor.serialize())
    return url is not FAILURE and does_url_match_source_list(url, source_list, self_origin)
