"""https://fetch.spec.whatwg.org/#cors-preflight-cache"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.fetch.partition import determine_the_network_partition_key
from engine.http.header_names import is_a_cors_non_wildcard_request_header_name

if TYPE_CHECKING:
    from engine.event_loop import Clock
    from engine.fetch.partition import NetworkPartitionKey
    from engine.http.request import Request
    from engine.url import URL

MAXIMUM_MAX_AGE = 7200
"""Seconds; the imposed limit on https://fetch.spec.whatwg.org/#concept-cache-max-age"""


@dataclass(slots=True)
class CacheEntry:
    """https://fetch.spec.whatwg.org/#cors-preflight-cache

    Entry. `expires` (clock seconds) stands for max-age and the time of storing.
    """

    expires: float
    credentials: bool
    method: str | None
    header_name: bytes | None


_Key = tuple["NetworkPartitionKey | None", str, "URL"]


class PreflightCache:
    """https://fetch.spec.whatwg.org/#concept-cache

    Entries with the same key, origin and URL lie together, so that a look-up meets only those that can match.
    """

    __slots__ = ("_clock", "_entries")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[_Key, list[CacheEntry]] = {}

    def clear(self) -> None:
        """Forget everything. Ours."""
        self._entries.clear()

    def remove_host(self, host: str) -> None:
        """Forget what is known of a host's resources. Ours."""
        for key in [key for key in self._entries if key[2].host == host]:
            del self._entries[key]

    def _matching(self, request: Request) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match

        The entries that match `request`.
        """
        key = _key(request)
        entries = self._entries.get(key)
        if not entries:
            return []
        now = self._clock.now()
        alive = [entry for entry in entries if entry.expires > now]
        if not alive:
            del self._entries[key]
        elif len(alive) < len(entries):
            self._entries[key] = alive
        return [entry for entry in alive if entry.credentials or request.credentials_mode != "include"]

    def _method_entries(self, method: str, request: Request) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method"""
        return [
            entry for entry in self._matching(request) if entry.method is not None and entry.method in (method, "*")
        ]

    def _header_name_entries(self, name: bytes, request: Request) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header"""
        name = name.lower()
        wildcard_counts = not is_a_cors_non_wildcard_request_header_name(name)
        return [
            entry
            for entry in self._matching(request)
            if entry.header_name is not None
            and (entry.header_name.lower() == name or (entry.header_name == b"*" and wildcard_counts))
        ]

    def has_method_cache_entry_match(self, method: str, request: Request) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method"""
        return bool(self._method_entries(method, request))

    def has_header_name_cache_entry_match(self, name: bytes, request: Request) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header"""
        return bool(self._header_name_entries(name, request))

    def store_method(self, method: str, request: Request, max_age: int) -> None:
        """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

        Its steps 7.12 and 7.13: set a matching entry's age or make one.
        """
        self._store(self._method_entries(method, request), request, max_age, method, None)

    def store_header_name(self, name: bytes, request: Request, max_age: int) -> None:
        """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

        Its steps 7.14 and 7.15.
        """
        self._store(self._header_name_entries(name, request), request, max_age, None, name)

    def _store(
        self, matching: list[CacheEntry], request: Request, max_age: int, method: str | None, name: bytes | None
    ) -> None:
        expires = self._clock.now() + max_age
        for entry in matching:
            entry.expires = expires
        if not matching:
            # https://fetch.spec.whatwg.org/#concept-cache-create-entry
            entry = CacheEntry(expires, request.credentials_mode == "include", method, name)
            self._entries.setdefault(_key(request), []).append(entry)

    def clear_cache_entries(self, request: Request) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear"""
        self._entries.pop(_key(request), None)


def _key(request: Request) -> _Key:
    return determine_the_network_partition_key(request), request.serialize_origin(), request.current_url
