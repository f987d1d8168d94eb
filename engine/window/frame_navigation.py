"""Navigations inside a page: https://html.spec.whatwg.org/multipage/iframe-embed-object.html#navigate-an-iframe-or-frame"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.js import AgentClosed
from engine.realms import ConsoleMessage
from engine.url import same_origin
from engine.window.documents import Document, DocumentSource
from engine.window.errors import NavigationCancelled, NavigationFailed, PageClosed
from engine.window.frames import Frame, document_in_a_frame, nobodys_document
from engine.window.navigables import OngoingNavigation
from engine.window.navigation import Navigation, discard_a_document, fetch_a_document
from engine.window.page_modules import DocumentModules
from engine.window.sandboxing import put_into

if TYPE_CHECKING:
    from engine.url import URL
    from engine.window.window_agents import WindowAgent


async def navigate_a_frame(frame: Frame, navigation: Navigation, srcdoc: str | None = None) -> None:
    """Exchange a frame's document for another. `srcdoc`: the markup of one that is not fetched.

    What cannot be had is shown as an empty document of nobody's origin; that is told on the console.
    """
    parent = frame.parent_document
    try:
        with OngoingNavigation(frame, navigation.url.serialized) as ongoing:
            source = await ongoing.before_commit(_source(frame, navigation, srcdoc))
            if source is None:
                # Nothing comes of it; whoever waits for the frame to load goes on.
                await parent.environment.upcall("up_frame_stays", frame.number)
                return
            try:
                async with frame.committing:
                    ongoing.check()
                    document = await _create_a_document(frame, source)
            except BaseException:
                discard_a_document(source, parent.environment.user_agent)
                raise
        await document.load()
    except (AgentClosed, PageClosed, NavigationCancelled):
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
    except NavigationCancelled:
        raise
    except NavigationFailed as error:
        user_agent = parent.environment.user_agent
        user_agent.embedder.console(parent.environment, ConsoleMessage("error", str(error), "page"))
        return nobodys_document(url)


def _is_nobodys(source: DocumentSource) -> bool:
    return not source.scripting and not source.markup and source.stream is None


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
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#initialise-the-document-object, in a frame. Raises PageClosed."""
    parent, old = frame.parent_document, frame.document
    user_agent = parent.environment.user_agent
    # 1. A window that has shown nothing but its first about:blank goes on, if it is of the same origin.
    if old.is_initial_about_blank and same_origin(old.environment.origin, source.origin):
        _reuse(old, source)
        document = old
    else:
        # 2–8. Any other gets a window of its own, on the agent of its origin.
        document = document_in_a_frame(frame, source, _agent_for(frame, source))
        try:
            await _take_the_place_of(old, document)
        except BaseException:
            document.end()
            raise
    environment = document.environment
    user_agent.environments[environment.client_id] = environment
    service_workers = user_agent.service_workers
    if service_workers is not None:
        controller = environment.active_service_worker
        service_workers.client_created(environment, source.reserved_client)
        inherited = controller or parent.environment.active_service_worker
        is_parents = same_origin(environment.origin, parent.environment.origin)
        if is_parents and source.url.scheme in ("about", "blob") and environment.active_service_worker is None and inherited is not None:
            service_workers.control(environment, inherited)
    return document


def _agent_for(frame: Frame, source: DocumentSource) -> WindowAgent:
    parent = frame.parent_document.window_agent
    # NB: what nobody can reach and runs no script needs no agent for itself.
    return parent if _is_nobodys(source) else parent.group.obtain_agent(source.origin)


async def _take_the_place_of(old: Document, document: Document) -> None:
    """Exchange a frame's document for one that has just been made, and tell all agents concerned. Raises PageClosed, AgentClosed."""
    frame, agent = old.navigable, document.window_agent
    parent = frame.parent_document
    assert isinstance(frame, Frame) and parent is not None
    await agent.start()
    await old.say_good_bye()
    # NB: whoever was waited for may have ended all this.
    if not _goes_on(frame, parent):
        raise PageClosed("the frame has been removed")
    # Who knew the old window shares objects with the new one or with none.
    staying = old.window_agent.other_document(old, parent)
    if old.is_reachable and staying is not None and not (agent is old.window_agent and document.is_reachable):
        old.agent.queue_a_task("engine", lambda: old.window_agent.document_moves_away(frame, staying.environment))
    await document.agent.run(_create_realm, frame, document)
    if not _goes_on(frame, parent):
        raise PageClosed("the frame has been removed")
    old.end()
    frame.show(document)
    parent.environment.queue_a_global_task("engine", lambda: _tell_parent(frame))


def _goes_on(frame: Frame, parent: Document) -> bool:
    return not frame.closed and not parent.ended


def _create_realm(frame: Frame, document: Document) -> None:
    """The document's realm, which knows what it is in. On its agent's thread."""
    agent, parent = document.window_agent, frame.parent_document
    agent.create_realm(document)
    if parent.window_agent is not agent:
        document.environment.bindings.upcall("up_window_is_in_a_frame", agent.window_proxy(parent.navigable, document.environment))


def _tell_parent(frame: Frame) -> None:
    """Tell the realm of the parent which window its frame shows now. On its agent's thread."""
    environment = frame.parent_document.environment
    window = frame.parent_document.window_agent.window_proxy(frame, environment)
    environment.bindings.upcall("up_frame_has_another_window", frame.number, window)


def _reuse(document: Document, source: DocumentSource) -> None:
    """The window stays, everything else is another document's."""
    environment = document.environment
    document.is_initial_about_blank = False
    document.source = source
    document.url = environment.creation_url = source.url
    environment.api_base_url = source.fallback_base_url or source.url
    environment.policy_container = source.policy_container
    environment.active_service_worker = None
    document.parser = source.new_parser()
    document.modules = DocumentModules(environment)
    document.loaded.clear()
