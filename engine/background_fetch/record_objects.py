"""https://wicg.github.io/background-fetch/#create-settled-fetches-algorithm: records as scripts get them

The platform objects themselves, and their promises, are made in the realm (js_bindings/background_fetch).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cache.query import CacheQueryOptions, request_matches_cached_item
from engine.http.body import Body
from engine.http.response import NULL_BODY_STATUSES
from engine.http.wire import end_bodies_with, request_to_wire
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord, BackgroundFetchResponse
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.infra.sentinels import Record, WireValue
    from engine.realms import Environment


def matching_records(
    bg_fetch: BackgroundFetch, request: Request | None, options: CacheQueryOptions, *, only_first: bool = False
) -> list[BackgroundFetchRecord]:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchregistration-matchall, its steps 3.1 and 3.2

    `only_first` (ours): for match(), which wants no more.
    """
    # 3.1. No matching records yet.
    matching: list[BackgroundFetchRecord] = []
    # 3.2. For each record, in order:
    for record in bg_fetch.records:
        # 3.2.1. Whether the request matches the record's. NB: without a request all do.
        if request is None or request_matches_cached_item(
            request, record.request, record.response_data.response, options
        ):
            matching.append(record)
            if only_first:
                break
    return matching


def create_record_objects(records: list[BackgroundFetchRecord], environment: Environment) -> list[WireValue]:
    """https://wicg.github.io/background-fetch/#create-record-objects, as far as its step 2.5

    Each is a request with the handle of its body, and the handle of its response data, for `response_ready`.
    """
    return [_create_record_object(record, environment) for record in records]


def _create_record_object(record: BackgroundFetchRecord, environment: Environment) -> Record:
    # 2.4–2.5. The Request object: a copy of the record's request, with its body.
    request = record.request
    if record.request_body is not None:
        request = request.clone()
        request.body = Body(record.request_body)
    wire, body = request_to_wire(request, environment)
    # 2.1. The record's response data. NB: those of now, also if the record starts over later.
    result: Record = {"request": wire, "data": environment.handles.add(DataOfRecordObject(record.response_data))}
    if body is not None:
        result["body"] = body
    return result


class DataOfRecordObject:
    """What a record object has for `response_ready`, which may be asked for long after the object was made."""

    __slots__ = ("data", "was_exposed")

    def __init__(self, data: BackgroundFetchResponse) -> None:
        self.data = data
        self.was_exposed = data.exposed
        """If it was, the response has been given out as soon as it was there, whatever became of its bytes then."""


async def response_ready(data_of_object: DataOfRecordObject, environment: Environment) -> Response:
    """https://wicg.github.io/background-fetch/#create-record-objects, its step 2.9

    Raises DOMException AbortError, JSTypeError.
    """
    data = data_of_object.data
    # 2.9.1. SPEC-BUG: the text waits for the response "to not be not-null", which it is at once; and nobody would learn
    # of a record that ends without one.
    while data.response is None and data.result == "":
        await data.changed()
    # 2.9.2. The response exists and is exposed:
    if data.response is not None and (data.exposed or data_of_object.was_exposed):
        # 2.9.2.1–2.9.2.3. A clone without Content-Range and Content-Length: the whole that it is, or is going to be.
        response = data.response.clone()
        inner = response.unsafe_response()
        for name in (b"Content-Range", b"Content-Length"):
            response.header_list.delete(name)
            inner.header_list.delete(name)
        # 2.9.2.4–2.9.2.5. Its body, of the bytes downloaded so far and those to come.
        end_bodies_with(environment)
        response.body = inner.body = _body_of(data, response)
        return response
    # 2.9.3–2.9.4. The record was aborted, or has no response. NB: also for who has held it since before abort();
    # browsers leave that waiting for ever.
    if data.result == "aborted":
        raise DOMException("the background fetch was aborted", "AbortError")
    raise JSTypeError("the record has no response that can be shown")


def _body_of(data: BackgroundFetchResponse, response: Response) -> Body | None:
    """https://wicg.github.io/background-fetch/#create-record-objects, its steps 2.6 to 2.8

    NB: the stored bytes themselves, which everybody reads from the beginning and may follow while they arrive; they end
    as the steps of the pull action say (see `BackgroundFetchResponse.settle`). As they are no copy, the Cache API can
    take them over.
    """
    if data.body is not None:
        return Body(data.body)
    # AD-HOC: the bytes of a bad answer are not kept: it has none.
    is_bad = data.result == "bad-status" and response.status not in NULL_BODY_STATUSES
    return Body(b"") if is_bad else None
