"""Caches that scripts keep. https://w3c.github.io/ServiceWorker/#cache-objects, steps as of 2025-11.

A request response list lies in the profile (engine.storage.cache_verbs); bodies are body files, which responses that
come out of a cache read from and which `put` links where it can. Where a definition begins in JavaScript its first
steps are in js_bindings/cache.
"""

from __future__ import annotations

from engine.cache.add_all import add_all
from engine.cache.batch import CacheBatchOperation, batch_cache_operations
from engine.cache.cache import delete, keys, match_all, put
from engine.cache.cache_storage import CacheStorages, RequestResponseList
from engine.cache.query import CacheQuery, CacheQueryOptions, RequestResponse, query_cache, request_matches_cached_item
from engine.cache.stored_bodies import store_body

__all__ = [
    "CacheBatchOperation",
    "CacheQuery",
    "CacheQueryOptions",
    "CacheStorages",
    "RequestResponse",
    "RequestResponseList",
    "add_all",
    "batch_cache_operations",
    "delete",
    "keys",
    "match_all",
    "put",
    "query_cache",
    "request_matches_cached_item",
    "store_body",
]
