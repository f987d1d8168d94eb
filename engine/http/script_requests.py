"""Requests that scripts hand over. Nothing that a record says of itself is believed: whose request it is, under which policies and in
whose name is known here already, and what the Request constructor has checked is checked once more. Ours. See docs/SECURITY.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, Required, TypeAlias, TypedDict

from engine.http.body import Body
from engine.http.header_names import (
    is_a_cors_safelisted_request_header,
    is_a_forbidden_request_header,
    is_a_no_cors_safelisted_request_header,
    is_a_privileged_no_cors_request_header_name,
)
from engine.http.headers import HeaderList
from engine.http.methods import CORS_SAFELISTED_METHODS, is_a_forbidden_method, is_a_method, normalize_a_method
from engine.http.policy_container import ReferrerPolicy
from engine.http.request import CacheMode, CredentialsMode, Destination, Priority, RedirectMode, Request
from engine.url import URL, Origin, origin_of, parse_url, same_origin
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.http.headers import Header
    from engine.realms import Environment

ScriptMode: TypeAlias = Literal["same-origin", "cors", "no-cors", "navigate"]
"""The modes that a request in a script's hands can have. Those of web sockets and the like are the user agent's."""


class HeldBlobURL(TypedDict):
    """What a blob: URL stood for when it was parsed: see `BlobURLStore.held`."""

    number: int


class ScriptRequest(TypedDict, total=False):
    """The members of a record that are looked at. Whatever is absent has its default."""

    url_list: Required[list[URL]]
    header_list: HeaderList
    method: str
    keepalive: bool
    initiator_type: Literal["fetch", "beacon", "xmlhttprequest"] | None
    destination: Destination
    priority: Priority
    referrer: str
    referrer_policy: ReferrerPolicy
    mode: ScriptMode
    use_cors_preflight: bool
    credentials_mode: CredentialsMode
    use_url_credentials: bool
    cache_mode: CacheMode
    redirect_mode: RedirectMode
    integrity_metadata: str
    reload_navigation: bool
    history_navigation: bool
    blob_url_entry: HeldBlobURL
    navigation: int


@dataclass(frozen=True, slots=True)
class InitiatorOfANavigation:
    """What a realm's handle `navigation` stands for: the origin of a navigation that a service worker handles, which no script sees."""

    origin: Origin


_PLAIN_SLOTS = frozenset(
    (
        "keepalive",
        "initiator_type",
        "priority",
        "referrer_policy",
        "mode",
        "use_cors_preflight",
        "credentials_mode",
        "use_url_credentials",
        "cache_mode",
        "redirect_mode",
        "integrity_metadata",
        "reload_navigation",
        "history_navigation",
    )
)


_SHOWN_SLOTS = (
    ("keepalive", False),
    ("destination", ""),
    ("referrer_policy", ""),
    ("mode", "no-cors"),
    ("credentials_mode", "same-origin"),
    ("cache_mode", "default"),
    ("redirect_mode", "follow"),
    ("reload_navigation", False),
    ("history_navigation", False),
)
"""What a Request object shows and few values are possible for, with the defaults that need not be said."""
# OPTIMIZATION: all slots at once, and most requests have the same in them.
_get_shown_slots = attrgetter(*(name for name, _ in _SHOWN_SLOTS))


@lru_cache(maxsize=256)
def _what_differs(values: tuple[Any, ...]) -> dict[str, Any]:
    return {name: value for (name, default), value in zip(_SHOWN_SLOTS, values, strict=True) if value != default}


def shown_request(request: Request) -> dict[str, Any]:
    """The record of a request for a realm: what a Request object shows, and nothing else."""
    record: dict[str, Any] = {"url_list": [request.url.serialized], **_what_differs(_get_shown_slots(request))}
    if request.method != "GET":
        record["method"] = request.method
    if request.integrity_metadata:
        record["integrity_metadata"] = request.integrity_metadata
    if request.header_list:
        record["header_list"] = request.header_list.to_record()
    if request.referrer != "client":
        record["referrer"] = request.referrer if isinstance(request.referrer, str) else request.referrer.serialized
    return record


def described_request(record: ScriptRequest, environment: Environment) -> Request:
    """The request that a record describes, to be compared and stored, not to be made. Raises JSTypeError."""
    request = _request(record, environment)
    request.destination = record.get("destination", "")
    return request


def request_from_script(record: ScriptRequest, environment: Environment, body: Body | None = None) -> Request:
    """The request that a script of `environment` makes; its client is that environment. Raises JSTypeError."""
    request = _request(record, environment)
    url, mode = request.url, request.mode
    # What the constructor of Request and fetch() refuse.
    if is_a_forbidden_method(request.method):
        raise JSTypeError(f"the method {request.method} is the user agent's")
    if request.cache_mode == "only-if-cached" and mode != "same-origin":
        raise JSTypeError('the cache mode "only-if-cached" needs the mode "same-origin"')
    if body is not None and request.method in ("GET", "HEAD"):
        raise JSTypeError(f"a {request.method} request has no body")
    if mode == "no-cors" and request.method not in CORS_SAFELISTED_METHODS:
        raise JSTypeError(f'the method {request.method} needs a mode other than "no-cors"')
    if mode == "navigate":
        # A service worker may hand on the navigation it handles: to its own origin, and not along redirects.
        if request.redirect_mode != "manual" or not same_origin(origin_of(url), environment.origin):
            raise JSTypeError("a script does not navigate")
        initiator = environment.handles.find(record.get("navigation", 0), InitiatorOfANavigation)
        if initiator is not None:
            request.origin = initiator.origin
    elif isinstance(request.referrer, URL) and not same_origin(origin_of(request.referrer), environment.origin):
        # Step 14.3 of https://fetch.spec.whatwg.org/#dom-request
        request.referrer = "client"
    # What goes out in the user agent's name is not for scripts to say.
    headers = request.header_list.headers
    if headers:
        is_allowed = _is_allowed_without_cors if mode == "no-cors" else _is_allowed
        request.header_list.headers = [header for header in headers if is_allowed(header)]
    request.unsafe_request = True
    if environment.global_kind == "ServiceWorker":
        # What a service worker fetches does not come back to it.
        request.service_workers_mode = "none"
    if body is not None:
        if not body.replayable:
            if mode not in ("cors", "same-origin"):
                raise JSTypeError(f'a body that is a stream cannot be sent in mode "{mode}"')
            request.use_cors_preflight = True
        request.body = body
    return request


def _is_allowed(header: Header) -> bool:
    return not is_a_forbidden_request_header(*header)


def _is_allowed_without_cors(header: Header) -> bool:
    """NB: a range that the user agent has set, and no script has touched, is handed on."""
    if is_a_privileged_no_cors_request_header_name(header[0]):
        return is_a_cors_safelisted_request_header(*header)
    return is_a_no_cors_safelisted_request_header(*header)


def _request(record: ScriptRequest, environment: Environment) -> Request:
    # One URL: where redirects have led a request is nobody's but the user agent's to say.
    if len(record["url_list"]) != 1:
        raise JSTypeError("a request has one URL")
    url = record["url_list"][0]
    if "blob_url_entry" in record and environment.user_agent.blob_urls is not None:
        # It was parsed when the request was made: what it stood for then it stands for now.
        entry = environment.user_agent.blob_urls.held(record["blob_url_entry"]["number"], url, environment)
        url = url.with_blob_url_entry(entry)
    request = Request([url], client=environment)
    slots: Mapping[str, Any] = record
    for name, value in slots.items():
        if name in _PLAIN_SLOTS:
            setattr(request, name, value)
    method = record.get("method", "GET")
    if method not in CORS_SAFELISTED_METHODS and not is_a_method(method):
        raise JSTypeError("not a method")
    request.method = normalize_a_method(method)
    if "header_list" in record:
        request.header_list = record["header_list"]
    referrer = record.get("referrer", "client")
    if referrer == "no-referrer":
        request.referrer = "no-referrer"
    elif referrer != "client":
        parsed = parse_url(referrer)
        if not isinstance(parsed, URL):
            raise JSTypeError("the referrer is no URL")
        request.referrer = parsed
    return request
