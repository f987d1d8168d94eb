"""fetch() and what Fetch's objects ask of Python: requests from records, `engine.fetch`, responses to records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from engine.event_loop import in_parallel
from engine.fetch import FetchController, fetch
from engine.http.byte_streams import ByteStream
from engine.http.header_names import is_a_cors_safelisted_request_header
from engine.http.header_values import extract_a_mime_type
from engine.http.headers import HeaderList
from engine.http.read_ahead import ReadAhead
from engine.http.response import REDIRECT_STATUSES, Response, opaque_redirect_filtered_response
from engine.http.script_requests import ScriptRequest
from engine.http.script_responses import is_hidden
from engine.http.wire import WireBody, cancel_hidden_body, request_from_wire, response_to_wire
from engine.infra import FAILURE
from engine.infra.mime_types import serialize_mime_type
from engine.ops.arguments import ByteString
from engine.ops.registry import async_op, sync_op
from engine.realms import ConsoleMessage, Environment
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.infra.sentinels import Record

PATIENCE = 0.05
"""Seconds after which a body that nobody has begun to read is read into memory,"""
READ_AHEAD = 256 * 1024
"""up to so many bytes."""

_controllers: WeakKeyDictionary[Environment, dict[int, FetchController]] = WeakKeyDictionary()
"""The fetches a script may still abort, by the ids that its realm gave them."""


@async_op(task_source="networking task source")
async def op_fetch_start(environment: Environment, fetch_id: int, record: ScriptRequest, body: WireBody) -> Record:
    """Fetch; returns the response as soon as its head is there. Raises JSTypeError for a network error, AbortError for
    an aborted one.

    `fetch_id` is the realm's own number for `op_fetch_abort`.
    """
    request = request_from_wire(record, body, environment)
    controller = fetch(request, environment.user_agent)
    controllers = _controllers.setdefault(environment, {})
    controllers[fetch_id] = controller
    try:
        response = await controller.response()
    except BaseException:
        controllers.pop(fetch_id, None)
        raise
    received = response.unsafe_response().body
    if received is None:
        controllers.pop(fetch_id, None)
    else:
        received.when_finished(lambda: controllers.pop(fetch_id, None))
    if received is not None and isinstance(received.source, ByteStream):
        received.source = ReadAhead(received.source)
        in_parallel(_read_ahead(environment, received.source))
    if response.aborted:
        raise DOMException("The operation was aborted.", "AbortError")
    if response.is_network_error:
        explain(environment, request.url.href, response.reason)
        raise JSTypeError("Failed to fetch")
    internal = response.unsafe_response()
    if request.mode == "navigate" and internal.status in REDIRECT_STATUSES:
        # AD-HOC: whoever handles a navigation does not see where it is redirected to; so do browsers.
        response = opaque_redirect_filtered_response(internal)
    return response_to_wire(response, environment)


@sync_op
def op_fetch_clone_response(environment: Environment, response: int) -> int:
    """A handle to a clone of a response that no script sees into. Its body is cloned with it."""
    return environment.handles.add(environment.handles.get(response, Response).clone())


@sync_op
def op_fetch_release_response(environment: Environment, response: int) -> None:
    """Nobody will hand it on any more."""
    released = environment.handles.release(response, Response)
    # NB: only a hidden body is with it; nobody need be told of any other.
    if released is not None and is_hidden(released):
        environment.agent.browser_thread.post(cancel_hidden_body, released)


async def _read_ahead(environment: Environment, stream: ReadAhead) -> None:
    """A script that wants no more than the status must not hold a connection until its garbage is collected."""
    await environment.user_agent.clock.sleep(PATIENCE)
    await stream.read_ahead(READ_AHEAD)


@contextmanager
def abortable(
    environment: Environment, fetch_ids: Sequence[int], controllers: Sequence[FetchController]
) -> Iterator[Sequence[FetchController]]:
    """Let the script abort these fetches by its numbers for them, as long as what is inside runs."""
    table = _controllers.setdefault(environment, {})
    table.update(zip(fetch_ids, controllers, strict=True))
    try:
        yield controllers
    finally:
        for fetch_id in fetch_ids:
            table.pop(fetch_id, None)


def explain(environment: Environment, url: str, reason: str) -> None:
    """Tell the developer why a fetch failed; the script must not learn it."""
    text = f"Failed to fetch {url}: {reason or 'network error'}"
    environment.user_agent.embedder.console(environment, ConsoleMessage("error", text, environment.global_kind))


@async_op(task_source="networking task source")
async def op_fetch_abort(environment: Environment, fetch_id: int, reason: str | None) -> None:
    """https://fetch.spec.whatwg.org/#fetch-controller-abort, for a fetch that may be over."""
    controller = _controllers.get(environment, {}).pop(fetch_id, None)
    if controller is not None:
        controller.abort(reason)


@sync_op
def op_fetch_extract_mime_type(environment: Environment, values: list[ByteString]) -> Record | None:
    """https://fetch.spec.whatwg.org/#concept-header-extract-mime-type of `Content-Type` headers; null for failure."""
    mime_type = extract_a_mime_type(HeaderList((b"Content-Type", value.encode("latin-1")) for value in values))
    if mime_type is FAILURE:
        return None
    return {
        "essence": mime_type.essence,
        "parameters": dict(mime_type.parameters),
        "serialized": serialize_mime_type(mime_type),
    }


@sync_op
def op_fetch_is_cors_safelisted_request_header(environment: Environment, name: ByteString, value: ByteString) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    return is_a_cors_safelisted_request_header(name.encode("latin-1"), value.encode("latin-1"))
