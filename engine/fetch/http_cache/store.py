"""Where responses are kept: the noun, the interface, and the store in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.infra import FAILURE
from engine.url import parse_url

if TYPE_CHECKING:
    from engine.http.body import StoredBytes
    from engine.http.headers import HeaderList
    from engine.http.ranges import ContentRange

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes, decoded. Larger bodies are not kept."""


MOST_OF_A_URL = 32
"""How many variants and parts of one resource are kept. Each request looks through them; the oldest go first."""


@dataclass(slots=True, eq=False)
class StoredResponse:
    """https://httpwg.org/specs/rfc9111.html#overview.of.cache.operation

    A response and what must be known to use it
    again.

    `url`: serialized, without fragment. `body`: decoded. `range`: what part of the whole it is, of a 206. Times:
    seconds since 1970.
    """

    url: str
    request_headers: HeaderList
    status: int
    status_message: bytes
    header_list: HeaderList
    body: bytes | StoredBytes
    request_time: float
    response_time: float
    range: ContentRange | None = None
    is_being_revalidated: bool = False
    """Whether somebody asks for a newer one already, as it is stale."""

    @property
    def size(self) -> int:
        """What it weighs, in bytes, roughly."""
        body_size = len(self.body) if isinstance(self.body, bytes) else self.body.size or 0
        return body_size + sum(len(name) + len(value) for name, value in self.header_list) + 500


class CacheStore(Protocol):
    """What the verbs need of a store. `partition` is a network partition key. Nothing here waits."""

    def responses(self, partition: Hashable, url: str) -> list[StoredResponse]:
        """All responses for a URL, the newest last."""

    def put(self, partition: Hashable, response: StoredResponse, instead_of: StoredResponse | None = None) -> None:
        """Keep a response, in place of another or beside the others of its URL."""

    def remove(self, partition: Hashable, url: str) -> None:
        """Forget all responses for a URL."""

    def remove_host(self, host: str) -> None:
        """Forget all responses from a host."""

    def clear(self) -> None:
        """Forget everything."""


class MemoryCacheStore:
    """A store that ends with the process. The least recently used go first."""

    __slots__ = ("_entries", "_limit", "_size")

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._entries: OrderedDict[tuple[Hashable, str], list[StoredResponse]] = OrderedDict()
        self._limit = limit
        self._size = 0

    def responses(self, partition: Hashable, url: str) -> list[StoredResponse]:
        key = (partition, url)
        entries = self._entries.get(key)
        if entries is None:
            return []
        self._entries.move_to_end(key)
        return entries

    def put(self, partition: Hashable, response: StoredResponse, instead_of: StoredResponse | None = None) -> None:
        entries = self._entries.setdefault((partition, response.url), [])
        if instead_of is not None and instead_of in entries:
            entries.remove(instead_of)
            self._size -= instead_of.size
        entries.append(response)
        self._size += response.size
        if len(entries) > MOST_OF_A_URL:
            self._size -= entries.pop(0).size
        self._entries.move_to_end((partition, response.url))
        while self._size > self._limit:
            _, evicted = self._entries.popitem(last=False)
            self._size -= sum(entry.size for entry in evicted)

    def remove(self, partition: Hashable, url: str) -> None:
        self._size -= sum(entry.size for entry in self._entries.pop((partition, url), ()))

    def remove_host(self, host: str) -> None:
        for partition, url in list(self._entries):
            parsed = parse_url(url)
            if parsed is not FAILURE and parsed.host == host:
                self.remove(partition, url)

    def clear(self) -> None:
        self._entries.clear()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes in all, roughly."""
        return self._size
