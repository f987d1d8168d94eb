"""What other packages ask of service workers: the face that a user agent has in its slot `service_workers`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from engine.service_worker import letting_go, ready
from engine.service_worker.activate import activate, go_on_activating
from engine.service_worker.handle_fetch import handle_fetch
from engine.service_worker.persistence import registration_from
from engine.service_worker.register import register
from engine.service_worker.registration_map import RegistrationMap
from engine.service_worker.registrations import clear_registration, forget_what_is_not_installed, unregister
from engine.service_worker.running import terminate_service_worker
from engine.service_worker.update import update
from engine.storage import StorageFull, all_registrations, remove_registration, what_was_stored

if TYPE_CHECKING:
    from engine.realms import Environment, UserAgent
    from engine.service_worker.concepts import Registration, ServiceWorker
    from engine.service_worker.settings import ServiceWorkerSettings


class ServiceWorkers(RegistrationMap):
    """The registration map with all that is done with it. On the browser's thread. Nothing below knows more than the map.

    `start` before any page is opened, `close` after the last one.
    """

    def __init__(self, user_agent: UserAgent, settings: ServiceWorkerSettings | None = None) -> None:
        super().__init__(user_agent, settings)
        self.job_steps |= {"register": register, "update": update, "unregister": unregister}
        self.on_events_settled.append(letting_go.events_have_settled)
        self.on_client_unload.append(letting_go.client_unloaded)
        self.on_job_given_up.append(forget_what_is_not_installed)
        user_agent.handle_fetch = partial(handle_fetch, self)

    async def start(self) -> None:
        """Load the registrations of the profile. Their workers do not run before there is something to do."""
        for stored in await self.user_agent.storage.run(all_registrations):
            with what_was_stored(self.user_agent.storage.profile.index_path):
                registration = registration_from(self, stored)
            if registration is None:
                with suppress(StorageFull):  # it goes another time
                    await self.user_agent.storage.run(remove_registration, stored.storage_key, stored.scope)
                continue
            self.registration_map[(registration.storage_key, registration.scope)] = registration
            self.remember(registration)
            for worker in registration.workers:
                self.remember(worker)
            # A waiting worker has become the active one, now that all clients have gone.
            if registration.waiting is not None:
                activate(registration)
            elif registration.active is not None and registration.active.state == "activating":
                go_on_activating(registration, registration.active)

    async def close(self) -> None:
        """https://w3c.github.io/ServiceWorker/#on-user-agent-shutdown-algorithm

        Stop all workers and wait until everything is stored. NB: a waiting worker is activated at the next start.
        """
        self._end_steps()
        self.user_agent.handle_fetch = None
        # 1. For each registration:
        for registration in list(self.registration_map.values()):
            # 1.1. An installing worker is not kept.
            if registration.installing is not None and registration.waiting is None and registration.active is None:
                clear_registration(registration)
            for worker in registration.workers:
                terminate_service_worker(worker)
            for worker in registration.workers:
                # Whoever waits for this waits for it no longer.
                worker.activation_is_over.set()
        for running in self.room.running:
            terminate_service_worker(running.worker)
        # NB: until nothing is being stored any more, also of what was asked for meanwhile.
        await self.saving.close()

    def stop_workers(self) -> None:
        """Stop every running worker, as being idle would: the next event starts it again."""
        for running in list(self.room.running):
            terminate_service_worker(running.worker)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way: no job, no start, no message, no event that a worker handles."""
        return not (
            self._steps or self.job_queues or self.saving.is_under_way or any(running.pending for running in self.room.running)
        )

    def match(self, environment: Environment) -> Registration | None:
        """The registration whose scope has this client in it."""
        return ready.match(self, environment)

    def await_ready(self, environment: Environment) -> None:
        """https://w3c.github.io/ServiceWorker/#navigator-service-worker-ready, its step 3"""
        ready.await_ready(self, environment)

    def claim(self, worker: ServiceWorker) -> None:
        """https://w3c.github.io/ServiceWorker/#clients-claim, its parallel steps"""
        letting_go.claim(worker)

    async def remove_from_profile(self, registration: Registration) -> None:
        """No later run of the browser has it. Nobody can cancel this. Raises StorageError."""
        await self.saving.remove(registration)
