"""Caches and their entries. https://w3c.github.io/ServiceWorker/#cache-objects

A cache is known by its number; the name to cache map of a storage key is the caches of that key that are not doomed,
in the order of their creation. The entries of a cache are its request response list, in the order of their insertion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.infra.sentinels import Record
from engine.storage.index import Index, Row, deleting_disk_verb, disk_verb, from_blob, from_json, to_blob, to_json
from engine.storage.quota import check_quota
from engine.storage.stored_body import StoredBody


@dataclass(slots=True)
class NewCacheEntry:
    """What is put into a cache.

    `url` is the request's URL without fragment; `request` and `response` are heads (no bodies), as the cache package
    writes them; `vary` the response's Vary header value, for the reader's convenience; `padding` bytes are charged to
    the quota beside heads and body (https://storage.spec.whatwg.org/#storage-usage: opaque responses).
    """

    url: str
    method: str
    request: Record
    response: Record
    vary: str | None = None
    body: StoredBody | None = None
    padding: int = 0


@dataclass(slots=True)
class CacheEntry:
    """What is in a cache. `id` grows with every insertion; `body` is held as long as this object is."""

    id: int
    cache: int
    url: str
    method: str
    request: Record
    response: Record
    vary: str | None
    body: StoredBody | None


@disk_verb
def open_cache(index: Index, storage_key: str, name: str) -> int:
    """The cache of this name, made at the end of the map when there is none."""
    cache = find_cache(index, storage_key, name)
    if cache is not None:
        return cache
    return index.insert("INSERT INTO caches (storage_key, name) VALUES (?, ?)", (storage_key, to_blob(name)))


@disk_verb
def find_cache(index: Index, storage_key: str, name: str) -> int | None:
    """The cache of this name, None when there is none."""
    row = index.row(
        "SELECT id FROM caches WHERE storage_key = ? AND name = ? AND doomed = 0", (storage_key, to_blob(name))
    )
    return None if row is None else row[0]


@disk_verb
def cache_names(index: Index, storage_key: str) -> list[str]:
    """The names of the caches in the order of their creation."""
    return [
        from_blob(name)
        for (name,) in index.rows(
            "SELECT name FROM caches WHERE storage_key = ? AND doomed = 0 ORDER BY id", (storage_key,)
        )
    ]


@deleting_disk_verb
def doom_cache(index: Index, storage_key: str, name: str) -> int | None:
    """Take a cache out of the map. Its entries stay for those who hold it, until `remove_cache` or the next start.

    Returns its number, None when there was none of this name.
    """
    cache = find_cache(index, storage_key, name)
    if cache is not None:
        index.execute("UPDATE caches SET doomed = 1 WHERE id = ?", (cache,))
    return cache


@deleting_disk_verb
def remove_cache(index: Index, cache: int) -> None:
    """Delete a cache and all its entries."""
    index.execute("DELETE FROM caches WHERE id = ?", (cache,))


@deleting_disk_verb
def remove_doomed_caches(index: Index) -> None:
    """Delete the caches that are out of their map. Right when nobody can hold one: at the start."""
    index.execute("DELETE FROM caches WHERE doomed = 1")


_COLUMNS = "id, cache, url, method, request, response, vary, body"


@disk_verb
def all_entries(index: Index, cache: int) -> list[CacheEntry]:
    """Every entry of a cache, oldest first."""
    return _entries(index, index.rows(f"SELECT {_COLUMNS} FROM cache_entries WHERE cache = ? ORDER BY id", (cache,)))


@disk_verb
def entries_with_url(index: Index, cache: int, url: str, *, ignore_search: bool = False) -> list[CacheEntry]:
    """The entries of a cache whose URL is `url` (a fragment is ignored), oldest first.

    `ignore_search`: whatever their queries are.
    """
    column, wanted = _by_url(url, ignore_search)
    return _entries(
        index,
        index.rows(
            f"SELECT {_COLUMNS} FROM cache_entries WHERE cache = ? AND {column} = ? ORDER BY id", (cache, wanted)
        ),
    )


@disk_verb
def entries_of_all_caches(index: Index, storage_key: str, url: str, *, ignore_search: bool = False) -> list[CacheEntry]:
    """The same over every cache of a storage key, in the order of the caches' creation."""
    column, wanted = _by_url(url, ignore_search)
    caches = index.rows("SELECT id FROM caches WHERE storage_key = ? AND doomed = 0 ORDER BY id", (storage_key,))
    select = f"SELECT {_COLUMNS} FROM cache_entries WHERE cache = ? AND {column} = ? ORDER BY id"
    return _entries(index, (row for (cache,) in caches for row in index.rows(select, (cache, wanted))))


@disk_verb
def change_entries(
    index: Index, cache: int, *, delete: Iterable[int] = (), put: Sequence[NewCacheEntry] = ()
) -> list[int]:
    """Delete entries by their ids, then add others at the end, all or nothing. Returns the new ids.

    Which entries a put replaces is the caller's decision: to make it in the same transaction, call this from a verb
    of your own that looks first. Raises QuotaExceeded, StorageFull; then nothing has changed.
    """
    with index.transaction(frees_room=not put):
        index.execute_many("DELETE FROM cache_entries WHERE id = ? AND cache = ?", ((entry, cache) for entry in delete))
    if not put:
        return []
    row = index.row("SELECT storage_key FROM caches WHERE id = ?", (cache,))
    assert row is not None, "a cache that somebody holds is there"
    (storage_key,) = row
    added = [_insert(index, cache, storage_key, entry) for entry in put]
    check_quota(index, storage_key, sum(entry.body.length if entry.body is not None else 0 for entry in put))
    return added


def without_query(url: str) -> str:
    """A URL without its query and fragment."""
    return url.partition("#")[0].partition("?")[0]


def _by_url(url: str, ignore_search: bool) -> tuple[str, str]:
    return ("url_without_query", without_query(url)) if ignore_search else ("url", url.partition("#")[0])


def _insert(index: Index, cache: int, storage_key: str, entry: NewCacheEntry) -> int:
    assert entry.body is None or entry.body.state == "complete", "only whole bodies are cached"
    request, response = to_json(entry.request), to_json(entry.response)
    return index.insert(
        """INSERT INTO cache_entries
           (cache, storage_key, url, url_without_query, method, request, response, vary, body, charge)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            cache,
            storage_key,
            entry.url.partition("#")[0],
            without_query(entry.url),
            entry.method,
            request,
            response,
            entry.vary,
            index.keep(entry.body),
            len(entry.url) + len(request) + len(response) + entry.padding,
        ),
    )


def _entries(index: Index, rows: Iterable[Row]) -> list[CacheEntry]:
    return [
        CacheEntry(entry, cache, url, method, from_json(request), from_json(response), vary, index.body(body))
        for entry, cache, url, method, request, response, vary, body in rows
    ]
