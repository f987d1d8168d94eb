"""Frames: windows inside documents. https://html.spec.whatwg.org/multipage/iframe-embed-object.html"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http import PolicyContainer
from engine.infra import FAILURE
from engine.url import OpaqueOrigin, parse_url
from engine.window.documents import Document, DocumentSource, new_document
from engine.window.navigables import Navigable
from engine.window.sandboxing import both, put_into

if TYPE_CHECKING:
    from engine.js import Handle
    from engine.realms import Environment
    from engine.url import URL
    from engine.window.page import Page
    from engine.window.sandboxing import Sandbox
    from engine.window.window_agents import WindowAgent
    from engine.window.windows import Windows


class Frame(Navigable):
    """https://html.spec.whatwg.org/multipage/document-sequences.html#child-navigable. `number`: what the parent's realm calls it."""

    def __init__(self, windows: Windows, parent: Document, number: int, name: str, sandbox: Sandbox) -> None:
        super().__init__(windows)
        self.number = number
        self.name = name
        self.sandbox = sandbox
        self._parent = parent

    @property
    def page(self) -> Page:
        return self._parent.page

    @property
    def is_busy(self) -> bool:
        """Whether it loads or is being navigated."""
        return self.is_navigating or (self._document is not None and self._document.is_busy)

    async def remove(self, *, told: bool) -> None:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#destroy-a-child-navigable; `told`: its parent's realm has
        told its document."""
        self.closed = True
        self.cancel_the_ongoing_navigation()
        document = self._document
        shown = [each.document_or_none for each in self.inclusive_descendants()]
        if document is not None and not (told and all(each is None or each.window_agent is document.window_agent for each in shown)):
            await document.say_good_bye(told=told)
        self.end()

    def end(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#destroy-a-child-navigable, without its events. Once or more."""
        if self._document is not None:
            self._parent.window_agent.group.forget(self)
        super().end()

    @property
    def parent_document(self) -> Document:
        return self._parent

    def agent_for(self, source: DocumentSource) -> WindowAgent:
        # NB: what nobody can reach and runs no script needs no agent for itself.
        parent = self._parent.window_agent
        return parent if source.is_nobodys else parent.group.obtain_agent(source.origin)


def create_a_child_navigable(parent: Document, number: int, name: str, sandbox: Sandbox) -> Handle:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#create-a-new-child-navigable, with its initial about:blank

    Its WindowProxy. On the agent's thread; what is still to be told to the browser's thread is posted there.
    """
    # 1–6. The child's initial about:blank document, with its creator's policies and, unless sandboxed, its origin.
    environment, window_agent = parent.environment, parent.window_agent
    frame = Frame(parent.page.windows, parent, number, name, both(sandbox, parent.source.sandbox))
    document = new_document(frame, put_into(frame.sandbox, about_blank_of(parent)), window_agent)
    window_agent.create_realm(document)
    document.is_initial_about_blank = True
    document.loaded.set()
    # 7–12. It is the content navigable of the element, a child of the parent.
    parent.frames[number] = frame
    frame.show(document)
    environment.agent.browser_thread.post(_announce, document)
    return window_agent.window_proxy(frame, environment)


def _announce(document: Document) -> None:
    navigable = document.navigable
    parent = navigable.parent_document
    assert parent is not None
    if parent.ended or navigable.closed:
        navigable.end()
    else:
        announce_an_initial_document(document, parent)


def announce_an_initial_document(document: Document, creator: Document) -> None:
    """The environment is a client, controlled as that of the document is whose script has made it. On the browser's thread."""
    environment = document.environment
    if document.ended:
        return
    service_workers = environment.user_agent.service_workers
    environment.user_agent.environments[environment.client_id] = environment
    if service_workers is not None:
        service_workers.client_created(environment)
        controller = creator.environment.active_service_worker
        if controller is not None and environment.active_service_worker is None and document.is_reachable:
            service_workers.control(environment, controller)


def about_blank_of(creator: Document) -> DocumentSource:
    """What a new window shows first: https://html.spec.whatwg.org/multipage/document-sequences.html#creating-a-new-browsing-context"""
    about_blank = parse_url("about:blank")
    assert about_blank is not FAILURE
    return about_document(about_blank, creator.environment)


def about_document(url: URL, owner: Environment, markup: str = "") -> DocumentSource:
    """A document that takes over whose and where its owner is: about:blank and about:srcdoc."""
    scope = owner.global_scope
    where = scope.url if isinstance(scope, Document) else owner.creation_url
    return DocumentSource(
        url,
        owner.origin,
        owner.policy_container.clone(),
        markup,
        fallback_base_url=owner.api_base_url,
        referrer=where.serialized_without_fragment,
    )


def nobodys_document(url: URL) -> DocumentSource:
    """An empty document in the place of one that cannot be shown."""
    return DocumentSource(url, OpaqueOrigin(), PolicyContainer(), scripting=False)


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
