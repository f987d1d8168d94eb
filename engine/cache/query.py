"""Finding what a cache holds: Query Cache and its question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from engine.http.body import Body
from engine.http.headers import HeaderList
from engine.http.records import request_from_record, response_from_stored_record
from engine.http.request import Request
from engine.http.response import Response
from engine.storage import CacheEntry, Index, all_entries, entries_of_all_caches, entries_with_url, what_was_stored
from engine.storage.cache_verbs import without_query

if TYPE_CHECKING:
    from collections.abc import Iterable


class CacheQuery(TypedDict, total=False):
    """https://w3c.github.io/ServiceWorker/#cache-query-options-dictionary as a realm converted it"""

    ignoreSearch: bool
    ignoreMethod: bool
    ignoreVary: bool


@dataclass(frozen=True, slots=True)
class CacheQueryOptions:
    """https://w3c.github.io/ServiceWorker/#cache-query-options-dictionary"""

    ignore_search: bool = False
    ignore_method: bool = False
    ignore_vary: bool = False

    @classmethod
    def from_record(cls, record: CacheQuery) -> CacheQueryOptions:
        return cls(record.get("ignoreSearch", False), record.get("ignoreMethod", False), record.get("ignoreVary", False))


DEFAULT_OPTIONS = CacheQueryOptions()


@dataclass(frozen=True, slots=True)
class RequestResponse:
    """An item of a https://w3c.github.io/ServiceWorker/#dfn-request-response-list. Ours: `entry` is it as the disk has
    it.

    The request and the response are made anew each time, so that whoever gets one has a copy with a fresh body.
    """

    entry: CacheEntry

    @property
    def request(self) -> Request:
        with what_was_stored(self.entry.url):
            return request_from_record(self.entry.request)

    @property
    def response(self) -> Response:
        body = self.entry.body
        with what_was_stored(self.entry.url):
            return response_from_stored_record(self.entry.response, None if body is None else Body(body))


def query_cache(
    index: Index, cache: int, request_query: Request, options: CacheQueryOptions = DEFAULT_OPTIONS
) -> list[RequestResponse]:
    """https://w3c.github.io/ServiceWorker/#query-cache-algorithm, as a verb; the oldest items first

    OPTIMIZATION: only items whose URL can match are looked at.
    """
    # 1–4. The cached items of this cache.
    entries = entries_with_url(index, cache, request_query.url.href, ignore_search=options.ignore_search)
    # 5–6. Those that the request matches.
    return matching(request_query, entries, options)


def query_all_caches(
    index: Index, storage_key: str, request_query: Request, options: CacheQueryOptions
) -> list[RequestResponse]:
    """The same over every cache of a storage key, in the order of the caches. Ours."""
    entries = entries_of_all_caches(index, storage_key, request_query.url.href, ignore_search=options.ignore_search)
    return matching(request_query, entries, options)


def everything(index: Index, cache: int) -> list[RequestResponse]:
    """The whole list of a cache, as a verb. Ours."""
    return [RequestResponse(entry) for entry in all_entries(index, cache)]


def matching(
    request_query: Request, entries: Iterable[CacheEntry], options: CacheQueryOptions
) -> list[RequestResponse]:
    """https://w3c.github.io/ServiceWorker/#query-cache-algorithm, its step 5"""
    return [RequestResponse(entry) for entry in entries if _matches(request_query, entry, options)]


def _matches(request_query: Request, entry: CacheEntry, options: CacheQueryOptions) -> bool:
    """OPTIMIZATION: the next definition on the records themselves, which most items answer without a request being made
    of them.
    """
    if not options.ignore_method and entry.method != "GET":
        return False
    if not _same_url(request_query.url.href, entry.url, options):
        return False
    if entry.vary is None or options.ignore_vary:
        return True
    cached_headers: Any = entry.request.get("header_list", [])
    return _vary_allows(entry.vary, request_query.header_list, HeaderList.from_record(cached_headers))


def request_matches_cached_item(
    request_query: Request,
    request: Request,
    response: Response | None = None,
    options: CacheQueryOptions = DEFAULT_OPTIONS,
) -> bool:
    """https://w3c.github.io/ServiceWorker/#request-matches-cached-item-algorithm"""
    # 1. Only a GET matches, unless the method is ignored.
    if not options.ignore_method and request.method != "GET":
        return False
    # 2–5. The URLs must be the same without fragments, and without queries when the search is ignored.
    if not _same_url(request_query.url.href, request.url.href, options):
        return False
    # 6. Without a Vary header, or when it is ignored, that is a match.
    vary = vary_of(response) if response is not None else None
    if vary is None or options.ignore_vary:
        return True
    # 7–9. The headers that the Vary header names.
    return _vary_allows(vary, request_query.header_list, request.header_list)


def vary_of(response: Response) -> str | None:
    """The Vary header of a response, as its holder sees it. Ours."""
    vary = response.header_list.get(b"Vary")
    return None if vary is None else vary.decode("latin-1")


def vary_field_values(vary: str) -> list[str]:
    """https://httpwg.org/specs/rfc9110.html#field.vary: the names in it, or the star. Ours."""
    return [value for value in (item.strip("\t ") for item in vary.split(",")) if value]


def _same_url(query_url: str, cached_url: str, options: CacheQueryOptions) -> bool:
    if options.ignore_search:
        return without_query(query_url) == without_query(cached_url)
    return query_url.partition("#")[0] == cached_url.partition("#")[0]


def _vary_allows(vary: str, query_headers: HeaderList, cached_headers: HeaderList) -> bool:
    # 7–8. Each field value of Vary: both requests must have the same value for it, and "*" never matches.
    for field_value in vary_field_values(vary):
        name = field_value.encode("latin-1")
        if field_value == "*" or cached_headers.get(name) != query_headers.get(name):
            return False
    # 9. A match.
    return True
