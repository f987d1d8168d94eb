"""What a user agent keeps of dedicated and shared workers, and what realms ask of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.workers.run_a_worker import run_a_worker
from engine.workers.shared_workers import SharedWorkerKey, connect_to_a_shared_worker

if TYPE_CHECKING:
    from engine.realms import Environment, UserAgent
    from engine.url import URL
    from engine.workers.concepts import Worker, WorkerObject, WorkerOptions


class Workers:
    """A user agent's `workers`. On the browser's thread, except for `new_number`."""

    def __init__(self, user_agent: UserAgent) -> None:
        self.user_agent = user_agent
        self.shared: dict[SharedWorkerKey, Worker] = {}
        """https://html.spec.whatwg.org/multipage/workers.html#shared-worker-manager: those that can be connected to."""
        self._numbers = itertools.count(1)
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
        return list(dict.fromkeys(self._workers.values()))

    def new_number(self) -> int:
        """For a Worker or SharedWorker object. From any thread."""
        return next(self._numbers)

    def create_a_dedicated_worker(self, object: WorkerObject, url: URL, options: WorkerOptions) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#dom-worker, its parallel steps"""
        if not object.environment.destroyed:
            run_a_worker(self, object, url, options, is_shared=False)

    def create_or_connect_to_a_shared_worker(self, object: WorkerObject, url: URL, options: WorkerOptions) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworker, what it gives to the shared worker manager"""
        if not object.environment.destroyed:
            connect_to_a_shared_worker(self, object, url, options)

    def terminate(self, number: int, by: Environment) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#dom-worker-terminate, for the object that `by` calls `number`"""
        worker = self._workers.get(number)
        if worker is not None and worker.objects and worker.objects[0].environment is by:
            worker.terminate()

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
