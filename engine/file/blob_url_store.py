"""https://w3c.github.io/FileAPI/#url: the user agent's blob URL store."""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.file.blob import BlobObject
from engine.infra import FAILURE, Failure
from engine.url import URL, Origin, obtain_a_site

if TYPE_CHECKING:
    from engine.url import Site


class Partitioned(Protocol):
    """Whoever asks for a blob: an environment settings object. Ours."""

    @property
    def origin(self) -> Origin: ...

    @property
    def top_level_origin(self) -> Origin | None: ...


class BlobURLEnvironment(Partitioned, Protocol):
    """The environment settings object that an entry belongs to. Ours."""

    def when_destroyed(self, steps: Callable[[], object]) -> object: ...


@dataclass(frozen=True, slots=True, eq=False)
class BlobURLEntry:
    """https://w3c.github.io/FileAPI/#blob-url-entry"""

    object: BlobObject
    environment: BlobURLEnvironment

    @property
    def origin(self) -> Origin:
        """What https://url.spec.whatwg.org/#concept-url-origin takes from an entry."""
        return self.environment.origin


class BlobURLStore:
    """https://w3c.github.io/FileAPI/#BlobURLStore

    One for the user agent, used from every thread. It also is what Fetch asks (engine.fetch.user_agent.BlobURLs).
    """

    def __init__(self) -> None:
        self._entries: dict[str, BlobURLEntry] = {}
        self._urls: dict[BlobURLEnvironment, set[str]] = {}
        self._held: dict[int, tuple[BlobURLEntry, Partitioned, str]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def add_an_entry(self, blob: BlobObject, environment: BlobURLEnvironment) -> str:
        """https://w3c.github.io/FileAPI/#add-an-entry, for the current settings object `environment`. Returns the
        URL.
        """
        # 2–3. Generate a new blob URL; the entry with object and environment.
        url = generate_a_new_blob_url(environment)
        entry = BlobURLEntry(blob, environment)
        # 1, 4. The entry enters the blob URL store.
        with self._lock:
            self._entries[url] = entry
            urls = self._urls.get(environment)
            if urls is None:
                self._urls[environment] = {url}
            else:
                urls.add(url)
        if urls is None:
            environment.when_destroyed(lambda: self.remove_entries_of(environment))
        # 5. The blob URL.
        return url

    def remove_an_entry(self, url: str) -> None:
        """https://w3c.github.io/FileAPI/#removeTheEntry. `url` is serialized; a fragment is part of it, and then
        nothing has that name.
        """
        with self._lock:
            entry = self._entries.pop(url, None)
            if entry is not None:
                self._urls[entry.environment].discard(url)

    def remove_entries_of(self, environment: BlobURLEnvironment) -> None:
        """https://w3c.github.io/FileAPI/#lifeTime: the environment has ended."""
        with self._lock:
            for url in self._urls.pop(environment, ()):
                del self._entries[url]
            for number in [number for number, held in self._held.items() if environment in (held[0].environment, held[1])]:
                del self._held[number]

    def revoke(self, url: URL, environment: Partitioned) -> None:
        """https://w3c.github.io/FileAPI/#dfn-revokeObjectURL, from its second step on, for the current settings
        object `environment`.
        """
        # 2. Only a blob: URL.
        if url.scheme != "blob":
            return
        # 3–4. The URL's entry in the blob URL store.
        entry = self.resolve_a_blob_url(url)
        if isinstance(entry, Failure):
            return
        # 5–6. Check for same-partition blob URL usage.
        if not check_for_same_partition_blob_url_usage(entry, environment):
            return
        # 7. Remove the entry.
        self.remove_an_entry(url.serialized)

    def resolve_a_blob_url(self, url: URL) -> BlobURLEntry | Failure:
        """https://w3c.github.io/FileAPI/#blob-url-resolve"""
        # 1. The scheme is blob.
        assert url.scheme == "blob"
        # 2–4. The entry for the URL serialized without its fragment.
        return self._entries.get(url.serialized_without_fragment, FAILURE)

    def hold(self, url: URL, environment: Partitioned) -> int | None:
        """A number that the realm of `environment` can keep for the entry that its `url` stands for now, until it says
        `let_go`; None if there is none. Ours.
        """
        entry = self.resolve_a_blob_url(url)
        if isinstance(entry, Failure):
            return None
        number = next(self._numbers)
        self._held[number] = (entry, environment, url.serialized_without_fragment)
        return number

    def let_go(self, number: int, environment: Partitioned) -> None:
        """The realm has forgotten the URL. Ours."""
        held = self._held.get(number)
        if held is not None and _storage_key(held[1]) == _storage_key(environment):
            self._held.pop(number, None)

    def held(self, number: int, url: URL, environment: Partitioned) -> BlobURLEntry | None:
        """The entry behind a number, unless it was let go meanwhile; None for numbers of other partitions and for other
        URLs. Ours.
        """
        held = self._held.get(number)
        if held is None or held[2] != url.serialized_without_fragment:
            return None
        return held[0] if _storage_key(held[1]) == _storage_key(environment) else None

    async def obtain_a_blob_object(self, url: URL, environment: Partitioned | None) -> BlobObject | None:
        """https://w3c.github.io/FileAPI/#blob-url-obtain-object, for Fetch.

        Takes the entry that the URL was given when it was parsed, else what the store has now. Returns `None` for
        failure.
        Without an environment (a navigation) every partition's may be had.
        """
        entry = url.blob_url_entry if isinstance(url.blob_url_entry, BlobURLEntry) else self.resolve_a_blob_url(url)
        if isinstance(entry, Failure):
            return None
        # 1–3. Check for same-partition blob URL usage, unless a navigation asks.
        if environment is not None and not check_for_same_partition_blob_url_usage(entry, environment):
            return None
        # 4. The entry's object.
        return entry.object


def generate_a_new_blob_url(environment: Partitioned) -> str:
    """https://w3c.github.io/FileAPI/#unicodeBlobURL"""
    # NB: the implementation-defined serialization of an opaque origin is "null", as everywhere.
    return f"blob:{environment.origin.serialize()}/{uuid.uuid4()}"


def check_for_same_partition_blob_url_usage(entry: BlobURLEntry, environment: Partitioned) -> bool:
    """https://w3c.github.io/FileAPI/#check-for-same-partition-blob-url-usage"""
    # 1–4. The storage keys for non-storage purposes of the entry and of the environment are the same.
    return _storage_key(entry.environment) == _storage_key(environment)


def _storage_key(environment: Partitioned) -> tuple[Origin, Site]:
    """https://storage.spec.whatwg.org/#obtain-a-storage-key-for-non-storage-purposes, with the top-level site that
    user agents add to it.
    """
    return environment.origin, obtain_a_site(environment.top_level_origin or environment.origin)
