"""Responses on their way to scripts and back. A realm gets what its Response object shows, and a handle of what lies behind; what comes
back by that handle is what was given, whatever the script says. Ours. See docs/SECURITY.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

from engine.http.header_names import is_a_forbidden_response_header_name
from engine.http.headers import HeaderList
from engine.http.response import NULL_BODY_STATUSES, Response, filtered_response, is_a_status_message, network_error
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.http.body import Body
    from engine.realms import Environment


class ScriptResponse(TypedDict, total=False):
    """The members of a record that are looked at: `internal` alone, or what a script may say of a response it has made."""

    internal: int
    type: Literal["default", "error"]
    status: int
    status_message: str
    header_list: HeaderList


def shown_response(response: Response) -> dict[str, Any]:
    """The record of a response for a realm: what a Response object shows, and nothing else."""
    record: dict[str, Any] = {}
    if response.type != "default":
        record["type"] = response.type
    if response.status != 200:
        record["status"] = response.status
    if response.status_message:
        record["status_message"] = response.status_message.decode("latin-1")
    if response.header_list:
        record["header_list"] = response.header_list.to_record()
    if response.url is not None:
        record["url"] = response.url.serialized
        if len(response.url_list) > 1:
            record["redirected"] = True
    return record


def is_hidden(response: Response) -> bool:
    """Whether a script sees nothing of it: then its body stays here too."""
    return response.type in ("opaque", "opaqueredirect")


def keep(response: Response, environment: Environment) -> int:
    """A handle of a filtered response, whose body goes its own way unless it is hidden."""
    internal = response.internal_response
    assert internal is not None
    if not is_hidden(response):
        response.body = internal.body = None
    return environment.handles.add(response)


def response_from_script(record: ScriptResponse, body: Body | None, environment: Environment) -> Response:
    """The response that a script of `environment` hands over. Raises JSTypeError. `body` is cancelled where there can be none."""
    if "internal" in record:
        return _kept_response(record["internal"], body, environment)
    if record.get("type") == "error":
        return network_error()
    # What the constructor of Response, and error(), redirect() and json(), let a script say.
    status = record.get("status", 200)
    message = record.get("status_message", "")
    if not 200 <= status <= 599:
        raise JSTypeError(f"{status} is not a status from 200 to 599")
    if not message.isascii() and max(message) > "\xff":
        raise JSTypeError("the status text is none")
    status_message = message.encode("latin-1")
    if not is_a_status_message(status_message):
        raise JSTypeError("the status text is none")
    headers = record.get("header_list") or HeaderList()
    headers.headers = [header for header in headers.headers if not is_a_forbidden_response_header_name(header[0])]
    if body is not None and status in NULL_BODY_STATUSES:
        body.cancel()
        body = None
    return Response(status=status, status_message=status_message, header_list=headers, body=body)


def _kept_response(handle: int, body: Body | None, environment: Environment) -> Response:
    kept = environment.handles.get(handle, Response)
    internal = kept.internal_response
    assert internal is not None
    if is_hidden(kept):
        # Its body is with it, and there once.
        if body is not None:
            body.cancel()
        return environment.handles.take(handle, Response)
    internal = internal.clone()
    internal.body = body
    return filtered_response(kept.type, internal)
