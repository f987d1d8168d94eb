"""The members of Cache, from the step at which they leave the realm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cache.batch import CacheBatchOperation, batch_cache_operations
from engine.cache.query import everything, query_cache
from engine.cache.stored_bodies import store_body
from engine.security.cross_origin_resource_policy import cross_origin_resource_policy_check
from engine.storage.errors_for_scripts import storage_errors_for_scripts
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.cache.cache_storage import RequestResponseList
    from engine.cache.query import CacheQueryOptions, RequestResponse
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.realms import Environment


async def match_all(
    environment: Environment,
    cache: RequestResponseList,
    request: Request | None,
    options: CacheQueryOptions,
    *,
    only_first: bool = False,
) -> list[Response]:
    """https://w3c.github.io/ServiceWorker/#dom-cache-matchall, from its step 5

    `only_first` (ours): for match(), which wants no more. Raises JSTypeError.
    """
    storage = environment.user_agent.storage
    # 5.1–5.3. The responses of all cached items, or of those that the query finds.
    with storage_errors_for_scripts():
        if request is None:
            items = await storage.run(everything, cache.number)
        else:
            items = await storage.run(query_cache, cache.number, request, options)
    # 5.4–5.5. NB: the queueing of a task is the op's.
    return responses_for(environment, items[:1] if only_first else items)


def responses_for(environment: Environment, items: list[RequestResponse]) -> list[Response]:
    """The responses of `items`, if this environment may have them. Raises JSTypeError. Ours."""
    responses = [item.response for item in items]
    for response in responses:
        # 5.4.1. An opaque response is subject to the cross-origin resource policy check.
        internal_response = response.internal_response
        if response.type == "opaque" and internal_response is not None:
            policy = environment.policy_container.embedder_policy
            if not cross_origin_resource_policy_check(environment.origin, policy, internal_response):
                raise JSTypeError("a cached response is blocked by its cross-origin resource policy")
    return responses


async def put(environment: Environment, cache: RequestResponseList, request: Request, response: Response) -> None:
    """https://w3c.github.io/ServiceWorker/#dom-cache-put, from its step 10

    The steps before it, which look at the request and the response, and step 11, by which the script's response is
    locked, have been taken in the realm. Raises what reading the body raises; DOMException QuotaExceededError.
    """
    storage = environment.user_agent.storage
    with storage_errors_for_scripts():
        # 10–11. Read all bytes of the body; NB: straight into a body file.
        internal_response = response.unsafe_response()
        body = await store_body(storage, environment.storage_key, internal_response.body)
        # 12–16. One put operation,
        operations = [CacheBatchOperation("put", request, response, body=body)]
        # 17–18. and batch cache operations.
        await storage.run(batch_cache_operations, cache.number, operations)


async def delete(
    environment: Environment, cache: RequestResponseList, request: Request, options: CacheQueryOptions
) -> bool:
    """https://w3c.github.io/ServiceWorker/#dom-cache-delete, from its step 4"""
    # 4–8. One delete operation,
    operations = [CacheBatchOperation("delete", request, options=options)]
    # 9–12. batch cache operations, and whether anything was deleted.
    with storage_errors_for_scripts():
        removed = await environment.user_agent.storage.run(batch_cache_operations, cache.number, operations)
    return bool(removed)


async def keys(
    environment: Environment, cache: RequestResponseList, request: Request | None, options: CacheQueryOptions
) -> list[Request]:
    """https://w3c.github.io/ServiceWorker/#dom-cache-keys, from its step 5"""
    storage = environment.user_agent.storage
    # 5.1–5.3. The requests of all cached items, or of those that the query finds.
    with storage_errors_for_scripts():
        if request is None:
            items = await storage.run(everything, cache.number)
        else:
            items = await storage.run(query_cache, cache.number, request, options)
    # 5.4. The requests as a list.
    return [item.request for item in items]
