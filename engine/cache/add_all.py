"""Cache's addAll(), the only member that fetches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.cache.batch import CacheBatchOperation, batch_cache_operations
from engine.cache.query import vary_field_values, vary_of
from engine.cache.stored_bodies import store_body
from engine.event_loop import together
from engine.storage.errors_for_scripts import storage_errors_for_scripts
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.cache.cache_storage import RequestResponseList
    from engine.fetch import FetchController
    from engine.http.request import Request
    from engine.realms import Environment
    from engine.storage import StoredBody


async def add_all(
    environment: Environment,
    cache: RequestResponseList,
    keys: Sequence[Request],
    fetch_controllers: Sequence[FetchController],
) -> None:
    """https://w3c.github.io/ServiceWorker/#dom-cache-addAll, from its step 5.7 on

    The requests have been looked at in the realm; `fetch_controllers` are those of their fetches, which begin here; `keys` are the
    requests as the script made them, under which the responses are kept: what fetching adds to one (`Accept`) no later request has.
    All or nothing. Raises JSTypeError, DOMException AbortError, InvalidStateError, QuotaExceededError.
    """
    # 5.7–5.8, 6. Fetch them all at once, and store what comes; the first that fails ends the others.
    attempts = [
        _fetch_and_store(environment, request, controller)
        for request, controller in zip(keys, fetch_controllers, strict=True)
    ]
    try:
        operations = await together(attempts)
    except BaseException:
        for controller in fetch_controllers:
            controller.abort()
        raise
    # 7. Batch cache operations with all the puts.
    with storage_errors_for_scripts():
        await environment.user_agent.storage.run(batch_cache_operations, cache.number, operations)


async def _fetch_and_store(
    environment: Environment, request: Request, controller: FetchController
) -> CacheBatchOperation:
    """https://w3c.github.io/ServiceWorker/#dom-cache-addAll, its step 5.7, for one request"""
    response = await controller.response()
    # Process response, 1. Only whole, good answers.
    if response.aborted:
        raise DOMException("The operation was aborted.", "AbortError")
    if response.is_network_error:
        raise JSTypeError(f"{request.url.href} could not be fetched")
    refusal: str | None = None
    if not response.ok or response.status == 206:
        refusal = f"{request.url.href} answered with the status {response.status}"
    # Process response, 2. An answer that no later request can match is of no use.
    vary = vary_of(response)
    if vary is not None and "*" in vary_field_values(vary):
        refusal = f"{request.url.href} answered with Vary: *"
    body = response.unsafe_response().body
    if refusal is not None:
        if body is not None:
            body.cancel()
        raise JSTypeError(refusal)
    # Process response end-of-body. The body comes in whole before anything is cached.
    stored: StoredBody | None
    with storage_errors_for_scripts():
        stored = await store_body(environment.user_agent.storage, environment.storage_key, body)
    return CacheBatchOperation("put", request, response, body=stored)
