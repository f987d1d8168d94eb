"""Service workers as whoever runs the browser has them in hand. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.service_worker.registrations import get_newest_worker, remove_from_map, try_clear_registration
from engine.service_worker.running import terminate_service_worker

if TYPE_CHECKING:
    from engine.service_worker.concepts import Registration, WorkerState
    from engine.service_worker.manager import ServiceWorkers


class ServiceWorkerHandle:
    """A registration with the worker that counts: the active one, or the one that is on its way to that."""

    __slots__ = ("_registration", "_service_workers")

    def __init__(self, service_workers: ServiceWorkers, registration: Registration) -> None:
        self._service_workers = service_workers
        self._registration = registration

    def __repr__(self) -> str:
        return f"ServiceWorkerHandle({self.scope!r}, {self.state})"

    @property
    def scope(self) -> str:
        """What the addresses of its pages begin with."""
        return self._registration.scope

    @property
    def script_url(self) -> str:
        """Empty once it is unregistered and gone."""
        worker = self._registration.active or get_newest_worker(self._registration)
        return "" if worker is None else worker.script_url.serialized

    @property
    def state(self) -> WorkerState:
        """https://w3c.github.io/ServiceWorker/#dfn-state"""
        worker = self._registration.active or get_newest_worker(self._registration)
        return "redundant" if worker is None else worker.state

    @property
    def is_running(self) -> bool:
        """Whether it has a thread now; one that is idle is stopped, and started by the next event."""
        return any(worker.running is not None for worker in self._registration.workers)

    @property
    def is_registered(self) -> bool:
        """Whether nobody has unregistered it."""
        return not self._registration.is_unregistered

    async def wait_until_active(self) -> bool:
        """Wait until it can handle events; false: it never will, as its installation failed. Raises RuntimeError when the browser is
        closed before."""
        worker = self._registration.active or get_newest_worker(self._registration)
        if worker is None:
            return False
        await worker.activation_is_over.wait()
        if worker.state == "activating" or (worker.state != "redundant" and self._service_workers.closing):
            raise RuntimeError("the browser has been closed")
        return worker.state == "activated"

    def stop(self) -> None:
        """As being idle would; what it only has in memory is lost."""
        for worker in self._registration.workers:
            terminate_service_worker(worker)

    async def unregister(self) -> bool:
        """As its page's unregister() does: it goes with its last client, its background fetches at once. False: it was not
        registered. Raises RuntimeError when the browser has been closed; StorageError when the profile could not be told: it stays."""
        if self._service_workers.user_agent.storage.is_closed:
            raise RuntimeError("the browser has been closed")
        registration = self._registration
        if registration.is_unregistered:
            return False
        await self._service_workers.remove_from_profile(registration)
        remove_from_map(registration)
        try_clear_registration(registration)
        await self._service_workers.saved()
        return True
