"""What shows documents, one after the other: pages and frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import Lock
from engine.window.errors import PageClosed

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.window.documents import Document
    from engine.window.page import Page


class Navigable:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#navigable"""

    def __init__(self) -> None:
        self._document: Document | None = None
        self.closed = False
        self.navigating = Lock()

    @property
    def document(self) -> Document:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#nav-document. Raises PageClosed."""
        if self._document is None:
            raise PageClosed("the page has been closed")
        return self._document

    @property
    def environment(self) -> Environment:
        """The settings of its window, a service worker client. Raises PageClosed."""
        return self.document.environment

    @property
    def page(self) -> Page:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#nav-top"""
        raise NotImplementedError

    @property
    def parent_document(self) -> Document | None:
        """The document that has it in it; None: it is a page."""
        return None

    def show(self, document: Document | None) -> None:
        """From now on this is its document; None: it is closed. (For this package.)"""
        self._document = document
