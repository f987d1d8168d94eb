"""Which window a name means: https://html.spec.whatwg.org/multipage/document-sequences.html#navigable-target-names"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.window.navigables import Navigable


def find_a_navigable_by_target_name(current: Navigable, name: str) -> Navigable | None:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#find-a-navigable-by-target-name. From any thread."""
    # 1–3. The descendants of the current navigable, then those of each ancestor.
    for navigable in current.inclusive_ancestors():
        for each in navigable.inclusive_descendants():
            if each.name == name and not each.closed:
                return each
    # 4–5. Then the other top-level traversables of the browsing context group.
    for page in list(current.page.group.pages):
        for each in page.inclusive_descendants():
            if each.name == name and not each.closed:
                return each
    return None
