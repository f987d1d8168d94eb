"""Background fetches: decode, call `engine.background_fetch`, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.background_fetch import BackgroundFetch, BackgroundFetches
from engine.background_fetch.options import BackgroundFetchOptions, BackgroundFetchUIOptions
from engine.background_fetch.record_objects import (
    DataOfRecordObject,
    create_record_objects,
    matching_records,
    response_ready,
)
from engine.background_fetch.update_instances import snapshot
from engine.cache.query import CacheQuery, CacheQueryOptions
from engine.http.script_requests import ScriptRequest, described_request
from engine.http.wire import WireBody, request_from_wire, response_to_wire
from engine.ops.registry import async_op, sync_op
from engine.storage.errors_for_scripts import storage_errors_for_scripts
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.infra.sentinels import Record, WireValue
    from engine.realms import Environment
    from engine.service_worker import Registration


def _fetches(environment: Environment) -> BackgroundFetches:
    fetches = environment.user_agent.background_fetches
    assert isinstance(fetches, BackgroundFetches)
    return fetches


def _registration(environment: Environment, number: int) -> Registration | None:
    registration: Registration | None = environment.user_agent.service_workers.registration(number, environment)
    return registration


@async_op(task_source="background fetch task source")
async def op_background_fetch_fetch(
    environment: Environment,
    registration: int,
    id: str,
    requests: list[ScriptRequest],
    options: BackgroundFetchOptions,
    positions: list[int],
    *bodies: WireBody,
) -> Record:
    """A snapshot of the new background fetch. `positions` says which of the requests the bodies are of."""
    if len(positions) != len(bodies) or not requests:
        raise JSTypeError("a position for each body, and something to fetch")
    body_of = dict(zip(positions, bodies, strict=True))
    fetches = _fetches(environment)
    bg_fetch = await fetches.fetch(
        environment,
        _registration(environment, registration),
        id,
        [request_from_wire(record, body_of.get(at), environment) for at, record in enumerate(requests)],
        options,
    )
    # NB: the promise's task comes before all news of this fetch, and these before its terminal event, even if it ends
    # before the realm has made its instance.
    fetches.add_instance(environment, bg_fetch.number)
    return snapshot(bg_fetch)


@async_op(task_source="background fetch task source")
async def op_background_fetch_get(environment: Environment, registration: int, id: str) -> Record | None:
    """A snapshot of the active background fetch of that id, or null."""
    found = _registration(environment, registration)
    bg_fetch = None if found is None else _fetches(environment).get(found, id)
    return None if bg_fetch is None else snapshot(bg_fetch)


@async_op(task_source="background fetch task source")
async def op_background_fetch_get_ids(environment: Environment, registration: int) -> list[str]:
    found = _registration(environment, registration)
    return [] if found is None else _fetches(environment).get_ids(found)


@sync_op
def op_background_fetch_instance(environment: Environment, number: int) -> None:
    """The realm has made its BackgroundFetchRegistration."""
    environment.agent.browser_thread.post(_fetches(environment).add_instance, environment, number)


@async_op(task_source="background fetch task source")
async def op_background_fetch_abort(environment: Environment, number: int) -> bool:
    bg_fetch = _fetches(environment).of_number(number, environment)
    with storage_errors_for_scripts():
        return bg_fetch is not None and await _fetches(environment).abort(bg_fetch)


@async_op(task_source="background fetch task source")
async def op_background_fetch_match_all(
    environment: Environment, number: int, request: ScriptRequest | None, options: CacheQuery, only_first: bool
) -> list[WireValue]:
    """The records that match: see `create_record_objects`."""
    bg_fetch = _available(environment, number)
    wanted = None if request is None else described_request(request, environment)
    query = CacheQueryOptions.from_record(options)
    return create_record_objects(matching_records(bg_fetch, wanted, query, only_first=only_first), environment)


def _available(environment: Environment, number: int) -> BackgroundFetch:
    bg_fetch = _fetches(environment).of_number(number, environment)
    if bg_fetch is None or not bg_fetch.records_available:
        raise DOMException("the records of this background fetch are not available any more", "InvalidStateError")
    return bg_fetch


@async_op(task_source="networking task source")
async def op_background_fetch_response_ready(environment: Environment, data: int) -> Record:
    """The response of a record, once there is one; the handle ends. Raises AbortError, JSTypeError."""
    response = await response_ready(environment.handles.take(data, DataOfRecordObject), environment)
    return response_to_wire(response, environment)


@sync_op
def op_background_fetch_release_response(environment: Environment, data: int) -> None:
    """Its BackgroundFetchRecord is gone, and nobody has asked for the response."""
    environment.handles.release(data, DataOfRecordObject)


@async_op(task_source="background fetch task source")
async def op_background_fetch_update_ui(environment: Environment, number: int, options: BackgroundFetchUIOptions) -> None:
    bg_fetch = _fetches(environment).of_number(number, environment)
    if bg_fetch is not None:
        await _fetches(environment).update_ui(bg_fetch, options, environment)
