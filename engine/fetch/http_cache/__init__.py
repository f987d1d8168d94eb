"""The HTTP cache. https://httpwg.org/specs/rfc9111.html (June 2022), as
https://fetch.spec.whatwg.org/#http-cache-partitions uses it.

It is a private cache: one user's. What scripts call caches is another thing: engine.cache.
"""

from __future__ import annotations

from engine.fetch.http_cache.store import CacheStore, MemoryCacheStore, StoredResponse
from engine.fetch.http_cache.verbs import (
    construct_a_response,
    freshen,
    invalidate,
    select_a_stored_response,
    store,
)

__all__ = [
    "CacheStore",
    "MemoryCacheStore",
    "StoredResponse",
    "construct_a_response",
    "freshen",
    "invalidate",
    "select_a_stored_response",
    "store",
]
