"""Requests and responses as plain JSON-able records: the form in which they cross the border to JavaScript and lie on
disk. Ours.

Only what differs from its default is written, so that records stay small. Keys are the slots' names; URLs are strings,
header
lists `[[name, value], …]` with isomorphically decoded strings. Bodies do not travel in records: they go beside them, by
handle
or body id. Clients do not either: whoever reads a record says whose request it is.
"""

from __future__ import annotations

from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING, Any

from engine.http.headers import HeaderList
from engine.http.policy_container import PolicyContainer
from engine.http.request import Request
from engine.http.response import Response, filtered_response
from engine.infra import FAILURE
from engine.url import URL, origin_from_record, origin_to_record, parse_url
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.http.body import Body
    from engine.http.environment import EnvironmentSettings

# Slots that are strings, numbers or booleans and travel as they are, with their defaults.
_PLAIN_REQUEST_SLOTS: dict[str, Any] = {
    "method": "GET",
    "local_urls_only": False,
    "unsafe_request": False,
    "replaces_client_id": "",
    "keepalive": False,
    "initiator_type": None,
    "service_workers_mode": "all",
    "initiator": "",
    "destination": "",
    "priority": "auto",
    "referrer_policy": "",
    "mode": "no-cors",
    "use_cors_preflight": False,
    "credentials_mode": "same-origin",
    "use_url_credentials": False,
    "cache_mode": "default",
    "redirect_mode": "follow",
    "integrity_metadata": "",
    "cryptographic_nonce_metadata": "",
    "parser_metadata": "",
    "reload_navigation": False,
    "history_navigation": False,
    "user_activation": False,
    "redirect_count": 0,
    "response_tainting": "basic",
}
_PLAIN_RESPONSE_SLOTS: dict[str, Any] = {
    "type": "default",
    "status": 200,
    "aborted": False,
    "cache_state": "",
    "range_requested": False,
    "request_includes_credentials": True,
    "redirect_taint": "same-origin",
    "reason": "",
    "failure_kind": "",
}

# OPTIMIZATION: ten thousand requests share these.
_WORDS = frozenset({"method", "mode", "credentials_mode", "cache_mode", "redirect_mode", "referrer_policy", "destination"})

# OPTIMIZATION: all slots at once.
_get_request_slots = attrgetter(*_PLAIN_REQUEST_SLOTS)
_get_response_slots = attrgetter(*_PLAIN_RESPONSE_SLOTS)


def request_to_record(request: Request) -> dict[str, Any]:
    """A record of `request`, without its body and its client."""
    record: dict[str, Any] = {"url_list": [url.serialized for url in request.url_list]}
    record.update(_what_differs(_PLAIN_REQUEST_SLOTS, _get_request_slots(request)))
    if request.header_list:
        record["header_list"] = request.header_list.to_record()
    if request.origin != "client":
        record["origin"] = origin_to_record(request.origin)
    if request.policy_container != "client":
        record["policy_container"] = request.policy_container.to_record()
    if request.referrer != "client":
        record["referrer"] = request.referrer if isinstance(request.referrer, str) else request.referrer.serialized
    return record


def request_from_record(
    record: dict[str, Any],
    client: EnvironmentSettings | None = None,
    body: Body | bytes | None = None,
) -> Request:
    """The request a record describes. `url` may stand for a `url_list` of one. Raises JSTypeError for a URL that does
    not parse.
    """
    urls = record.get("url_list") or [record["url"]]
    request = Request(url_list=[_url(url) for url in urls], client=client, body=body)
    for name in _PLAIN_REQUEST_SLOTS:
        if name in record:
            value = record[name]
            setattr(request, name, intern(value) if name in _WORDS else value)
    if "header_list" in record:
        request.header_list = HeaderList.from_record(record["header_list"])
    if "origin" in record and record["origin"] != "client":
        request.origin = origin_from_record(record["origin"])
    if "policy_container" in record and record["policy_container"] != "client":
        request.policy_container = PolicyContainer.from_record(record["policy_container"])
    referrer = record.get("referrer", "client")
    request.referrer = referrer if referrer in ("client", "no-referrer") else _url(referrer)
    return request


def response_to_record(response: Response) -> dict[str, Any]:
    """A record of `response` as its holder sees it, without its body and without what a filter hides."""
    record = dict(_what_differs(_PLAIN_RESPONSE_SLOTS, _get_response_slots(response)))
    if response.url_list:
        record["url_list"] = [url.serialized for url in response.url_list]
    if response.status_message:
        record["status_message"] = response.status_message.decode("latin-1")
    if response.header_list:
        record["header_list"] = response.header_list.to_record()
    if response.cors_exposed_header_name_list:
        record["cors_exposed_header_name_list"] = [
            name.decode("latin-1") for name in response.cors_exposed_header_name_list
        ]
    return record


def response_from_record(record: dict[str, Any], body: Body | None = None) -> Response:
    """The response a record describes, unfiltered (also when its type names a filter)."""
    response = Response(body=body)
    for name in _PLAIN_RESPONSE_SLOTS:
        if name in record:
            setattr(response, name, record[name])
    if "url_list" in record:
        response.url_list = [_url(url) for url in record["url_list"]]
    if "status_message" in record:
        response.status_message = record["status_message"].encode("latin-1")
    if "header_list" in record:
        response.header_list = HeaderList.from_record(record["header_list"])
    if "cors_exposed_header_name_list" in record:
        response.cors_exposed_header_name_list = [
            name.encode("latin-1") for name in record["cors_exposed_header_name_list"]
        ]
    return response


def response_to_stored_record(response: Response) -> dict[str, Any]:
    """A record for the disk: what lies behind a filtered response, and which filter it wears."""
    if response.internal_response is None:
        return response_to_record(response)
    return {**response_to_record(response.internal_response), "filter": response.type}


def response_from_stored_record(record: dict[str, Any], body: Body | None = None) -> Response:
    """What `response_to_stored_record` described: the filter is put on again. The body is that of the internal
    response.
    """
    response = response_from_record(record, body)
    return filtered_response(record["filter"], response) if "filter" in record else response


def _what_differs(defaults: dict[str, Any], values: tuple[Any, ...]) -> list[tuple[str, Any]]:
    slots = zip(defaults.items(), values, strict=True)
    return [(name, value) for (name, default), value in slots if value != default]


def _url(text: str) -> URL:
    url = parse_url(text)
    if url is FAILURE:
        raise JSTypeError(f"not a URL: {text}")
    return url
