"""Worker and SharedWorker: decode, call engine.workers, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http.request import CredentialsMode
from engine.messaging import messaging_of
from engine.ops.registry import sync_op
from engine.url import URL
from engine.workers import Worker, WorkerObject, WorkerOptions
from engine.workers.concepts import WorkerType

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.workers import Workers


def _workers(environment: Environment) -> Workers:
    workers: Workers = environment.user_agent.workers
    return workers


def _new_object(environment: Environment) -> WorkerObject:
    """A number and two entangled ports; the second belongs to nobody before the worker's realm exists."""
    messaging = messaging_of(environment.user_agent)
    messaging.keep_for(environment)
    outside_port, inside_port = messaging.ports.create_channel(environment)
    messaging.ports.ship(inside_port)
    return WorkerObject(_workers(environment).new_number(), environment, outside_port, inside_port)


def with_blob_url_entry(url: URL, number: int | None, environment: Environment) -> URL:
    """`url` with the blob that it stood for when it was parsed, which the realm calls `number`."""
    blob_urls = environment.user_agent.blob_urls
    if number is None or blob_urls is None:
        return url
    return url.with_blob_url_entry(blob_urls.held(number, url, environment))


@sync_op
def op_workers_create(
    environment: Environment,
    url: URL,
    blob_url_entry: int | None,
    name: str,
    type: WorkerType,
    credentials: CredentialsMode,
) -> list[int]:
    """https://html.spec.whatwg.org/multipage/workers.html#dom-worker, from its step 6 on. `url` is absolute.

    The numbers of the object, of its outside port and of the port inside.
    """
    object = _new_object(environment)
    environment.agent.browser_thread.post(
        _workers(environment).create_a_dedicated_worker,
        object,
        with_blob_url_entry(url, blob_url_entry, environment),
        WorkerOptions(name, type, credentials),
    )
    return [object.number, object.outside_port, object.inside_port]


@sync_op
def op_workers_create_shared(
    environment: Environment,
    url: URL,
    blob_url_entry: int | None,
    name: str,
    type: WorkerType,
    credentials: CredentialsMode,
) -> list[int]:
    """https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworker, from its step 6 on. As `op_workers_create`."""
    object = _new_object(environment)
    environment.agent.browser_thread.post(
        _workers(environment).create_or_connect_to_a_shared_worker,
        object,
        with_blob_url_entry(url, blob_url_entry, environment),
        WorkerOptions(name, type, credentials),
    )
    return [object.number, object.outside_port, object.inside_port]


@sync_op
def op_workers_let_go(environment: Environment, number: int) -> None:
    """A SharedWorker object has gone."""
    environment.agent.browser_thread.post(_workers(environment).let_go, number, environment)


@sync_op
def op_workers_terminate(environment: Environment, number: int) -> None:
    """https://html.spec.whatwg.org/multipage/workers.html#dom-worker-terminate"""
    environment.agent.browser_thread.post(_workers(environment).terminate, number, environment)


@sync_op
def op_workers_close(environment: Environment) -> None:
    """https://html.spec.whatwg.org/multipage/workers.html#close-a-worker: the present task is the last."""
    worker = environment.global_scope
    if isinstance(worker, Worker):
        worker.close()
    else:
        environment.agent.event_loop.stop()


@sync_op
def op_workers_report_error(
    environment: Environment, message: str, filename: str, line: int, column: int, stack: str | None
) -> bool:
    """https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception, its step for dedicated workers

    Whether there is an owner, who will see to it.
    """
    worker = environment.global_scope
    if not isinstance(worker, Worker) or worker.is_shared:
        return False
    # NB: on this thread it may just have ended.
    object = next(iter(list(worker.objects)), None)
    if object is None or object.environment.destroyed:
        return False
    owner = object.environment
    bindings = owner.bindings
    text = environment.realm.in_full(message, stack)
    owner.queue_a_global_task(
        "DOM manipulation task source",
        lambda: bindings.upcall("up_worker_error", object.number, text, filename, line, column, stack),
    )
    return True
