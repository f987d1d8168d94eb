"""Name to cache maps, one for each storage key, and who holds which cache."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from engine.cache.cache import responses_for
from engine.cache.query import CacheQueryOptions, query_all_caches, query_cache
from engine.event_loop import in_parallel
from engine.realms import obtain_a_storage_key
from engine.storage import (
    Index,
    all_entries,
    cache_names,
    change_entries,
    disk_verb,
    doom_cache,
    find_cache,
    open_cache,
    remove_cache,
)
from engine.storage.errors_for_scripts import storage_errors_for_scripts

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.realms import Environment
    from engine.storage import Storage


class RequestResponseList:
    """https://w3c.github.io/ServiceWorker/#dfn-request-response-list, as a Cache object of some realm holds it

    `number` is the cache's in the profile.
    """

    __slots__ = ("__weakref__", "number")

    def __init__(self, number: int) -> None:
        self.number = number


class CacheStorages:
    """Every https://w3c.github.io/ServiceWorker/#dfn-name-to-cache-map of the profile. One per user agent
    (`user_agent.cache`).

    A cache that was deleted goes on working for those who hold it, and leaves the disk with the last of them.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._held: dict[int, int] = {}
        self._doomed: set[int] = set()

    def close(self) -> None:
        """Nothing is removed any more: the profile is about to be closed, and what is left goes at the next start."""
        self._doomed.clear()

    async def open(self, environment: Environment, cache_name: str) -> RequestResponseList:
        """https://w3c.github.io/ServiceWorker/#dom-cachestorage-open. Raises DOMException SecurityError,
        QuotaExceededError.
        """
        # 2.1–2.3. The cache of that name in the name to cache map, or a new one.
        storage_key = obtain_a_storage_key(environment)
        with storage_errors_for_scripts():
            number = await self._storage.run(open_cache, storage_key, cache_name)
        # 2.4. A Cache object for it.
        return self.hold(environment, number)

    async def has(self, environment: Environment, cache_name: str) -> bool:
        """https://w3c.github.io/ServiceWorker/#dom-cachestorage-has"""
        storage_key = obtain_a_storage_key(environment)
        with storage_errors_for_scripts():
            # 2.1–2.2. Whether the name to cache map has that name.
            return await self._storage.run(find_cache, storage_key, cache_name) is not None

    async def delete(self, environment: Environment, cache_name: str) -> bool:
        """https://w3c.github.io/ServiceWorker/#dom-cachestorage-delete"""
        # 1–2. Remove the name from the name to cache map; false when it was not there.
        storage_key = obtain_a_storage_key(environment)
        with storage_errors_for_scripts():
            was_there = await self._delete(storage_key, cache_name)
        # NB: whoever deletes wants the room, which may be held by garbage only.
        if self._doomed:
            for agent in {each.agent for each in environment.user_agent.environments.values() if each.storage_key == storage_key}:
                agent.collect_garbage_soon()
        return was_there

    async def clear(self, storage_key: str) -> None:
        """Delete all caches of a storage key. Ours. Raises StorageError.

        Those that somebody still holds are empty from now on.
        """
        for name in await self._storage.run(cache_names, storage_key):
            await self._storage.run(_empty, storage_key, name)
            await self._delete(storage_key, name)

    async def _delete(self, storage_key: str, cache_name: str) -> bool:
        number = await self._storage.run(doom_cache, storage_key, cache_name)
        if number is None:
            return False
        self._doomed.add(number)
        await self._remove_if_unheld(number)
        return True

    async def keys(self, environment: Environment) -> list[str]:
        """https://w3c.github.io/ServiceWorker/#dom-cachestorage-keys"""
        storage_key = obtain_a_storage_key(environment)
        with storage_errors_for_scripts():
            # 2.1–2.2. The cache names in the order they were made.
            return await self._storage.run(cache_names, storage_key)

    async def match(
        self, environment: Environment, request: Request, options: CacheQueryOptions, cache_name: str | None = None
    ) -> Response | None:
        """https://w3c.github.io/ServiceWorker/#dom-cachestorage-match

        Raises JSTypeError, DOMException SecurityError.
        """
        storage_key = obtain_a_storage_key(environment)
        with storage_errors_for_scripts():
            if cache_name is None:
                # 2. Without a cache name: the first response of any cache, in the order of the map.
                items = await self._storage.run(query_all_caches, storage_key, request, options)
            else:
                # 1. With a cache name: that cache's response.
                number = await self._storage.run(find_cache, storage_key, cache_name)
                items = [] if number is None else await self._storage.run(query_cache, number, request, options)
        responses = responses_for(environment, items[:1])
        return responses[0] if responses else None

    def hold(self, environment: Environment, number: int) -> RequestResponseList:
        """The cache with this number, kept while the result lives. Ours."""
        held = RequestResponseList(number)
        self._held[number] = self._held.get(number, 0) + 1
        post = environment.user_agent.browser_thread.post
        weakref.finalize(held, post, self._let_go, number).atexit = False
        return held

    def _let_go(self, number: int) -> None:
        self._held[number] -= 1
        if not self._held[number]:
            del self._held[number]
        if number in self._doomed:
            in_parallel(self._remove_if_unheld(number), "remove a cache nobody holds")

    async def _remove_if_unheld(self, number: int) -> None:
        if not self._held.get(number) and number in self._doomed:
            self._doomed.discard(number)
            await self._storage.run(remove_cache, number)


@disk_verb
def _empty(index: Index, storage_key: str, name: str) -> None:
    number = find_cache(index, storage_key, name)
    if number is not None:
        change_entries(index, number, delete=[entry.id for entry in all_entries(index, number)])
