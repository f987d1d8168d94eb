"""Requests and responses on their way over the border: records with the body beside them, as a handle or as the bytes.
Ours.

A handle is a number in the environment's table (`environment.handles`) and stands for one `Body`; whoever passes a
handle
on gives it away. `js_bindings/fetch/Request.js` and `Response.js` read and write the same form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakSet

from engine.event_loop import in_parallel
from engine.http.body import Body
from engine.http.byte_streams import Pipe
from engine.http.response import Response
from engine.http.script_requests import ScriptRequest, request_from_script, shown_request
from engine.http.script_responses import ScriptResponse, is_hidden, keep, response_from_script, shown_response
from engine.infra import utf8_encode
from engine.webidl.exceptions import JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.realms import Environment

WireBody: TypeAlias = "int | bytes | str | None"
"""A body that a script hands over: a handle, all of its bytes, a string that stands for its UTF-8 encoding, or none."""


_watched: WeakSet[Environment] = WeakSet()


def end_bodies_with(environment: Environment) -> None:
    """See to it that bodies do not outlive the environment: what it has not read is cancelled, what it was writing
    fails. From any thread.
    """
    if environment not in _watched:
        _watched.add(environment)
        environment.when_destroyed(lambda: _end_bodies_of(environment))


def _end_bodies_of(environment: Environment) -> None:
    for pipe in environment.handles.of_kind(Pipe):
        pipe.error(JSTypeError("the script that made the body has ended"))
    for body in environment.handles.of_kind(Body):
        body.cancel()
    for response in environment.handles.of_kind(Response):
        cancel_hidden_body(response)


def cancel_hidden_body(response: Response) -> None:
    """Nobody will hand on a response that no script could look into. On the browser's thread."""
    body = response.unsafe_response().body
    if body is not None:
        body.cancel()


def body_to_wire(body: Body | bytes | None, environment: Environment) -> int | None:
    """A handle for `body`."""
    if body is None:
        return None
    end_bodies_with(environment)
    return environment.handles.add(Body(body) if isinstance(body, bytes) else body)


def body_from_wire(body: WireBody, environment: Environment) -> Body | None:
    """The body that a script of `environment` handed over; a handle ends here. Raises BudgetExceeded."""
    if body is None:
        return None
    if isinstance(body, int):
        return environment.handles.take(body, Body)
    data = utf8_encode(body) if isinstance(body, str) else body
    return Body(data, holding=environment.byte_budget.hold(len(data), "Bodies of requests and responses"))


def request_to_wire(request: Request, environment: Environment) -> tuple[dict[str, Any], int | None]:
    """The record of `request` for a realm, and the handle of its body: the arguments of `request_from_record` in
    JavaScript.
    """
    record = shown_request(request)
    body = request.body
    if isinstance(body, Body) and not body.replayable:
        record["body_source_is_null"] = True
    return record, body_to_wire(body, environment)


def request_from_wire(record: ScriptRequest, body: WireBody, environment: Environment) -> Request:
    """The request that a script of `environment` makes; its client is that environment. Raises JSTypeError."""
    return request_from_script(record, environment, body_from_wire(body, environment))


def response_to_wire(response: Response, environment: Environment, *, is_read_here: bool = False) -> dict[str, Any]:
    """The record of `response` for a realm: what its holder sees; a handle of what a filter hides, as `internal`; the
    body's handle, as `body`.

    The body of an opaque response stays with it: `has_hidden_body`. A body that is known to be empty has the handle 0.
    `is_read_here`: it will not be handed on, so that nothing need be kept. On the browser's thread.
    """
    record = shown_response(response)
    if is_hidden(response):
        end_bodies_with(environment)
        hidden_body = response.unsafe_response().body
        if hidden_body is not None and hidden_body.length != 0:
            record["has_hidden_body"] = True
        record["internal"] = keep(response, environment)
        return record
    body = response.body
    if response.internal_response is not None and not is_read_here:
        record["internal"] = keep(response, environment)
    if body is not None:
        record["body"] = body_to_wire(body, environment) if body.length != 0 else _end(body)
    return record


def _end(body: Body) -> int:
    """What stands for the handle of a body that is known to be empty: nobody will read it, so its end is read here."""
    if not body.replayable:
        in_parallel(_read_the_end(body))
    return 0


async def _read_the_end(body: Body) -> None:
    try:
        await body.read()
    except ScriptException:
        pass


def response_from_wire(record: ScriptResponse, body: WireBody, environment: Environment) -> Response:
    """The response that a script of `environment` hands over, with its filter on again. Raises JSTypeError."""
    return response_from_script(record, body_from_wire(body, environment), environment)
