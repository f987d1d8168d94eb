"""https://fetch.spec.whatwg.org/#cors-preflight-cache"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.fetch.partition import determine_the_network_partition_key
from engine.http.header_names import is_a_cors_non_wildcard_request_header_name

if TYPE_CHECKING:
    from engine.event_loop import Clock
    from engine.fetch.partition import NetworkPartitionKey
    from engine.http.request import Request
    from engine.url import URL

MAXIMUM_MAX_AGE = 7200
"""Seconds; the imposed limit on https://fetch.spec.whatwg.org/#concept-cache-max-age"""


MOST_ENTRIES: Final = 10_000
"""Those of the resource that has not been asked about for longest go first. Ours."""

_Key: TypeAlias = "tuple[NetworkPartitionKey | None, str, URL]"

_What: TypeAlias = "tuple[str | bytes, bool]"
"""The rest of what tells an entry from others: its method (str) or header name (bytes, in lowercase), and its credentials."""


class PreflightCache:
    """https://fetch.spec.whatwg.org/#concept-cache

    A https://fetch.spec.whatwg.org/#cors-preflight-cache entry is a moment of the clock here, which stands for its max-age
    and the time of storing, under what tells it from others: entries of the same key, origin and URL lie together.
    """

    __slots__ = ("_clock", "_entries", "_size")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: OrderedDict[_Key, dict[_What, float]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        """How many entries there are, also some that have expired."""
        return self._size

    def clear(self) -> None:
        """Forget everything. Ours."""
        self._entries.clear()
        self._size = 0

    def remove_host(self, host: str) -> None:
        """Forget what is known of a host's resources. Ours."""
        for key in [key for key in self._entries if key[2].host == host]:
            self._forget(key)

    def _forget(self, key: _Key) -> None:
        self._size -= len(self._entries.pop(key, ()))

    def _matching(self, whats: list[str | bytes], request: Request) -> list[_What]:
        """https://fetch.spec.whatwg.org/#concept-cache-match

        Those of the entries for `whats` that match `request`.
        """
        key = _key(request)
        entries = self._entries.get(key)
        if entries is None:
            return []
        self._entries.move_to_end(key)
        now = self._clock.now()
        matching: list[_What] = []
        for what in whats:
            for credentials in (True, False):
                expires = entries.get((what, credentials))
                if expires is None:
                    continue
                if expires <= now:
                    del entries[what, credentials]
                    self._size -= 1
                elif credentials or request.credentials_mode != "include":
                    matching.append((what, credentials))
        if not entries:
            del self._entries[key]
        return matching

    def _method_entries(self, method: str, request: Request) -> list[_What]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method"""
        return self._matching([method, "*"] if method != "*" else ["*"], request)

    def _header_name_entries(self, name: bytes, request: Request) -> list[_What]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header"""
        name = name.lower()
        is_covered_by_a_wildcard = name != b"*" and not is_a_cors_non_wildcard_request_header_name(name)
        return self._matching([name, b"*"] if is_covered_by_a_wildcard else [name], request)

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
        self._store(method, self._method_entries(method, request), request, max_age)

    def store_header_name(self, name: bytes, request: Request, max_age: int) -> None:
        """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

        Its steps 7.14 and 7.15.
        """
        self._store(name.lower(), self._header_name_entries(name, request), request, max_age)

    def _store(self, what: str | bytes, matching: list[_What], request: Request, max_age: int) -> None:
        key = _key(request)
        entries = self._entries.setdefault(key, {})
        if not matching:
            # https://fetch.spec.whatwg.org/#concept-cache-create-entry
            matching = [(what, request.credentials_mode == "include")]
        before = len(entries)
        for each in matching:
            entries[each] = self._clock.now() + max_age
        self._size += len(entries) - before
        while self._size > MOST_ENTRIES:
            self._forget(next(iter(self._entries)))

    def clear_cache_entries(self, request: Request) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear"""
        self._forget(_key(request))


def _key(request: Request) -> _Key:
    return determine_the_network_partition_key(request), request.serialize_origin(), request.current_url
