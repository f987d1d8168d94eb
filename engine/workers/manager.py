"""What a user agent keeps of dedicated and shared workers, and what realms ask of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from engine.messaging import messaging_of
from engine.realms import ConsoleMessage
from engine.url import obtain_a_site
from engine.workers.run_a_worker import run_a_worker
from engine.workers.shared_workers import SharedWorkerKey, connect_to_a_shared_worker

if TYPE_CHECKING:
    from engine.realms import Environment, UserAgent
    from engine.url import URL, Site
    from engine.workers.concepts import Worker, WorkerObject, WorkerOptions


MOST_WORKERS: Final = 256
MOST_WORKERS_OF_A_SITE: Final = 64
"""Each is a thread with a heap of its own."""


class Workers:
    """A user agent's `workers`. On the browser's thread, except for `new_number`."""

    def __init__(self, user_agent: UserAgent) -> None:
        self.user_agent = user_agent
        self.shared: dict[SharedWorkerKey, Worker] = {}
        """https://html.spec.whatwg.org/multipage/workers.html#shared-worker-manager: those that can be connected to."""
        self._numbers = itertools.count(1)
        self._told_of_limits = False
        self._workers: dict[int, Worker] = {}  # by the numbers of the objects that stand for them
        self._owned: dict[Environment, dict[Worker, None]] = {}  # whose end would be theirs, in order

    async def start(self) -> None:
        """Nothing runs before a script asks for it."""

    async def close(self) -> None:
        """End all workers. After the last page."""
        for worker in self.all():
            worker.terminate()

    def all(self) -> list[Worker]:
        """Those that run or start."""
        return list(dict.fromkeys(worker for workers in self._owned.values() for worker in workers))

    def new_number(self) -> int:
        """For a Worker or SharedWorker object. From any thread."""
        return next(self._numbers)

    def create_a_dedicated_worker(self, object: WorkerObject, url: URL, options: WorkerOptions) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#dom-worker, its parallel steps"""
        if not object.environment.destroyed and self.has_room_for(object):
            run_a_worker(self, object, url, options, is_shared=False)

    def create_or_connect_to_a_shared_worker(self, object: WorkerObject, url: URL, options: WorkerOptions) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworker, what it gives to the shared worker manager"""
        if not object.environment.destroyed:
            connect_to_a_shared_worker(self, object, url, options)

    def has_room_for(self, object: WorkerObject) -> bool:
        """Whether there may be another worker; if not, `object` and whoever watches are told. Ours."""
        environment = object.environment
        workers = self.all()
        site = _site_of(environment)
        if len(workers) >= MOST_WORKERS:
            limit = f"{MOST_WORKERS} workers run already"
        elif sum(_site_of(worker.environment) == site for worker in workers) >= MOST_WORKERS_OF_A_SITE:
            limit = f"{MOST_WORKERS_OF_A_SITE} workers of this site run already"
        else:
            self._told_of_limits = False
            return True
        messaging_of(self.user_agent).ports.close(object.inside_port)
        bindings = environment.bindings
        environment.queue_a_global_task(
            "DOM manipulation task source", lambda: bindings.upcall("up_worker_failed", object.number)
        )
        if not self._told_of_limits:
            self._told_of_limits = True
            text = f"A worker was not started: {limit}. Terminate those that are done."
            self.user_agent.embedder.console(environment, ConsoleMessage("error", text, environment.global_kind))
        return False

    def terminate(self, number: int, by: Environment) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#dom-worker-terminate, for the object that `by` calls `number`"""
        worker = self._workers.get(number)
        if worker is not None and worker.objects and worker.objects[0].environment is by:
            worker.terminate()

    def let_go(self, number: int, by: Environment) -> None:
        """No script of `by` has the SharedWorker object any more that it calls `number`. Ours."""
        worker = self._workers.get(number)
        if worker is None or not worker.is_shared:
            return
        for object in worker.objects:
            if object.number == number and object.environment is by:
                worker.objects.remove(object)
                del self._workers[number]
                return

    def remember(self, worker: Worker, object: WorkerObject) -> None:
        """From now on `object` stands for `worker`, which lives no longer than its owners. Ours."""
        self._workers[object.number] = worker
        owner = object.environment
        if owner not in worker.owners:
            worker.owners.append(owner)
        if owner not in self._owned:
            self._owned[owner] = {}
            owner.when_destroyed(lambda: self._owner_has_gone(owner))
        self._owned[owner][worker] = None

    def forget(self, worker: Worker) -> None:
        """It has ended. Ours."""
        for object in worker.objects:
            self._workers.pop(object.number, None)
        for key in [key for key, other in self.shared.items() if other is worker]:
            del self.shared[key]
        for owner in worker.owners:
            self._owned[owner].pop(worker, None)

    def _owner_has_gone(self, owner: Environment) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#the-worker's-lifetime

        NB: a shared worker without owners is not kept for the next page.
        """
        for worker in list(self._owned[owner]):
            if worker.owners == [owner]:
                worker.terminate()
                continue
            worker.owners.remove(owner)
            for object in [object for object in worker.objects if object.environment is owner]:
                worker.objects.remove(object)
                del self._workers[object.number]
        del self._owned[owner]


def _site_of(environment: Environment) -> Site:
    """Whose page it is, whatever frame of it asked."""
    return obtain_a_site(environment.top_level_origin or environment.origin)
