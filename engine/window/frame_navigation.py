"""Navigations inside a page: https://html.spec.whatwg.org/multipage/iframe-embed-object.html#navigate-an-iframe-or-frame"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http import PolicyContainer
from engine.js import AgentClosed
from engine.realms import ConsoleMessage
from engine.url import OpaqueOrigin, same_origin
from engine.window.documents import Document, DocumentSource
from engine.window.errors import NavigationFailed, PageClosed
from engine.window.frames import Frame, document_in_a_frame
from engine.window.html_parser import DocumentParser
from engine.window.navigation import Navigation, fetch_a_document
from engine.window.page_modules import DocumentModules
from engine.window.sandboxing import put_into

if TYPE_CHECKING:
    from engine.url import URL


async def navigate_a_frame(frame: Frame, navigation: Navigation, srcdoc: str | None = None) -> None:
    """Exchange a frame's document for another. `srcdoc`: the markup of one that is not fetched.

    What cannot be had is shown as an empty document of nobody's origin; that is told on the console.
    """
    parent = frame.parent_document
    try:
        async with frame.navigating:
            if frame.closed:
                return
            source = await _source(frame, navigation, srcdoc)
            if frame.closed or parent.ended:
                return
            if source is None:
                # Nothing comes of it; whoever waits for the frame to load goes on.
                await parent.environment.upcall("up_frame_stays", frame.number)
                return
            document = await _create_a_document(frame, source)
        await document.load()
    except (AgentClosed, PageClosed):
        return


async def _source(frame: Frame, navigation: Navigation, srcdoc: str | None) -> DocumentSource | None:
    parent = frame.parent_document
    url = navigation.url
    if srcdoc is not None:
        return put_into(navigation.sandbox, _about_document(url, parent, srcdoc))
    if url.scheme == "about":
        return put_into(navigation.sandbox, _about_document(url, navigation.initiator or parent, ""))
    try:
        return await fetch_a_document(navigation, parent.environment.user_agent)
    except NavigationFailed as error:
        user_agent = parent.environment.user_agent
        user_agent.embedder.console(parent.environment, ConsoleMessage("error", str(error), "page"))
        return DocumentSource(url, OpaqueOrigin(), PolicyContainer(), "")


def _about_document(url: URL, owner: Document, markup: str) -> DocumentSource:
    """A document that takes over whose and where its owner is: about:blank and about:srcdoc."""
    environment = owner.environment
    return DocumentSource(
        url,
        environment.origin,
        environment.policy_container.clone(),
        markup,
        fallback_base_url=environment.api_base_url,
        referrer=owner.url.serialized_without_fragment,
    )


async def _create_a_document(frame: Frame, source: DocumentSource) -> Document:
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#initialise-the-document-object, in a frame"""
    old = frame.document
    user_agent = frame.parent_document.environment.user_agent
    # 1. A window that has shown nothing but its first about:blank goes on, if it is of the same origin.
    if old.is_initial_about_blank and same_origin(old.environment.origin, source.origin):
        _reuse(old, source)
        document = old
    else:
        # 2–8. Any other gets a window of its own.
        document = document_in_a_frame(frame, source)
        await document.agent.run(document.environment.create_realm)
        await old.unload()
        frame.show(document)
        await document.agent.run(_connect, frame, document)
    environment = document.environment
    user_agent.environments[environment.client_id] = environment
    service_workers = user_agent.service_workers
    if service_workers is not None:
        controller = environment.active_service_worker
        service_workers.client_created(environment, source.reserved_client)
        inherited = controller or frame.parent_document.environment.active_service_worker
        is_parents = same_origin(environment.origin, frame.parent_document.environment.origin)
        if is_parents and source.url.scheme in ("about", "blob") and environment.active_service_worker is None and inherited is not None:
            service_workers.control(environment, inherited)
    return document


def _reuse(document: Document, source: DocumentSource) -> None:
    """The window stays, everything else is another document's."""
    environment = document.environment
    document.is_initial_about_blank = False
    document.source = source
    document.url = environment.creation_url = source.url
    environment.api_base_url = source.fallback_base_url or source.url
    environment.policy_container = source.policy_container
    environment.active_service_worker = None
    document.parser = DocumentParser(source.markup)
    document.modules = DocumentModules(environment)
    document.loaded.clear()


def _connect(frame: Frame, document: Document) -> None:
    """Tell the realm of the parent which window its frame shows now. On the agent's thread."""
    parent = frame.parent_document
    if not parent.ended and not document.ended:
        window = document.environment.realm.global_this
        parent.environment.bindings.upcall("up_frame_has_another_window", frame.number, window)
