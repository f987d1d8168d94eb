"""What shows documents, one after the other: pages and frames."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from engine.event_loop import Event, Interrupted, Interruption, Lock
from engine.window.errors import NavigationCancelled, PageClosed

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.service_worker.client_concepts import ReservedClient
    from engine.window.documents import Document, DocumentSource
    from engine.window.page import Page
    from engine.window.sandboxing import Sandbox
    from engine.window.window_agents import WindowAgent
    from engine.window.windows import Windows

_ids = itertools.count(1)
T = TypeVar("T")


class OngoingNavigation:
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#ongoing-navigation of a navigable, while it is entered, in the steps
    that entered it. On the browser's thread.

    Beginning another cancels it, and so does closing the navigable; what is committed already stays. Whatever it ends with, what it
    had fetched or reserved for a document that did not come is let go.
    """

    def __init__(self, navigable: Navigable, url: str) -> None:
        self._navigable = navigable
        self._url = url
        self._cancelled = False
        self._cancel_what_is_awaited = Interruption()
        self._reserved_client: ReservedClient | None = None
        self.source: DocumentSource | None = None
        """What has been fetched, until it is a document's."""
        self.over = Event()

    def __enter__(self) -> Self:
        if self._navigable.closed:
            raise PageClosed("the page has been closed")
        self._navigable.cancel_the_ongoing_navigation()
        self._navigable.ongoing_navigation = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.over.set()
        if self._navigable.ongoing_navigation is self:
            self._navigable.ongoing_navigation = None
        if self.source is not None:
            self.source.discard()
        self.reserve(None)

    def reserve(self, client: ReservedClient | None) -> None:
        """https://html.spec.whatwg.org/multipage/webappapis.html#reserved-environment of its request; another is discarded.

        One whose environment there is by then has been discarded already.
        """
        before, self._reserved_client = self._reserved_client, client
        service_workers = self._navigable.windows.user_agent.service_workers
        if service_workers is None:
            return
        if before is not None and not before.discarded:
            service_workers.discard(before)
        if client is not None:
            service_workers.reserve(client)

    def cancel(self) -> None:
        """Nobody wants it any more. Once or more."""
        self._cancelled = True
        self._cancel_what_is_awaited()

    def check(self) -> None:
        """Raises PageClosed or NavigationCancelled when it is not wanted any more."""
        if self._navigable.closed:
            raise PageClosed("the page has been closed")
        if self._cancelled:
            raise NavigationCancelled(self._url, "another navigation took its place, or loading was stopped")

    async def before_commit(self, steps: Awaitable[T]) -> T:
        """Wait for `steps`, which are stopped when it is cancelled. Raises what `check` does."""
        try:
            return await self._cancel_what_is_awaited.over(steps)
        except Interrupted:
            self.check()
            raise


class Navigable:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#navigable"""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.id = next(_ids)
        """What agents call it that its document does not live in."""
        self.name = ""
        """https://html.spec.whatwg.org/multipage/document-sequences.html#nav-target"""
        self.sandbox: Sandbox = None
        """https://html.spec.whatwg.org/multipage/iframe-embed-object.html#iframe-sandboxing-flag-set, or
        https://html.spec.whatwg.org/multipage/browsers.html#popup-sandboxing-flag-set"""
        self._document: Document | None = None
        self._next_document: Document | None = None
        self.closed = False
        self.last_focus: float | None = None
        """When it was last given the focus, on the user agent's clock; None: never."""
        self.ongoing_navigation: OngoingNavigation | None = None
        self.committing = Lock()
        """Held while one document takes another's place."""

    @property
    def document(self) -> Document:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#nav-document. Raises PageClosed."""
        if self._document is None:
            raise PageClosed("the page has been closed")
        return self._document

    @property
    def document_or_none(self) -> Document | None:
        """The same; None before its first and once it is closed."""
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

    @property
    def child_navigables(self) -> list[Navigable]:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#document-tree-child-navigables. From any thread."""
        document = self._document
        return [] if document is None or document.ended else document.child_navigables

    def inclusive_ancestors(self) -> Iterator[Navigable]:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#inclusive-ancestor-navigables, from the inside to the outside"""
        navigable: Navigable = self
        yield navigable
        while (parent := navigable.parent_document) is not None:
            navigable = parent.navigable
            yield navigable

    def inclusive_descendants(self) -> Iterator[Navigable]:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#inclusive-descendant-navigables, as of now. From any thread."""
        yield self
        for child in self.child_navigables:
            yield from child.inclusive_descendants()

    def agent_for(self, source: DocumentSource) -> WindowAgent:
        """Where the document that will be shown next lives."""
        raise NotImplementedError

    @property
    def is_navigating(self) -> bool:
        """Whether it is about to show another document."""
        return self.ongoing_navigation is not None

    def cancel_the_ongoing_navigation(self) -> None:
        """Its request is aborted, unless the document is there already. On the browser's thread."""
        if self.ongoing_navigation is not None:
            self.ongoing_navigation.cancel()

    async def settled(self) -> None:
        """Wait until it is not navigated any more."""
        while self.ongoing_navigation is not None:
            await self.ongoing_navigation.over.wait()

    def prepare(self, document: Document) -> None:
        """This is made for it, and ends with it also if it is never shown. (For this package.)"""
        self._next_document = document

    def show(self, document: Document) -> None:
        """From now on this is its document. (For this package.)"""
        self._document, self._next_document = document, None

    def end(self) -> None:
        """It is no more, nor what it shows, what it was about to show, and what is in there. On the browser's thread, once or more."""
        self.closed = True
        self.cancel_the_ongoing_navigation()
        documents = (self._document, self._next_document)
        self._document = self._next_document = None
        for document in documents:
            if document is not None:
                document.end()
