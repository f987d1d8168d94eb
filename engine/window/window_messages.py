"""Messages from window to window: https://html.spec.whatwg.org/multipage/web-messaging.html#window-post-message-steps, between agents"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.url import origin_of, parse_url
from engine.webidl.exceptions import DOMException

if TYPE_CHECKING:
    from engine.messaging import Message
    from engine.url import Origin
    from engine.window.documents import Document
    from engine.window.navigables import Navigable


def post_a_message(source: Document, target: Navigable, target_origin: str, message: Message) -> None:
    """Deliver `message` to the document that `target` shows when its turn comes, if that is of `target_origin`.

    `target_origin`: "*", "/" for the sender's own, or a URL. Raises DOMException "SyntaxError". From any thread.
    """
    # 1–7. The target origin. NB: who sends it, and from where, is not for the sender to say.
    wanted = _origin_meant(source, target_origin)
    origin, navigable = source.environment.origin, source.navigable
    document = target.document_or_none
    if document is None or not document.is_reachable:
        return

    def steps() -> None:
        # 8.1. A document of another origin than the target origin gets no message.
        if wanted is not None and document.environment.origin != wanted:
            return
        # 8.2–8.7. Deserialize the message and fire the message event.
        text, buffers = message
        window = None if navigable.closed else document.window_agent.window_proxy(navigable, document.environment)
        document.environment.bindings.upcall("up_window_message", origin.serialize(), window, text, *buffers)

    document.environment.queue_a_global_task("posted message task source", steps)


def _origin_meant(source: Document, target_origin: str) -> Origin | None:
    if target_origin == "*":
        return None
    if target_origin == "/":
        return source.environment.origin
    url = parse_url(target_origin)
    if url is FAILURE:
        raise DOMException(f'"{target_origin}" is no origin', "SyntaxError")
    return origin_of(url)
