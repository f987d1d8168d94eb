"""What a window asks of the browser: https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-window-object"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.event_loop import in_parallel
from engine.http.policy_container import ReferrerPolicy
from engine.http.wire import WireBody, body_from_wire
from engine.infra import FAILURE
from engine.js import JSError, place_of
from engine.ops.arguments import HeaderValue
from engine.ops.document import document_of
from engine.ops.registry import blocking_op, sync_op
from engine.realms import ConsoleMessage, obtain_a_storage_key
from engine.url import URL, parse_url
from engine.webidl.exceptions import DOMException, JSTypeError
from engine.window.documents import Document, can_have_its_url_rewritten
from engine.window.errors import EvaluationFailed
from engine.window.evaluation_values import from_script
from engine.window.evaluations import Answer
from engine.window.navigation import Navigation, NavigationRequest
from engine.window.page import Page

if TYPE_CHECKING:
    from engine.js import Handle
    from engine.realms import Environment


@sync_op
def op_window_navigate(
    environment: Environment,
    url: URL,
    replace: bool,
    reload: bool,
    body: WireBody,
    content_type: HeaderValue,
    referrer_policy: ReferrerPolicy,
    source: str,
) -> None:
    """https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate, where another document is meant.

    `replace` makes no difference: a page keeps no entries of documents that have gone. With a body it is a POST. `source`: the id of the
    environment whose document does it, which is of this agent.
    """
    document = environment.global_scope
    if isinstance(document, Document):
        request = NavigationRequest(body_from_wire(body, environment), content_type, referrer_policy)
        initiator = environment.user_agent.environments.get(source)
        if initiator is None or initiator.agent is not environment.agent:
            initiator = environment
        navigation = Navigation(document.navigable, url, initiator, reload, request)
        environment.agent.browser_thread.post(environment.user_agent.windows.navigate_in_parallel, navigation)


@sync_op
def op_window_open(
    environment: Environment,
    url: str,
    name: str,
    noopener: bool,
    body: WireBody,
    content_type: HeaderValue,
    referrer_policy: ReferrerPolicy,
) -> Handle | None:
    """Steps 14–18 of https://html.spec.whatwg.org/multipage/nav-history-apis.html#window-open-steps, for a new window

    Its WindowProxy; null where nobody here gets to know of it. An empty `url` leaves it at about:blank. With a body it is a POST.
    """
    document, windows = environment.global_scope, environment.user_agent.windows
    if not isinstance(document, Document) or document.ended:
        return None
    # https://html.spec.whatwg.org/multipage/document-sequences.html#the-rules-for-choosing-a-navigable, its step 8: who may?
    if document.source.sandbox is not None and "allow-popups" not in document.source.sandbox:
        message = ConsoleMessage("error", "a window cannot be opened: the sandbox that the document is in does not allow it", "page")
        environment.user_agent.embedder.console(environment, message)
        return None
    parsed = parse_url(url or "about:blank")
    if parsed is FAILURE:
        raise JSTypeError("not a URL")
    if not windows.room.for_a_page(environment):
        return None
    request = NavigationRequest(body_from_wire(body, environment), content_type, referrer_policy)
    thread = environment.agent.browser_thread
    if noopener:
        thread.post(windows.open_in_parallel, document, parsed, request)
        return None
    page = windows.create_an_auxiliary_page(document, name)
    if url:
        thread.post(windows.navigate_in_parallel, Navigation(page, parsed, environment, request=request))
    handle: Handle = document.window_agent.window_proxy(page, environment)
    return handle


@sync_op
def op_window_disown_opener(environment: Environment) -> None:
    """https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-opener, the setter given null"""
    document = environment.global_scope
    if isinstance(document, Document) and isinstance(document.navigable, Page):
        document.navigable.opener_navigable = None


@sync_op
def op_window_close(environment: Environment) -> None:
    """https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-window-close. NB: only of a top-level traversable."""
    document = environment.global_scope
    # 1–3. NB: a frame is closed by taking its element away.
    if isinstance(document, Document) and isinstance(document.navigable, Page):
        document.navigable.is_closing = True
        environment.agent.browser_thread.post(lambda: in_parallel(document.page.close(), "window.close"))


@sync_op
def op_window_url_changed(environment: Environment, url: URL, base_url: URL) -> None:
    """The document has another address, without another document. FIXME: requests do not have it as their referrer."""
    document = environment.global_scope
    if isinstance(document, Document):
        if not can_have_its_url_rewritten(document, url):
            raise DOMException("a document cannot say that it is elsewhere", "SecurityError")
        document.url = url
    environment.api_base_url = base_url


@sync_op
def op_window_dialog(environment: Environment, kind: Literal["alert", "confirm", "prompt"], message: str, default: str) -> str | None:
    """https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#simple-dialogs: told on the console.

    AD-HOC: nobody is there to answer, so that a question is agreed to and a text left as it was proposed.
    """
    environment.user_agent.embedder.console(environment, ConsoleMessage("info", f"{kind}: {message}", "page"))
    return default


_EVALUATED = "evaluate.js"
_FUNCTION_STATEMENT = re.compile(r"\s*(?:async\s+)?function\b")


@sync_op
def op_page_parse(environment: Environment, source: str) -> list[object]:
    """Whether a script given to `Page.evaluate` can be run: its text, as it has to be run, and whether it has `await` outside of functions.

    Throws its SyntaxError.
    """
    realm = environment.realm
    if _FUNCTION_STATEMENT.match(source) is not None:
        # NB: on its own it is meant as an expression, the function itself.
        with suppress(JSError):
            realm.parse_script(f"({source}\n)", _EVALUATED)
            return [f"({source}\n)", False]
    try:
        realm.parse_script(source, _EVALUATED)
    except JSError as error:
        if "await" not in source:
            raise
        try:
            realm.parse_script_with_await(source, _EVALUATED)
        except JSError:
            raise error from None
        return [source, True]
    return [source, False]


@sync_op
def op_page_run(environment: Environment, source: str, has_await: bool) -> object:
    """The completion value of a script; with `await` in it a promise for an object with that `value`."""
    realm = environment.realm
    if has_await:
        return realm.run_script(realm.parse_script_with_await(source, _EVALUATED))
    return realm.eval_script(source, _EVALUATED)


@sync_op
def op_page_evaluated(environment: Environment, number: int, text: str, data: bytes) -> None:
    """The answer to `Page.evaluate`."""
    try:
        value = from_script(text, data)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError, AssertionError):
        raise JSTypeError("not a value as values_for_python.js writes it") from None
    _settle(environment, number, Answer(value))


@sync_op
def op_page_failed(environment: Environment, number: int, name: str, message: str, stack: str | None) -> None:
    """There is none: what was thrown."""
    place = place_of(stack)
    excerpt = None if place is None else environment.realm.excerpt(place)
    _settle(environment, number, Answer(failure=EvaluationFailed(message, name=name, stack=stack, excerpt=excerpt)))


def _settle(environment: Environment, number: int, answer: Answer) -> None:
    evaluation = document_of(environment).evaluations.get(number)
    if evaluation is not None:
        environment.agent.browser_thread.post(evaluation.settle, answer)


StorageType: TypeAlias = Literal["local", "session"]


@blocking_op
async def op_storage_load(environment: Environment, kind: StorageType) -> list[list[str]]:
    """The items of the "local" or "session" area. Raises DOMException "SecurityError"."""
    storage_key = obtain_a_storage_key(environment)
    if kind == "session":
        document = environment.global_scope
        items = document.page.session_storage.get(storage_key, {}) if isinstance(document, Document) else {}
        return [[key, value] for key, value in items.items()]
    items_of_all: list[list[str]] = await environment.user_agent.windows.local_storages.load(storage_key)
    return items_of_all


@sync_op
def op_storage_changed(environment: Environment, kind: StorageType, key: str | None, value: str | None) -> None:
    """An item has a new value; null: it is gone, and without a key all of them are."""
    storage_key = obtain_a_storage_key(environment)
    if kind == "local":
        environment.agent.browser_thread.post(environment.user_agent.windows.local_storages.change, storage_key, key, value)
        return
    document = environment.global_scope
    if not isinstance(document, Document):
        return
    area = document.page.session_storage.setdefault(storage_key, {})
    if key is None:
        area.clear()
    elif value is None:
        area.pop(key, None)
    else:
        area[key] = value
