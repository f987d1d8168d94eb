"""Cache and CacheStorage: decode, call `engine.cache`, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cache import (
    CacheQuery,
    CacheQueryOptions,
    CacheStorages,
    RequestResponseList,
    add_all,
    delete,
    keys,
    match_all,
    put,
)
from engine.fetch import fetch
from engine.http.script_requests import ScriptRequest, described_request, shown_request
from engine.http.script_responses import ScriptResponse
from engine.http.wire import WireBody, request_from_wire, response_from_wire, response_to_wire
from engine.ops.fetch import abortable
from engine.ops.registry import async_op, sync_op
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.realms import Environment


def _storages(environment: Environment) -> CacheStorages:
    storages = environment.user_agent.cache
    assert isinstance(storages, CacheStorages)
    return storages


def _cache(environment: Environment, handle: int) -> RequestResponseList:
    return environment.handles.get(handle, RequestResponseList)


@async_op(task_source="DOM manipulation task source")
async def op_cache_storage_open(environment: Environment, name: str) -> int:
    """A handle to the cache of this name, made if there is none."""
    return environment.handles.add(await _storages(environment).open(environment, name))


@async_op(task_source="DOM manipulation task source")
async def op_cache_storage_has(environment: Environment, name: str) -> bool:
    return await _storages(environment).has(environment, name)


@async_op(task_source="DOM manipulation task source")
async def op_cache_storage_delete(environment: Environment, name: str) -> bool:
    return await _storages(environment).delete(environment, name)


@async_op(task_source="DOM manipulation task source")
async def op_cache_storage_keys(environment: Environment) -> list[str]:
    return await _storages(environment).keys(environment)


@async_op(task_source="DOM manipulation task source")
async def op_cache_storage_match(
    environment: Environment, request: ScriptRequest, options: CacheQuery, name: str | None
) -> Record | None:
    """The response, or null."""
    wanted = described_request(request, environment)
    response = await _storages(environment).match(environment, wanted, CacheQueryOptions.from_record(options), name)
    return None if response is None else response_to_wire(response, environment)


@sync_op
def op_cache_release(environment: Environment, cache: int) -> None:
    """Its Cache object is gone."""
    environment.handles.release(cache, RequestResponseList)


@async_op(task_source="DOM manipulation task source")
async def op_cache_match_all(
    environment: Environment, cache: int, request: ScriptRequest | None, options: CacheQuery, only_first: bool
) -> list[Record]:
    wanted = None if request is None else described_request(request, environment)
    found = await match_all(
        environment, _cache(environment, cache), wanted, CacheQueryOptions.from_record(options), only_first=only_first
    )
    return [response_to_wire(response, environment) for response in found]


@async_op(task_source="DOM manipulation task source")
async def op_cache_keys(environment: Environment, cache: int, request: ScriptRequest | None, options: CacheQuery) -> list[Record]:
    wanted = None if request is None else described_request(request, environment)
    return [
        shown_request(found)
        for found in await keys(environment, _cache(environment, cache), wanted, CacheQueryOptions.from_record(options))
    ]


@async_op(task_source="DOM manipulation task source")
async def op_cache_delete(environment: Environment, cache: int, request: ScriptRequest, options: CacheQuery) -> bool:
    wanted = described_request(request, environment)
    return await delete(environment, _cache(environment, cache), wanted, CacheQueryOptions.from_record(options))


@async_op(task_source="DOM manipulation task source")
async def op_cache_put(environment: Environment, cache: int, request: ScriptRequest, response: ScriptResponse, body: WireBody) -> None:
    given = response_from_wire(response, body, environment)
    await put(environment, _cache(environment, cache), described_request(request, environment), given)


@async_op(task_source="DOM manipulation task source")
async def op_cache_add_all(environment: Environment, cache: int, requests: list[ScriptRequest], fetch_ids: list[int]) -> None:
    """`fetch_ids` are the realm's own numbers for `op_fetch_abort`, one for each request."""
    wanted = [request_from_wire(request, None, environment) for request in requests]
    if len(fetch_ids) != len(wanted):
        raise JSTypeError("a number for each request")
    as_made = [request.clone() for request in wanted]
    with abortable(
        environment, fetch_ids, [fetch(request, environment.user_agent) for request in wanted]
    ) as controllers:
        await add_all(environment, _cache(environment, cache), as_made, controllers)
