"""Service worker clients: who is one, who controls it, and what Clients tells of it.

https://w3c.github.io/ServiceWorker/#service-worker-client-concept
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.event_loop import TimedOut, timeout_after
from engine.realms import Environment
from engine.service_worker.client_concepts import ServiceWorkerClient, WindowClientFacts
from engine.service_worker.records import worker_record
from engine.webidl.exceptions import DOMException

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.service_worker.concepts import Registration, ServiceWorker
    from engine.service_worker.registration_map import RegistrationMap
    from engine.service_worker.running import RunningWorker

ClientType: TypeAlias = Literal["window", "worker", "sharedworker", "all"]

_PATIENCE = 0.5  # seconds
_TYPES: dict[str, ClientType] = {"Window": "window", "DedicatedWorker": "worker", "SharedWorker": "sharedworker"}


def all_clients(service_workers: RegistrationMap) -> Iterator[Environment]:
    """Every client that has a realm, the oldest first. Ours."""
    for environment in list(service_workers.user_agent.environments.values()):
        if environment.global_kind in _TYPES and environment.execution_ready and not environment.destroyed:
            yield environment


def clients_using(registration: Registration) -> list[ServiceWorkerClient]:
    """https://w3c.github.io/ServiceWorker/#dfn-use"""
    service_workers = registration.service_workers
    clients: list[ServiceWorkerClient] = [
        environment for environment in service_workers.user_agent.environments.values() if not environment.destroyed
    ]
    clients.extend(client for client in service_workers.reserved_clients if not client.discarded)
    return [
        client
        for client in clients
        if client.active_service_worker is not None and client.active_service_worker.registration is registration
    ]


def is_used(registration: Registration) -> bool:
    return bool(clients_using(registration))


def notify_controller_change(client: ServiceWorkerClient) -> None:
    """https://w3c.github.io/ServiceWorker/#notify-controller-change-algorithm"""
    # 1–2. A controllerchange event at the client's ServiceWorkerContainer, once it has a realm.
    if isinstance(client, Environment) and client.execution_ready:
        bindings = client.bindings
        # NB: the controller as it is now; what becomes of it comes in tasks after this one.
        record = controller_record(client)
        client.queue_a_global_task(
            "DOM manipulation task source", lambda: bindings.upcall("up_service_worker_controller_changed", record)
        )


def controller_record(environment: Environment) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#navigator-service-worker-controller. On any thread."""
    # 1–2. The client's active service worker.
    worker = environment.active_service_worker
    # 3. Null, or the service worker object for it.
    return None if worker is None else worker_record(worker, environment)


def client_record(service_workers: RegistrationMap, client: Environment) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#create-client-algorithm and
    https://w3c.github.io/ServiceWorker/#create-windowclient-algorithm

    What a realm makes a Client of; None when the client cannot be shown.
    """
    record: Record = {
        "id": client.client_id,
        "url": client.creation_url.serialized,
        "type": _TYPES[client.global_kind],
        "frame_type": "none",
    }
    if client.global_kind != "Window":
        return record
    facts = window_facts(service_workers, client)
    if facts is None:
        return None
    return record | {
        "frame_type": facts.frame_type,
        "visibility_state": facts.visibility_state,
        "focused": facts.focused,
        "ancestor_origins": list(facts.ancestor_origins),
    }


def window_facts(service_workers: RegistrationMap, client: Environment) -> WindowClientFacts | None:
    windows = service_workers.window_clients
    return WindowClientFacts() if windows is None else windows.facts(client)


async def get_client(asking: RunningWorker, client_id: str) -> Record | None:
    """https://w3c.github.io/ServiceWorker/#clients-get, its parallel steps. Raises DOMException "SecurityError"."""
    service_workers, storage_key = asking.worker.registration.service_workers, asking.environment.storage_key
    # 2.1.2. Wait until the client is execution-ready or discarded.
    await _wait_until_ready(service_workers, asking, client_id)
    # 2.1. Each service worker client with the same storage key.
    for client in all_clients(service_workers):
        if client.client_id != client_id or client.storage_key != storage_key:
            continue
        # 2.1.3. Resolve get client promise.
        # https://w3c.github.io/ServiceWorker/#resolve-get-client-promise-algorithm
        if not client.is_secure_context:
            raise DOMException("the client is not a secure context", "SecurityError")
        return client_record(service_workers, client)
    # 2.2. Without such a client: undefined.
    return None


async def _wait_until_ready(service_workers: RegistrationMap, asking: RunningWorker, client_id: str) -> None:
    """AD-HOC: not for ever for a frame whose navigation waits for the asking worker's answer in turn, which may wait for this: after a
    while it has what the frame shows, the first about:blank that goes by this name already."""
    user_agent = service_workers.user_agent
    while client_id in user_agent.environments:
        try:
            async with timeout_after(user_agent.clock, _PATIENCE):
                await service_workers.wait_until_ready(client_id)
                return
        except TimedOut:
            if asking.is_about_to_answer_for(client_id):
                return
    await service_workers.wait_until_ready(client_id)


def match_all_clients(
    service_workers: RegistrationMap, worker: ServiceWorker, *, include_uncontrolled: bool, type: ClientType
) -> list[Record]:
    """https://w3c.github.io/ServiceWorker/#clients-matchall, its parallel steps"""
    found: list[tuple[int, float, Record]] = []
    # 2.1–2.2. The target clients: same storage key, of the type asked for, and controlled unless all are asked for,
    for client in all_clients(service_workers):
        if client.storage_key != worker.registration.storage_key or not client.is_secure_context:
            continue
        if not include_uncontrolled and client.active_service_worker is not worker:
            continue
        kind = _TYPES[client.global_kind]
        if type not in (kind, "all"):
            continue
        # 2.3–2.5. each with its state of now.
        record = client_record(service_workers, client)
        if record is None:
            continue
        # 2.6.3–2.6.4. Window clients before workers, the last focused first.
        facts = window_facts(service_workers, client) if kind == "window" else None
        if facts is None:
            found.append((2, 0.0, record))
        elif facts.last_focus is None:
            found.append((1, 0.0, record))
        else:
            found.append((0, -facts.last_focus, record))
    return [record for _, _, record in sorted(found, key=lambda item: item[:2])]
