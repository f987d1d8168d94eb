"""Navigations inside a page: https://html.spec.whatwg.org/multipage/iframe-embed-object.html#navigate-an-iframe-or-frame"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.js import AgentClosed
from engine.realms import ConsoleMessage
from engine.window.document_exchange import exchange_documents
from engine.window.documents import Document, DocumentSource
from engine.window.errors import NavigationCancelled, NavigationFailed, PageClosed
from engine.window.frames import Frame, nobodys_document
from engine.window.navigables import OngoingNavigation
from engine.window.navigation import Navigation, discard_a_document, fetch_a_document
from engine.window.sandboxing import put_into

if TYPE_CHECKING:
    from engine.url import URL


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
                    document = await exchange_documents(frame, source)
            except BaseException:
                discard_a_document(source, parent.environment.user_agent)
                raise
        await document.load()
    except (AgentClosed, PageClosed, NavigationCancelled):
        return


async def _source(frame: Frame, navigation: Navigation, srcdoc: str | None) -> DocumentSource | None:
    source = await _what_is_there(frame, navigation, srcdoc)
    if source is None or frame.windows.room.for_an_agent(frame.parent_document, source.origin):
        return source
    discard_a_document(source, frame.windows.user_agent)
    return nobodys_document(source.url)


async def _what_is_there(frame: Frame, navigation: Navigation, srcdoc: str | None) -> DocumentSource | None:
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
