"""What a service worker asks of its clients: decode, call engine.service_worker.clients, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import UNDEFINED
from engine.messaging import pay_for_a_message
from engine.ops.registry import async_op, sync_op
from engine.ops.service_worker import running_worker
from engine.service_worker.clients import ClientType, client_record, get_client, match_all_clients
from engine.service_worker.messages import post_message_to_client
from engine.url import URL
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.infra.sentinels import Record, Undefined
    from engine.realms import Environment
    from engine.service_worker import ServiceWorkers, WindowClients


def _service_workers(environment: Environment) -> ServiceWorkers:
    service_workers: ServiceWorkers = environment.user_agent.service_workers
    return service_workers


def _client(environment: Environment, client_id: str) -> Environment | None:
    """The client of this origin that is called so."""
    client: Environment | None = environment.user_agent.environments.get(client_id)
    return client if client is not None and client.storage_key == environment.storage_key else None


def _windows(environment: Environment) -> WindowClients:
    windows = _service_workers(environment).window_clients
    if windows is None:
        raise JSTypeError("there are no windows here")
    return windows


@sync_op
def op_clients_post_message(environment: Environment, client_id: str, text: str, *buffers: bytes) -> None:
    """https://w3c.github.io/ServiceWorker/#client-postmessage-options, its step 4"""
    message, worker = (text, buffers), running_worker(environment).worker
    client = _client(environment, client_id)
    if client is None:
        return
    environment.agent.browser_thread.post(
        post_message_to_client,
        _service_workers(environment),
        worker,
        client_id,
        message,
        pay_for_a_message(message, environment, client),
    )


@async_op(task_source="DOM manipulation task source")
async def op_clients_get(environment: Environment, client_id: str) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#clients-get, its parallel steps"""
    return await get_client(running_worker(environment), client_id)


@async_op(task_source="DOM manipulation task source")
async def op_clients_match_all(environment: Environment, include_uncontrolled: bool, type: ClientType) -> list[Record]:
    """https://w3c.github.io/ServiceWorker/#clients-matchall, its parallel steps"""
    worker = running_worker(environment).worker
    return match_all_clients(
        _service_workers(environment), worker, include_uncontrolled=include_uncontrolled, type=type
    )


@async_op(task_source="DOM manipulation task source")
async def op_clients_claim(environment: Environment) -> Undefined:
    """https://w3c.github.io/ServiceWorker/#clients-claim"""
    worker = running_worker(environment).worker
    # 1. Only an active worker may claim.
    if worker.registration.active is not worker:
        raise DOMException("only an active worker can claim clients", "InvalidStateError")
    # 2–3. Claim in parallel, and resolve.
    _service_workers(environment).claim(worker)
    return UNDEFINED


@async_op(task_source="DOM manipulation task source")
async def op_clients_open_window(environment: Environment, url: URL) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#clients-openwindow, from its step 4. `url` is absolute."""
    # 4. Window interaction must be allowed.
    if not running_worker(environment).is_activated_by_the_user:
        raise DOMException("a window can only be opened when the user has done something", "InvalidAccessError")
    # 5–7. Open a new top-level traversable with the URL.
    client = await _windows(environment).open_window(url, environment)
    # 7.2.7. A client of another origin resolves with null.
    if client is None or client.storage_key != environment.storage_key:
        return None
    return client_record(_service_workers(environment), client)


@async_op(task_source="DOM manipulation task source")
async def op_clients_focus(environment: Environment, client_id: str) -> Record:
    """https://w3c.github.io/ServiceWorker/#client-focus"""
    # 1. Window interaction must be allowed.
    if not running_worker(environment).is_activated_by_the_user:
        raise DOMException("a window can only be focused when the user has done something", "InvalidAccessError")
    # 2–4. Focus the client's window, and resolve with the client.
    client = _client(environment, client_id)
    if client is None or not await _windows(environment).focus(client):
        raise JSTypeError("the window cannot be focused")
    record = client_record(_service_workers(environment), client)
    if record is None:
        raise JSTypeError("the window shows another document now")
    return record


@async_op(task_source="DOM manipulation task source")
async def op_clients_navigate(environment: Environment, client_id: str, url: URL) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#client-navigate, from its step 4. `url` is absolute."""
    # 4. The client's active service worker must be this worker.
    client = _client(environment, client_id)
    if client is None or client.active_service_worker is not running_worker(environment).worker:
        raise JSTypeError("the client is not controlled by this service worker")
    # 5–7. Navigate the client's navigable to the URL.
    new_client = await _windows(environment).navigate(client, url)
    # 7.8.1. A client of another origin resolves with null.
    if new_client is None or new_client.storage_key != environment.storage_key:
        return None
    return client_record(_service_workers(environment), new_client)
