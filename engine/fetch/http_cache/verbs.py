"""Select, construct, store, freshen, invalidate. https://httpwg.org/specs/rfc9111.html"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from engine.fetch.http_cache.freshness import (
    HEURISTICALLY_CACHEABLE,
    cache_control,
    parse_http_date,
)
from engine.fetch.http_cache.recording import RecordingStream
from engine.fetch.http_cache.store import LARGEST_BODY, StoredResponse
from engine.http.body import Body, ByteStream
from engine.http.headers import HeaderList
from engine.http.ranges import (
    ContentRange,
    build_a_content_range,
    extract_content_range,
    parse_a_single_range_header_value,
)
from engine.http.response import NULL_BODY_STATUSES, REDIRECT_STATUSES, Response
from engine.infra import FAILURE
from engine.url import origin_of, parse_url, same_origin

if TYPE_CHECKING:
    from engine.fetch.http_cache.store import CacheStore
    from engine.http.request import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""https://httpwg.org/specs/rfc9110.html#safe.methods"""
_NOT_FRESHENED = frozenset(
    {b"connection", b"content-encoding", b"content-length", b"content-range", b"keep-alive", b"transfer-encoding"}
)


def select_a_stored_response(store: CacheStore, partition: Hashable, request: Request) -> StoredResponse | None:
    """https://httpwg.org/specs/rfc9111.html#constructing.responses.from.caches

    One that fits the request; whether it may be used without asking the server is for `freshness` to say. Only for
    GET and HEAD.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    responses = store.responses(partition, request.current_url.serialized_without_fragment)
    fitting = [
        response
        for response in responses
        if _matches_selecting_headers(response, request.header_list) and _has_the_range(response, request.header_list)
    ]
    if not fitting:
        return None
    # Of several, the newest.
    return max(fitting, key=_date)


def _date(response: StoredResponse) -> float:
    date = parse_http_date(response.header_list.get(b"Date"))
    return response.response_time if date is None else date


def _matches_selecting_headers(response: StoredResponse, request_headers: HeaderList) -> bool:
    """https://httpwg.org/specs/rfc9111.html#caching.negotiated.responses"""
    for name in response.header_list.get_decode_and_split(b"Vary") or ():
        if name == "*":
            return False
        key = name.encode("latin-1")
        if key and _normalized(response.request_headers.get(key)) != _normalized(request_headers.get(key)):
            return False
    return True


def _normalized(value: bytes | None) -> bytes | None:
    return None if value is None else b",".join(part.strip(b" \t") for part in value.split(b","))


def _has_the_range(response: StoredResponse, request_headers: HeaderList) -> bool:
    if not request_headers.contains(b"Range"):
        return response.range is None
    return _wanted_range(response, request_headers) is not None


def _wanted_range(response: StoredResponse, request_headers: HeaderList) -> tuple[int, int, int] | None:
    """First, last and complete length of the part of the whole that is wanted, if the stored response has it."""
    # What is coded counts other bytes than ours.
    value = request_headers.get(b"Range")
    if value is None or response.status not in (200, 206) or response.header_list.contains(b"Content-Encoding"):
        return None
    wanted = parse_a_single_range_header_value(value, True)
    if wanted is FAILURE or not isinstance(response.body, bytes):
        return None
    first, last = wanted
    # What we have of it.
    have = response.range
    start = 0 if have is None or have.first is None else have.first
    end = start + len(response.body) - 1
    length = len(response.body) if have is None else have.complete_length
    if length is None:
        return None
    if first is None:
        assert last is not None
        first, last = max(0, length - last), length - 1
    else:
        last = length - 1 if last is None else min(last, length - 1)
    return (first, last, length) if start <= first <= last <= end else None


def construct_a_response(stored: StoredResponse, request: Request) -> Response:
    """https://httpwg.org/specs/rfc9111.html#constructing.responses.from.caches

    The response to give, of a stored
    one that was selected
    """
    part = _wanted_range(stored, request.header_list)
    headers = stored.header_list.copy()
    if part is None or not isinstance(stored.body, bytes):
        return Response(
            status=stored.status, status_message=stored.status_message, header_list=headers, body=Body(stored.body)
        )
    # https://httpwg.org/specs/rfc9111.html#caching.incomplete.responses
    first, last, length = part
    start = 0 if stored.range is None or stored.range.first is None else stored.range.first
    data = stored.body[first - start : last + 1 - start]
    headers.set(b"Content-Range", build_a_content_range(first, last, length))
    headers.set(b"Content-Length", b"%d" % len(data))
    return Response(status=206, status_message=b"Partial Content", header_list=headers, body=Body(data))


def may_be_stored(request: Request, response: Response) -> bool:
    """https://httpwg.org/specs/rfc9111.html#response.cacheability"""
    directives = cache_control(response.header_list)
    # Understood, final, and nobody is against it.
    if not 200 <= response.status <= 599 or response.status == 304:
        return False
    if "no-store" in directives or "no-store" in cache_control(request.header_list):
        return False
    if "*" in (response.header_list.get_decode_and_split(b"Vary") or ()):
        return False
    # A part, if it says which.
    if response.status == 206 and not isinstance(extract_content_range(response.header_list), ContentRange):
        return False
    has_explicit_freshness = "max-age" in directives or response.header_list.contains(b"Expires")
    if request.method == "GET":
        return (
            has_explicit_freshness
            or bool({"public", "private"} & directives.keys())
            or response.status in HEURISTICALLY_CACHEABLE
        )
    # https://httpwg.org/specs/rfc9110.html#POST: what came is also what a GET would get, if it says so.
    location = response.header_list.get(b"Content-Location")
    if request.method not in ("POST", "PATCH") or location is None or not has_explicit_freshness or not response.ok:
        return False
    url = parse_url(location.decode("latin-1"), request.current_url)
    return url is not FAILURE and url.equals(request.current_url, exclude_fragments=True)


def store(
    store: CacheStore,
    partition: Hashable,
    request: Request,
    response: Response,
    request_time: float,
    response_time: float,
) -> None:
    """https://httpwg.org/specs/rfc9111.html#storing.responses.in.caches

    The body is kept as it is read; the response is in the store once its body has been read to the end.
    """
    if not may_be_stored(request, response):
        return
    request_headers = request.header_list.copy()
    header_list = response.header_list.copy()
    url = request.current_url.serialized_without_fragment
    content_range = extract_content_range(header_list) if response.status == 206 else None
    status, status_message = response.status, response.status_message

    def keep(data: bytes) -> None:
        entry = StoredResponse(
            url, request_headers, status, status_message, header_list, data, request_time, response_time
        )
        if isinstance(content_range, ContentRange):
            entry.range = content_range
        store.put(partition, entry, _predecessor(store, partition, entry))

    # NB: nobody reads the body of a redirect, and some responses have none.
    if response.body is None or status in REDIRECT_STATUSES or status in NULL_BODY_STATUSES:
        keep(b"")
    elif isinstance(response.body.source, ByteStream) and (response.body.length or 0) <= LARGEST_BODY:
        response.body.source = RecordingStream(response.body.source, keep, LARGEST_BODY)


def _predecessor(store: CacheStore, partition: Hashable, entry: StoredResponse) -> StoredResponse | None:
    """The stored response that a newer one for the same request takes the place of."""
    for other in store.responses(partition, entry.url):
        if other.range == entry.range and _matches_selecting_headers(other, entry.request_headers):
            return other
    return None


def freshen(
    store: CacheStore, partition: Hashable, stored: StoredResponse, response: Response, request_time: float, now: float
) -> None:
    """https://httpwg.org/specs/rfc9111.html#freshening.responses

    A 304 brings new headers for a stored response.
    """
    # https://httpwg.org/specs/rfc9111.html#update: all of them but those that describe the message itself.
    headers = stored.header_list.copy()
    new = [(name, value) for name, value in response.header_list if name.lower() not in _NOT_FRESHENED]
    for name in {name.lower() for name, _ in new}:
        headers.delete(name)
    headers.headers.extend(new)
    freshened = StoredResponse(
        stored.url,
        stored.request_headers,
        stored.status,
        stored.status_message,
        headers,
        stored.body,
        request_time,
        now,
        stored.range,
    )
    # NB: meanwhile another 304 may have freshened it, which this one does once more; or it may have been replaced or forgotten, and so
    # it stays.
    for each in store.responses(partition, stored.url):
        if each.request_headers is stored.request_headers:
            store.put(partition, freshened, each)
            break
    stored.header_list = headers


def invalidate(store: CacheStore, partition: Hashable, request: Request, response: Response) -> None:
    """https://httpwg.org/specs/rfc9111.html#invalidation

    After an unsafe request that did not fail.
    """
    url = request.current_url
    # The URL itself,
    store.remove(partition, url.serialized_without_fragment)
    # and where the response says the change was, if that is at home.
    for name in (b"Location", b"Content-Location"):
        value = response.header_list.get(name)
        other = FAILURE if value is None else parse_url(value.decode("latin-1"), url)
        if other is not FAILURE and same_origin(origin_of(other), origin_of(url)):
            store.remove(partition, other.serialized_without_fragment)
