"""Frames: windows inside documents. https://html.spec.whatwg.org/multipage/iframe-embed-object.html

AD-HOC: all frames of a page share its agent, also those of other origins, and scripts are not kept from reaching across.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.url import parse_url
from engine.window.documents import Document, DocumentSource
from engine.window.html_parser import DocumentParser
from engine.window.navigables import Navigable
from engine.window.page_modules import DocumentModules

if TYPE_CHECKING:
    from engine.window.page import Page
    from engine.window.sandboxing import Sandbox
    from engine.window.windows import Windows


class Frame(Navigable):
    """https://html.spec.whatwg.org/multipage/document-sequences.html#child-navigable. `number`: what the parent's realm calls it."""

    def __init__(self, windows: Windows, parent: Document, number: int) -> None:
        super().__init__()
        self.windows = windows
        self.number = number
        self.sandbox: Sandbox = None
        """https://html.spec.whatwg.org/multipage/iframe-embed-object.html#iframe-sandboxing-flag-set"""
        self._parent = parent

    @property
    def page(self) -> Page:
        return self._parent.page

    @property
    def is_busy(self) -> bool:
        """Whether it loads or is being navigated."""
        return self.navigating.locked() or (self._document is not None and self._document.is_busy)

    def close(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#destroy-a-child-navigable, without its events. Once or more."""
        self.closed = True
        if self._document is not None:
            self._document.end()
        self.show(None)

    @property
    def parent_document(self) -> Document:
        return self._parent


def create_a_child_navigable(parent: Document, number: int) -> Frame:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#create-a-new-child-navigable, with its initial about:blank

    On the agent's thread. What is still to be told to the browser's thread is posted there.
    """
    # 1–6. Its window, of the same origin and under the same policies.
    environment = parent.environment
    frame = Frame(parent.page.windows, parent, number)
    about_blank = parse_url("about:blank")
    assert about_blank is not FAILURE
    source = DocumentSource(
        about_blank,
        environment.origin,
        environment.policy_container.clone(),
        "",
        fallback_base_url=environment.api_base_url,
        referrer=parent.url.serialized_without_fragment,
    )
    document = document_in_a_frame(frame, source)
    document.environment.create_realm()
    document.is_initial_about_blank = True
    document.loaded.set()
    # 7–12. It is the parent's child from now on.
    parent.frames[number] = frame
    frame.show(document)
    environment.agent.browser_thread.post(_announce, document)
    return frame


def _announce(document: Document) -> None:
    """The environment is a client, controlled as its parent is."""
    environment = document.environment
    if document.ended:
        return
    parent = document.navigable.parent_document
    assert parent is not None
    service_workers = environment.user_agent.service_workers
    environment.user_agent.environments[environment.client_id] = environment
    if service_workers is not None:
        service_workers.client_created(environment)
        if parent.environment.active_service_worker is not None and environment.active_service_worker is None:
            service_workers.control(environment, parent.environment.active_service_worker)


def document_in_a_frame(frame: Frame, source: DocumentSource) -> Document:
    """A document whose realm is still to be made, on its parent's agent. Ours."""
    parent = frame.parent_document
    environment = parent.new_environment(source)
    document = Document(
        frame,
        source,
        environment,
        parent.agent,
        DocumentParser(source.markup),
        DocumentModules(environment),
        source.url,
    )
    environment.global_scope = document
    return document

