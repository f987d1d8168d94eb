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
from engine.http.records import request_from_record, request_to_record, response_from_record, response_to_record
from engine.http.response import filtered_response
from engine.infra import utf8_encode
from engine.webidl.exceptions import JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response
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
    record = request_to_record(request)
    body = request.body
    if isinstance(body, Body) and not body.replayable:
        record["body_source_is_null"] = True
    return record, body_to_wire(body, environment)


def request_from_wire(record: dict[str, Any], body: WireBody, environment: Environment) -> Request:
    """The request that a script of `environment` hands over; its client is that environment. Raises JSTypeError."""
    request = request_from_record(record, environment, body_from_wire(body, environment))
    blob_urls = environment.user_agent.blob_urls
    if "blob_url_entry" in record and blob_urls is not None:
        # The URL was parsed when the request was made: what it stood for then it stands for now.
        request.url_list[-1] = request.url_list[-1].with_blob_url_entry(
            blob_urls.held(record["blob_url_entry"]["number"])
        )
    return request


def response_to_wire(response: Response, environment: Environment) -> dict[str, Any]:
    """The record of `response` for a realm: what its holder sees; what a filter hides, as `internal`; the body's
    handle, as `body`.

    The body of an opaque response travels too, for those the response is handed on to; the script never sees it. A body
    that is known to be empty has the handle 0. On the browser's thread.
    """
    record = response_to_record(response)
    internal = response.internal_response
    body = response.body
    if internal is not None:
        body = internal.body
        if response.header_list != internal.header_list or response.type.startswith("opaque"):
            record["internal"] = response_to_record(internal)
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


def response_from_wire(record: dict[str, Any], body: WireBody, environment: Environment) -> Response:
    """The response that a script of `environment` hands over, with its filter on again. Raises JSTypeError."""
    return response_from_parts(record, body_from_wire(body, environment))


def response_from_parts(record: dict[str, Any], body: Body | None) -> Response:
    """The response that a record as `response_to_wire` writes it describes, with this body."""
    kind = record.get("type", "default")
    if kind in ("default", "error"):
        return response_from_record(record, body)
    internal = response_from_record(record.get("internal", record), body)
    internal.type = "default"
    return filtered_response(kind, internal)
