"""Navigations inside a page: https://html.spec.whatwg.org/multipage/iframe-embed-object.html#navigate-an-iframe-or-frame"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.js import AgentClosed
from engine.realms import ConsoleMessage
from engine.window.document_exchange import commit
from engine.window.errors import NavigationCancelled, NavigationFailed, PageClosed
from engine.window.frames import Frame, about_document, nobodys_document
from engine.window.navigables import OngoingNavigation
from engine.window.navigation import Navigation, fetch_a_document
from engine.window.sandboxing import put_into

if TYPE_CHECKING:
    from engine.window.documents import DocumentSource


async def navigate_a_frame(frame: Frame, navigation: Navigation, srcdoc: str | None = None) -> None:
    """Exchange a frame's document for another. `srcdoc`: the markup of one that is not fetched.

    What cannot be had is shown as an empty document of nobody's origin; that is told on the console.
    """
    try:
        with OngoingNavigation(frame, navigation.url.serialized) as ongoing:
            source = ongoing.source = await ongoing.before_commit(_source(frame, navigation, ongoing, srcdoc))
            if source is None:
                # Nothing comes of it; whoever waits for the frame to load goes on.
                _tell_that_it_stays(frame)
                return
            document = await commit(frame, ongoing)
        await document.load()
    except (AgentClosed, PageClosed, NavigationCancelled):
        return


def _tell_that_it_stays(frame: Frame) -> None:
    parent, number = frame.parent_document.environment, frame.number
    parent.queue_a_global_task("DOM manipulation task source", lambda: parent.bindings.upcall("up_frame_stays", number))


async def _source(frame: Frame, navigation: Navigation, ongoing: OngoingNavigation, srcdoc: str | None) -> DocumentSource | None:
    source = await _what_is_there(frame, navigation, ongoing, srcdoc)
    if source is None or frame.windows.room.for_an_agent(frame.parent_document, source.origin):
        return source
    source.discard()
    return nobodys_document(source.url)


async def _what_is_there(
    frame: Frame, navigation: Navigation, ongoing: OngoingNavigation, srcdoc: str | None
) -> DocumentSource | None:
    parent, url = frame.parent_document.environment, navigation.url
    if srcdoc is not None:
        return put_into(navigation.sandbox, about_document(url, parent, srcdoc))
    if url.scheme == "about":
        return put_into(navigation.sandbox, about_document(url, navigation.source_environment or parent))
    try:
        return await fetch_a_document(navigation, ongoing)
    except NavigationCancelled:
        raise
    except NavigationFailed as error:
        parent.user_agent.embedder.console(parent, ConsoleMessage("error", str(error), "page"))
        return nobodys_document(url)
