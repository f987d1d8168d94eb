"""Windows of other agents, as their WindowProxy objects ask for them: https://html.spec.whatwg.org/multipage/nav-history-apis.html#cross-origin-objects

All that is answered comes from what Python keeps of navigables; no op here looks into another heap. A number stands for a navigable only
if the asking agent has been shown it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from engine.event_loop import in_parallel
from engine.http.policy_container import ReferrerPolicy
from engine.http.wire import WireBody, body_from_wire
from engine.ops.arguments import HeaderValue
from engine.ops.document import document_of
from engine.ops.registry import sync_op
from engine.realms import ConsoleMessage
from engine.url import URL
from engine.webidl.exceptions import DOMException
from engine.window.choosing import find_a_navigable_by_target_name
from engine.window.documents import Document
from engine.window.navigation import Navigation, NavigationRequest
from engine.window.page import Page
from engine.window.sandboxing import is_allowed_by_sandboxing_to_navigate
from engine.window.window_messages import post_a_message

if TYPE_CHECKING:
    from engine.js import Handle
    from engine.realms import Environment
    from engine.window.navigables import Navigable


def _known(environment: Environment, number: int) -> Navigable | None:
    navigable = document_of(environment).window_agent.navigable_known_as(number)
    return None if navigable is None or navigable.closed or (isinstance(navigable, Page) and navigable.is_closing) else navigable


def _window_proxy(environment: Environment, navigable: Navigable | None) -> Handle | None:
    return None if navigable is None else document_of(environment).window_agent.window_proxy(navigable, environment)


@sync_op
def op_window_proxy_state(environment: Environment, number: int) -> dict[str, Any]:
    """Whether it is closed, how many windows are in it, and their names."""
    navigable = _known(environment, number)
    if navigable is None:
        return {"closed": True, "length": 0, "names": []}
    children = navigable.child_navigables
    # https://html.spec.whatwg.org/multipage/nav-history-apis.html#document-tree-child-navigable-target-name-property-set
    names = dict.fromkeys(child.name for child in children if child.name)
    return {"closed": False, "length": len(children), "names": list(names)}


@sync_op
def op_window_proxy_child(environment: Environment, number: int, key: int | str) -> Handle | None:
    """The window in it at an index, or of a name."""
    navigable = _known(environment, number)
    if navigable is None:
        return None
    children = navigable.child_navigables
    if isinstance(key, int):
        return _window_proxy(environment, children[key] if 0 <= key < len(children) else None)
    return _window_proxy(environment, next((child for child in children if child.name == key), None))


@sync_op
def op_window_proxy_relative(
    environment: Environment, number: int | None, which: Literal["parent", "top", "opener"]
) -> Handle | None:
    """Its "parent", "top" or "opener", and for number null that of the realm's own window; null when there is none any more."""
    if not isinstance(environment.global_scope, Document):
        return None
    navigable = document_of(environment).navigable if number is None else _known(environment, number)
    if navigable is None or navigable.closed:
        return None
    *_, top = navigable.inclusive_ancestors()
    parent = navigable.parent_document
    match which:
        case "parent":
            return _window_proxy(environment, navigable if parent is None else parent.navigable)
        case "top":
            return _window_proxy(environment, top)
        case "opener" if isinstance(navigable, Page):
            opener = navigable.opener_navigable
            return _window_proxy(environment, None if opener is None or opener.closed else opener)
    return None


@sync_op
def op_window_proxy_post_message(environment: Environment, number: int, target_origin: str, text: str, *buffers: bytes) -> None:
    """https://html.spec.whatwg.org/multipage/web-messaging.html#window-post-message-steps"""
    navigable = _known(environment, number)
    if navigable is not None:
        post_a_message(document_of(environment), navigable, target_origin, (text, buffers))


@sync_op
def op_window_proxy_navigate(
    environment: Environment,
    number: int,
    url: URL,
    replace: bool,
    body: WireBody,
    content_type: HeaderValue,
    referrer_policy: ReferrerPolicy,
) -> None:
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate, by a script of another agent. Raises DOMException."""
    source, target = document_of(environment), _known(environment, number)
    if target is None:
        return
    # 1–5. The source must be allowed by sandboxing to navigate the target.
    if not is_allowed_by_sandboxing_to_navigate(source, target):
        raise DOMException("the sandbox that this document is in does not let it navigate that window", "SecurityError")
    # 15. A javascript: URL is run only in a document of the same origin.
    if url.scheme == "javascript":
        message = ConsoleMessage("error", "a script of another origin cannot be run in a window", "page")
        environment.user_agent.embedder.console(environment, message)
        return
    document = target.document_or_none
    if document is None:
        return
    # 14. A URL that differs in its fragment only is a fragment navigation.
    if body is None and url.fragment is not None and document.is_reachable and (
        url.serialized_without_fragment == document.url.serialized_without_fragment
    ):
        document.environment.queue_a_global_task(
            "navigation and traversal task source",
            lambda: document.environment.bindings.upcall("up_navigate_to_a_fragment", url.serialized, replace),
        )
        return
    # 16–20. Navigate in parallel.
    request = NavigationRequest(body_from_wire(body, environment), content_type, referrer_policy)
    navigation = Navigation(target, url, environment, request=request)
    environment.agent.browser_thread.post(environment.user_agent.windows.navigate_in_parallel, navigation)


@sync_op
def op_window_proxy_close(environment: Environment, number: int) -> None:
    """https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-window-close"""
    navigable = _known(environment, number)
    # 1–4. A script-closable top-level traversable, which this document knows.
    if isinstance(navigable, Page) and navigable.is_auxiliary:
        navigable.is_closing = True
        environment.agent.browser_thread.post(lambda: in_parallel(navigable.close(), "window.close"))


@sync_op
def op_window_choose(environment: Environment, name: str) -> Handle | None:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#find-a-navigable-by-target-name"""
    document = document_of(environment)
    return _window_proxy(environment, find_a_navigable_by_target_name(document.navigable, name))


@sync_op
def op_window_name(environment: Environment) -> str:
    """https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-name"""
    return document_of(environment).navigable.name


@sync_op
def op_window_set_name(environment: Environment, name: str) -> None:
    """https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-name"""
    document_of(environment).navigable.name = name
