"""XMLHttpRequest: requests from records, `engine.fetch` with its callbacks, responses to records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import TimedOut, in_parallel, timeout_after
from engine.fetch import fetch
from engine.http.body import Body
from engine.http.byte_streams import ByteStream
from engine.http.read_ahead import ReadAhead
from engine.http.script_requests import ScriptRequest
from engine.http.wire import WireBody, request_from_wire, response_to_wire
from engine.infra import FAILURE
from engine.infra.mime_types import parse_mime_type, serialize_mime_type
from engine.ops.fetch import READ_AHEAD, abortable, explain
from engine.ops.registry import async_op, blocking_op, sync_op
from engine.webidl.exceptions import ScriptException
from engine.window.encoding_sniffing import decode_document

if TYPE_CHECKING:
    from engine.fetch import FetchController
    from engine.http.request import Request
    from engine.infra.sentinels import Record
    from engine.realms import Environment

_ROUGHLY = 0.05
"""Seconds between two reports of progress."""


@async_op(task_source="networking task source")
async def op_xhr_start(
    environment: Environment, fetch_id: int, record: ScriptRequest, body: WireBody, is_listened_to: bool
) -> Record | None:
    """https://xhr.spec.whatwg.org/#the-send()-method, its step 11.10. The response as soon as its head is there; null for a
    network error, `aborted` for one that came of an abort.

    `fetch_id` is the realm's own number for `op_fetch_abort`. `is_listened_to`: the upload's progress is reported.
    """
    request = request_from_wire(record, body, environment)
    if is_listened_to:
        # Whoever watches an upload learns whether the server takes it: it has to allow that.
        request.use_cors_preflight = True
    controller = (
        _with_upload(environment, fetch_id, request) if is_listened_to else fetch(request, environment.user_agent)
    )
    with abortable(environment, [fetch_id], [controller]):
        response = await controller.response()
    if response.is_network_error:
        if response.aborted:
            return {"aborted": True}
        explain(environment, request.url.href, response.reason)
        return None
    received = response.unsafe_response().body
    if received is not None and isinstance(received.source, ByteStream):
        # What comes while a long task runs has come in time.
        received.source = ReadAhead(received.source)
        in_parallel(received.source.read_ahead(READ_AHEAD))
    return response_to_wire(response, environment, is_read_here=True)


@sync_op
def op_xhr_is_received(environment: Environment, handle: int) -> bool:
    """Whether all of a response's body has come, however much of it was read."""
    source = environment.handles.get(handle, Body).source
    return not isinstance(source, ByteStream) or (isinstance(source, ReadAhead) and source.has_ended)


def _with_upload(environment: Environment, fetch_id: int, request: Request) -> FetchController:
    clock = environment.user_agent.clock
    bindings = environment.bindings
    transmitted = 0
    last = clock.now()

    def process_request_body_chunk_length(length: int) -> None:
        # https://xhr.spec.whatwg.org/#the-send()-method, its step 11.7
        nonlocal transmitted, last
        transmitted += length
        if clock.now() - last >= _ROUGHLY:
            last, until_now = clock.now(), transmitted
            environment.queue_a_global_task(
                "networking task source", lambda: bindings.upcall("up_xhr_request_body_progress", fetch_id, until_now)
            )

    def process_request_end_of_body() -> None:
        environment.queue_a_global_task(
            "networking task source", lambda: bindings.upcall("up_xhr_request_end_of_body", fetch_id, transmitted)
        )

    return fetch(
        request,
        environment.user_agent,
        process_request_body_chunk_length=process_request_body_chunk_length,
        process_request_end_of_body=process_request_end_of_body,
    )


@blocking_op
async def op_xhr_send(environment: Environment, record: ScriptRequest, body: WireBody, timeout: int) -> Record:
    """https://xhr.spec.whatwg.org/#the-send()-method, its steps 12.1 to 12.6, with a `timeout` in milliseconds (0: none).

    `response` is the response, its body's bytes all there, or null for a network error; or `timed_out` is set.
    """
    user_agent = environment.user_agent
    request = request_from_wire(record, body, environment)
    controller = fetch(request, user_agent)
    try:
        async with timeout_after(user_agent.clock, timeout / 1000 if timeout else None):
            response = await controller.response()
            received = response.unsafe_response().body
            data = None if received is None else await received.read_all(budget=environment.byte_budget, copies=2)
    except TimedOut:
        controller.terminate()
        return {"response": None, "timed_out": True}
    except ScriptException as error:
        explain(environment, request.url.href, error.message)
        return {"response": None}
    if response.is_network_error:
        explain(environment, request.url.href, response.reason)
        return {"response": None}
    if data is not None:
        response.unsafe_response().body = response.body = Body(data)
    return {"response": response_to_wire(response, environment, is_read_here=True)}


@sync_op
def op_xhr_parse_mime_type(environment: Environment, text: str, charset: str | None = None) -> Record | None:
    """https://mimesniff.spec.whatwg.org/#parse-a-mime-type; null for failure. With `charset` that takes the place of its own."""
    mime_type = parse_mime_type(text)
    if mime_type is FAILURE:
        return None
    parameters = dict(mime_type.parameters)
    if charset is not None:
        parameters["charset"] = charset
        mime_type = type(mime_type)(mime_type.type, mime_type.subtype, parameters)
    return {"essence": mime_type.essence, "parameters": dict(parameters), "serialized": serialize_mime_type(mime_type)}


@sync_op
def op_xhr_decode_document(environment: Environment, data: bytes, charset: str | None) -> list[str]:
    """https://xhr.spec.whatwg.org/#document-response, its steps 5.1 to 5.4: the text of an HTML document, and its encoding's name."""
    return list(decode_document(data, charset))
