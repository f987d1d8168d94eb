"""Where the focus is: https://html.spec.whatwg.org/multipage/interaction.html#focus"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.ops.registry import sync_op
from engine.window.documents import Document
from engine.window.frames import has_focus, is_in_the_focus_chain, note_the_focus

if TYPE_CHECKING:
    from engine.realms import Environment


@sync_op
def op_focus_is_here(environment: Environment, in_its_page: bool) -> bool:
    """https://html.spec.whatwg.org/multipage/interaction.html#has-focus-steps; `in_its_page`: whichever page the user looks at."""
    document = environment.global_scope
    if not isinstance(document, Document):
        return False
    return is_in_the_focus_chain(document) if in_its_page else has_focus(document)


@sync_op
def op_focus_frame(environment: Environment, number: int | None) -> None:
    """The frame whose element is the focused area of the document; null: it is none any more."""
    document = environment.global_scope
    if isinstance(document, Document):
        document.focused_frame = number


@sync_op
def op_focus_gained(environment: Environment) -> None:
    """The document is in the focus chain of its page from now on."""
    document = environment.global_scope
    if isinstance(document, Document):
        note_the_focus(document)
