"""Changing a cache: all operations of a batch or none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from engine.cache.query import DEFAULT_OPTIONS, CacheQueryOptions, RequestResponse, matching, query_cache, vary_of
from engine.http.records import request_to_record, response_to_stored_record
from engine.http.request import Request
from engine.http.response import Response
from engine.storage import CacheEntry, Index, NewCacheEntry, StoredBody, change_entries, disk_verb
from engine.storage.cache_verbs import without_query
from engine.webidl.exceptions import DOMException, JSTypeError

OPAQUE_PADDING = 7 * 1024 * 1024
"""Bytes that an opaque response counts beside its own, so that its size cannot be told from the quota."""


@dataclass(frozen=True, slots=True)
class CacheBatchOperation:
    """https://w3c.github.io/ServiceWorker/#dfn-cache-batch-operation

    `body` is ours: the response's body as a body file, complete; the response itself has none.
    """

    type: Literal["delete", "put"]
    request: Request
    response: Response | None = None
    options: CacheQueryOptions | None = None
    body: StoredBody | None = None


@disk_verb
def batch_cache_operations(index: Index, cache: int, operations: list[CacheBatchOperation]) -> list[RequestResponse]:
    """https://w3c.github.io/ServiceWorker/#batch-cache-operations-algorithm

    A verb: one transaction, which is what its steps 2 and 5 are for. Returns, for a delete, the items it removed
    (SPEC-BUG: the text appends the operation's own request and response, so that every delete would have found
    something). Raises JSTypeError, DOMException InvalidStateError, QuotaExceeded, StorageFull; then nothing has
    changed.
    """
    # 1–2. The cached items as they were: the transaction keeps them.
    # 3. The added items.
    added_items = _AddedItems()
    # 4.1. The result list.
    result_list: list[RequestResponse] = []
    # 4.2. For each operation:
    for operation in operations:
        # 4.2.1. (An operation's type is one of two literals.)
        # 4.2.2. A delete has no response.
        if operation.type == "delete" and operation.response is not None:
            raise JSTypeError("a delete has no response")
        # 4.2.3. A request that matches one of the added items ends the batch.
        if added_items.matching(operation.request, operation.options or DEFAULT_OPTIONS):
            raise DOMException("the batch has two operations for the same request", "InvalidStateError")
        # 4.2.4–4.2.5. Delete: the cached items that the query finds.
        if operation.type == "delete":
            request_responses = query_cache(index, cache, operation.request, operation.options or DEFAULT_OPTIONS)
            change_entries(index, cache, delete=[item.entry.id for item in request_responses])
            result_list.extend(request_responses)
            continue
        # 4.2.6. Put:
        response = operation.response
        # 4.2.6.1–4.2.6.5. Put: a response, an HTTP(S) scheme, the method GET and no options.
        if response is None:
            raise JSTypeError("a put has a response")
        check_request(operation.request)
        if operation.options is not None:
            raise JSTypeError("a put has no options")
        # 4.2.6.6–4.2.6.9. The put replaces the cached items that the query finds.
        replaced = query_cache(index, cache, operation.request)
        entry = _new_entry(operation.request, response, operation.body)
        (entry_id,) = change_entries(index, cache, delete=[item.entry.id for item in replaced], put=[entry])
        # 4.2.6.10. Append the request and response to the added items.
        added = CacheEntry(
            entry_id, cache, entry.url, entry.method, entry.request, entry.response, entry.vary, entry.body
        )
        added_items.add(added)
        # 4.2.7. Append them to the result list.
        result_list.append(RequestResponse(added))
    # 4.3. The result list.
    return result_list
    # 5. An exception undoes the whole batch: the transaction is rolled back.


class _AddedItems:
    """OPTIMIZATION: by URL, so that an operation meets only those that it can match."""

    def __init__(self) -> None:
        self._by_url: defaultdict[str, list[CacheEntry]] = defaultdict(list)
        self._by_url_without_query: defaultdict[str, list[CacheEntry]] = defaultdict(list)

    def add(self, entry: CacheEntry) -> None:
        self._by_url[entry.url.partition("#")[0]].append(entry)
        self._by_url_without_query[without_query(entry.url)].append(entry)

    def matching(self, request_query: Request, options: CacheQueryOptions) -> list[RequestResponse]:
        url = request_query.url.href
        if options.ignore_search:
            entries = self._by_url_without_query.get(without_query(url), [])
        else:
            entries = self._by_url.get(url.partition("#")[0], [])
        return matching(request_query, entries, options)


def check_request(request: Request) -> None:
    """Raise JSTypeError unless it is a GET over HTTP(S), the only kind that is cached. Ours: the same two steps of
    several definitions.
    """
    if not request.url.is_http:
        raise JSTypeError(f"the scheme of {request.url.href} is not http or https")
    if request.method != "GET":
        raise JSTypeError(f"a {request.method} request cannot be cached")


def _new_entry(request: Request, response: Response, body: StoredBody | None) -> NewCacheEntry:
    return NewCacheEntry(
        url=request.url.href,
        method=request.method,
        request=request_to_record(request),
        response=response_to_stored_record(response),
        vary=vary_of(response),
        body=body,
        padding=OPAQUE_PADDING if response.type == "opaque" else 0,
    )
