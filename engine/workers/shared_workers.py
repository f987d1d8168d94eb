"""https://html.spec.whatwg.org/multipage/workers.html#shared-workers-and-the-sharedworker-interface"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.url import obtain_a_site
from engine.workers.run_a_worker import fire_connect, run_a_worker

if TYPE_CHECKING:
    from collections.abc import Hashable

    from engine.realms import Environment
    from engine.url import URL
    from engine.workers.concepts import WorkerObject, WorkerOptions
    from engine.workers.manager import Workers


class SharedWorkerKey(NamedTuple):
    """By what a shared worker is found again. Ours."""

    storage_key: Hashable
    constructor_url: str
    name: str


def connect_to_a_shared_worker(workers: Workers, object: WorkerObject, url: URL, options: WorkerOptions) -> None:
    """https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworker, its steps in the shared worker manager"""
    outside_settings = object.environment
    key = SharedWorkerKey(_storage_key(outside_settings), url.serialized, options.name)
    # 1–4. A shared worker with that storage key, constructor URL and name, which is not closing.
    worker = workers.shared.get(key)
    if worker is not None and not worker.closing:
        # 5–6. Its type, credentials and secure context must be the same, or an error event is fired.
        is_as_asked = worker.options.type == options.type and worker.options.credentials == options.credentials
        if not is_as_asked or worker.environment.is_secure_context != outside_settings.is_secure_context:
            bindings = outside_settings.bindings
            outside_settings.queue_a_global_task(
                "DOM manipulation task source", lambda: bindings.upcall("up_worker_failed", object.number)
            )
            return
        # 7. Another owner and connect event,
        worker.objects.append(object)
        workers.remember(worker, object)
        # and it is told. NB: once its script has run, if that is still to come.
        if worker.script_has_run:
            fire_connect(worker, object)
        return
    # 8. Otherwise run a worker.
    if workers.has_room_for(object):
        workers.shared[key] = run_a_worker(workers, object, url, options, is_shared=True)


def _storage_key(environment: Environment) -> Hashable:
    """https://storage.spec.whatwg.org/#obtain-a-storage-key-for-non-storage-purposes, with the top-level site that user agents
    add to it.
    """
    return environment.origin, obtain_a_site(environment.top_level_origin or environment.origin)
