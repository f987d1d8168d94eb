"""One document after another in a navigable, and what is told to whom:
https://html.spec.whatwg.org/multipage/document-lifecycle.html#initialise-the-document-object"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import run_to_its_end
from engine.js import AgentClosed, JSError, ScriptInterrupted
from engine.url import same_origin
from engine.window.documents import Document, new_document
from engine.window.errors import NavigationFailed, PageClosed
from engine.window.frames import Frame
from engine.window.page import Page
from engine.window.page_modules import DocumentModules

if TYPE_CHECKING:
    from engine.window.documents import DocumentSource
    from engine.window.navigables import Navigable, OngoingNavigation


async def commit(navigable: Navigable, ongoing: OngoingNavigation) -> Document:
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#finalize-a-cross-document-navigation: show what has been fetched

    It is a client then; nothing of it has run. Once begun it comes to its end, whoever waits. Raises PageClosed, NavigationCancelled,
    NavigationFailed.
    """
    async with navigable.committing:
        ongoing.check()
        return await run_to_its_end(_commit(navigable, ongoing))


async def _commit(navigable: Navigable, ongoing: OngoingNavigation) -> Document:
    source, old = ongoing.source, navigable.document_or_none
    assert source is not None
    # 1. A window that shows the initial about:blank is used again for a document of the same origin.
    if old is not None and not old.ended and old.is_initial_about_blank and same_origin(old.environment.origin, source.origin):
        _reuse(old, source)
        document = old
    else:
        # 2–8. Any other document gets a window of its own, on the agent of its origin.
        document = new_document(navigable, source, navigable.agent_for(source))
        try:
            await _take_the_place_of(old, document)
        except BaseException as error:
            document.end()
            if isinstance(error, AgentClosed):
                raise PageClosed(document.lost or "the page has been closed") from None
            if isinstance(error, JSError | ScriptInterrupted):
                raise NavigationFailed(source.url.serialized, f"no window could be made for it: {error}") from error
            raise
    ongoing.source = None
    _becomes_a_client(document, source)
    if isinstance(navigable, Page):
        navigable.windows.note_opened(navigable)
    return document


async def _take_the_place_of(old: Document | None, document: Document) -> None:
    """Exchange a document (None: there is none yet) for one that has just been made, and tell all agents concerned.

    Raises PageClosed, AgentClosed, JSError, ScriptInterrupted.
    """
    navigable, agent = document.navigable, document.window_agent
    await agent.start()
    if old is not None:
        await old.say_good_bye()
        # NB: whoever was waited for may have ended all this.
        _check_that_it_goes_on(navigable)
        # Who knew the old window shares objects with the new one or with none.
        if old.is_reachable and not (agent is old.window_agent and document.is_reachable):
            leaving = old
            old.agent.queue_a_task("engine", lambda: leaving.window_agent.document_moves_away(navigable, leaving))
    await document.agent.run(_create_realm, document)
    _check_that_it_goes_on(navigable)
    navigable.show(document)
    if old is not None:
        old.end()
    if isinstance(navigable, Frame):
        parent = navigable.parent_document
        parent.environment.queue_a_global_task("engine", lambda: _tell_parent(navigable))


def _check_that_it_goes_on(navigable: Navigable) -> None:
    """Raises PageClosed."""
    parent = navigable.parent_document
    if navigable.closed or (parent is not None and parent.ended):
        raise PageClosed("the page has been closed")


def _create_realm(document: Document) -> None:
    """The document's realm, which knows what it is in. On its agent's thread."""
    agent, parent = document.window_agent, document.navigable.parent_document
    agent.create_realm(document)
    if parent is not None and parent.window_agent is not agent:
        proxy = agent.window_proxy(parent.navigable, document.environment)
        document.environment.bindings.upcall("up_window_is_in_a_frame", proxy)


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
    document.parser = source.new_parser(document.environment.byte_budget)
    document.modules = DocumentModules(environment)
    document.loaded.clear()


def _becomes_a_client(document: Document, source: DocumentSource) -> None:
    environment, parent = document.environment, document.navigable.parent_document
    user_agent = environment.user_agent
    user_agent.environments[environment.client_id] = environment
    service_workers = user_agent.service_workers
    if service_workers is None:
        return
    controller = environment.active_service_worker
    service_workers.client_created(environment, source.reserved_client)
    if parent is not None and environment.active_service_worker is None and source.url.scheme in ("about", "blob"):
        # https://w3c.github.io/ServiceWorker/#control-and-use-window-client: what has no address of its own is controlled as its parent is.
        inherited = controller or parent.environment.active_service_worker
        if inherited is not None and same_origin(environment.origin, parent.environment.origin):
            service_workers.control(environment, inherited)
