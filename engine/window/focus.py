"""Which document has the focus: https://html.spec.whatwg.org/multipage/interaction.html#focus"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.window.frames import Frame

if TYPE_CHECKING:
    from engine.window.documents import Document
    from engine.window.page import Page


def has_focus(document: Document) -> bool:
    """https://html.spec.whatwg.org/multipage/interaction.html#has-focus-steps. From any thread."""
    return is_the_focused_page(document.page) and is_in_the_focus_chain(document)


def is_the_focused_page(page: Page) -> bool:
    """Whether it has the system focus: the last one that was given it. From any thread."""
    return page.last_focus is not None and page.last_focus == max(each.last_focus or 0.0 for each in page.windows.pages)


def is_in_the_focus_chain(document: Document) -> bool:
    """Whether the currently focused area of its page is in it, or in a document inside it. From any thread."""
    navigable = document.navigable
    while isinstance(navigable, Frame):
        parent = navigable.parent_document
        if parent.focused_frame != navigable.number or navigable.document_or_none is not document:
            return False
        navigable, document = parent.navigable, parent
    return navigable.document_or_none is document


def note_the_focus(document: Document) -> None:
    """It is in the focus chain from now on, with what it is in. On its agent's thread."""
    now = document.environment.user_agent.clock.now()
    for navigable in document.navigable.inclusive_ancestors():
        if isinstance(navigable, Frame):
            navigable.last_focus = now
            navigable.parent_document.focused_frame = navigable.number
        elif is_the_focused_page(navigable.page):
            navigable.last_focus = now
