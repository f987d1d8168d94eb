"""Frames, as the realm of their parent sees them: https://html.spec.whatwg.org/multipage/iframe-embed-object.html"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import in_parallel
from engine.http.policy_container import ReferrerPolicy
from engine.ops.document import document_of
from engine.ops.registry import sync_op
from engine.url import URL
from engine.webidl.exceptions import JSTypeError
from engine.window.documents import Document
from engine.window.frame_navigation import navigate_a_frame
from engine.window.frames import Frame, create_a_child_navigable
from engine.window.navigation import Navigation, NavigationRequest
from engine.window.sandboxing import both

if TYPE_CHECKING:
    from engine.js import Handle
    from engine.realms import Environment


@sync_op
def op_frames_create(environment: Environment, number: int, name: str, sandbox: list[str] | None) -> Handle | None:
    """A new frame with its first document; its WindowProxy. Null where there are no frames.

    `sandbox`: the words of that attribute, in lowercase; null: it has none.
    """
    document = environment.global_scope
    if not isinstance(document, Document) or document.ended:
        return None
    if number in document.frames:
        raise JSTypeError("there is a frame of that number")
    if not environment.user_agent.windows.room.for_a_frame(document):
        return None
    return create_a_child_navigable(document, number, name, None if sandbox is None else frozenset(sandbox))


@sync_op
def op_frames_are(environment: Environment, numbers: list[int]) -> None:
    """All frames of the document, in tree order."""
    document_of(environment).order_of_frames = numbers


@sync_op
def op_frames_rename(environment: Environment, number: int, name: str) -> None:
    """The element has another name, which becomes that of its frame."""
    frame = document_of(environment).frames.get(number)
    if frame is not None:
        frame.name = name


@sync_op
def op_frames_navigate(
    environment: Environment,
    number: int,
    url: URL,
    srcdoc: str | None,
    sandbox: list[str] | None,
    referrer_policy: ReferrerPolicy,
) -> None:
    """https://html.spec.whatwg.org/multipage/iframe-embed-object.html#navigate-an-iframe-or-frame

    `sandbox`: the words of that attribute, in lowercase; null: it has none.
    """
    document = document_of(environment)
    frame = document.frames.get(number)
    if frame is not None:
        # What is in a sandbox stays in it.
        frame.sandbox = both(None if sandbox is None else frozenset(sandbox), document.source.sandbox)
        navigation = Navigation(frame, url, environment, request=NavigationRequest(referrer_policy=referrer_policy))
        environment.agent.browser_thread.post(_navigate, frame, navigation, srcdoc)


def _navigate(frame: Frame, navigation: Navigation, srcdoc: str | None) -> None:
    in_parallel(navigate_a_frame(frame, navigation, srcdoc), f"navigation of a frame to {navigation.url.serialized}")


@sync_op
def op_frames_remove(environment: Environment, number: int) -> None:
    """The frame's element has been removed: it is no more."""
    frame = document_of(environment).frames.pop(number, None)
    if frame is not None:
        frame.closed = True
        environment.agent.browser_thread.post(_remove, frame)


def _remove(frame: Frame) -> None:
    document = frame.document_or_none
    told = document is not None and document.window_agent is frame.parent_document.window_agent
    in_parallel(frame.remove(told=told), "removal of a frame")
