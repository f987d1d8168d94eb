"""What a user agent keeps of service workers, and what other packages ask of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, WeakValueDictionary

from engine.cache.storage_errors import storage_errors_for_scripts
from engine.event_loop import Future, ParallelSteps, gather, in_parallel, run_to_its_end
from engine.realms import Environment
from engine.service_worker.activate import activate, go_on_activating, try_activate
from engine.service_worker.clients import (
    ReservedClient,
    ServiceWorkerClient,
    WindowClients,
    all_clients,
    is_used,
    notify_controller_change,
)
from engine.service_worker.concepts import Registration, ServiceWorker
from engine.service_worker.handle_fetch import handle_fetch
from engine.service_worker.jobs import Job, JobQueue, JobType
from engine.service_worker.persistence import registration_from, store_script_bodies, stored_form
from engine.service_worker.records import registration_record
from engine.service_worker.register import register
from engine.service_worker.registrations import (
    clear_registration,
    forget_what_is_not_installed,
    match_service_worker_registration,
    try_clear_registration,
    unregister,
)
from engine.service_worker.room import Room
from engine.service_worker.running import terminate_service_worker
from engine.service_worker.settings import ServiceWorkerSettings
from engine.service_worker.update import update
from engine.storage import (
    StorageError,
    StorageFull,
    WriteBehind,
    all_registrations,
    remove_registration,
    save_registration,
    what_was_stored,
)

if TYPE_CHECKING:
    from engine.http.environment import EnvironmentSettings
    from engine.realms import UserAgent


class ServiceWorkers:
    """The registration map with what serves it; a user agent's `service_workers`. On the browser's thread.

    `start` before any page is opened, `close` after the last one.
    """

    def __init__(self, user_agent: UserAgent, settings: ServiceWorkerSettings | None = None) -> None:
        self.user_agent = user_agent
        self.settings = settings or ServiceWorkerSettings()
        self.registration_map: dict[tuple[str, str], Registration] = {}
        """https://w3c.github.io/ServiceWorker/#dfn-scope-to-registration-map: by storage key and scope, serialized"""
        self.job_queues: dict[tuple[str, str], JobQueue] = {}
        """https://w3c.github.io/ServiceWorker/#dfn-scope-to-job-queue-map"""
        self.job_steps: dict[JobType, Callable[[Job], Awaitable[None]]] = {
            "register": register,
            "update": update,
            "unregister": unregister,
        }
        self.room = Room(self.settings)
        self.reserved_clients: set[ReservedClient] = set()
        """Those of navigations under way, which have no realm yet."""
        self.window_clients: WindowClients | None = None
        """The window package's part of Clients; None: there are no windows to open."""
        self.on_unregistered: list[Callable[[Registration], object]] = []
        """Called when a registration has left the map: what belongs to it (background fetches) ends."""
        self.on_state_changed: list[Callable[[ServiceWorker], object]] = []
        """Called whenever a worker has another state."""
        self._registrations: WeakValueDictionary[int, Registration] = WeakValueDictionary()
        self._workers: WeakValueDictionary[int, ServiceWorker] = WeakValueDictionary()
        self._awaiting_ready: WeakSet[Environment] = WeakSet()
        self._known_clients: WeakSet[Environment] = WeakSet()
        self._awaiting_clients: dict[str, list[Future[None]]] = {}
        self._behind: WriteBehind[Registration, None] = user_agent.storage.write_behind(
            self._save, user_agent.clock, 0, "saving registrations"
        )
        self._steps: set[ParallelSteps[None]] = set()
        self._closing = False
        user_agent.handle_fetch = partial(handle_fetch, self)

    # The browser's start and end ---------------------------------------------------------------------------------

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
        self._closing = True
        for steps in list(self._steps):
            steps.cancel()
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
        await self._behind.close()

    def in_parallel(self, steps: Coroutine[Any, Any, None], name: str) -> bool:
        """https://html.spec.whatwg.org/#in-parallel, until the browser is closed. Whether they run."""
        if self._closing:
            steps.close()
            return False
        with self.user_agent.browser_thread.watching():
            running = in_parallel(steps, name)
        self._steps.add(running)
        running.when_done(lambda: self._steps.discard(running))
        return True

    @property
    def closing(self) -> bool:
        """Whether nothing begins any more."""
        return self._closing

    @property
    def registrations(self) -> list[Registration]:
        """Every registration there is, oldest first."""
        return list(self.registration_map.values())

    @property
    def living_registrations(self) -> list[Registration]:
        """Those too that are unregistered but still have clients or objects."""
        return list(self._registrations.values())

    def stop_workers(self) -> None:
        """Stop every running worker, as being idle would: the next event starts it again."""
        for running in list(self.room.running):
            terminate_service_worker(running.worker)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way: no job, no start, no message, no event that a worker handles."""
        return not (
            self._steps or self.job_queues or self._behind.is_under_way or any(running.pending for running in self.room.running)
        )

    # Registrations -------------------------------------------------------------------------------------------------

    def match(self, environment: Environment) -> Registration | None:
        """The registration whose scope has this client in it."""
        return match_service_worker_registration(self, environment.storage_key, environment.creation_url)

    def remember(self, item: Registration | ServiceWorker) -> None:
        """So that realms can name it by its number."""
        if isinstance(item, Registration):
            self._registrations[item.number] = item
        else:
            self._workers[item.number] = item

    def registration(self, number: int, environment: Environment) -> Registration | None:
        """The registration that the realm of `environment` calls `number`; None when it has been unregistered and is gone,
        or never was one of its origin's."""
        registration = self._registrations.get(number)
        if registration is None or registration.storage_key != environment.storage_key:
            return None
        return registration

    def worker(self, number: int, environment: Environment) -> ServiceWorker | None:
        """The worker that the realm of `environment` calls `number`; None when it is long gone, or another origin's."""
        worker = self._workers.get(number)
        return worker if worker is not None and worker.registration.storage_key == environment.storage_key else None

    def events_have_settled(self, registration: Registration) -> None:
        """A worker of this registration has no pending events any more.

        https://w3c.github.io/ServiceWorker/#extendableevent-add-lifetime-promise, its step 5.2
        """
        self.room.changed()
        if self._closing:
            return
        # 5.2.2. An unregistered registration is cleared, if that waited for this,
        if registration.is_unregistered:
            try_clear_registration(registration)
        # 5.2.3. or its waiting worker activated.
        try_activate(registration)

    def registration_has_left_the_map(self, registration: Registration) -> None:
        """It is unregistered: so it is in the profile, and for those who keep something with it."""
        for steps in self.on_unregistered:
            steps(registration)
        self.save(registration)

    def forget_what_is_not_installed(self, job: Job) -> None:
        """A job was given up."""
        if not self._closing:
            forget_what_is_not_installed(job)

    def update_was_checked(self, registration: Registration) -> None:
        """https://w3c.github.io/ServiceWorker/#dfn-last-update-check-time is now."""
        registration.last_update_check_time = self.user_agent.clock.wall_time()
        if registration.waiting is not None or registration.active is not None:
            self.save(registration)

    # Clients -------------------------------------------------------------------------------------------------------

    def control(self, client: ServiceWorkerClient | EnvironmentSettings, worker: ServiceWorker | None) -> None:
        """Set a client's https://html.spec.whatwg.org/#concept-environment-active-service-worker."""
        client.active_service_worker = worker  # type: ignore[misc]
        if isinstance(client, Environment):
            self._know(client)

    def client_created(self, environment: Environment, reserved_client: ReservedClient | None = None) -> None:
        """A window's or worker's environment is ready: it takes over the id and the controller of its reserved client.

        To be called before its scripts run. What it used is let go when the environment is destroyed.
        """
        if reserved_client is not None:
            self.user_agent.environments.pop(environment.client_id, None)
            environment.client_id = reserved_client.client_id
            environment.active_service_worker = reserved_client.active_service_worker
            self.discard(reserved_client)
        self.user_agent.environments[environment.client_id] = environment
        self._know(environment)
        self._tell_that_it_is_ready(environment.client_id)

    def reserve(self, reserved_client: ReservedClient) -> None:
        """There is one more. Whoever does this calls `discard` or `client_created` with it in the end, however it ends."""
        self.reserved_clients.add(reserved_client)

    def discard(self, reserved_client: ReservedClient) -> None:
        """https://html.spec.whatwg.org/#environment-discarding-steps of a client that never got a realm, or has got it."""
        reserved_client.discarded = True
        self.reserved_clients.discard(reserved_client)
        self._tell_that_it_is_ready(reserved_client.client_id)

    async def wait_until_ready(self, client_id: str) -> None:
        """Wait until a client that has no realm yet has one, or never will. Returns at once for others, and for unknown ones.

        NB: a window that goes on from its first about:blank has the id already; as in browsers, what it will be is waited for.
        """
        if not any(client.client_id == client_id for client in self.reserved_clients):
            environment = self.user_agent.environments.get(client_id)
            if environment is None or environment.execution_ready:
                return
            environment.when_destroyed(lambda: self._tell_that_it_is_ready(client_id))
        ready = self.user_agent.browser_thread.new_future()
        self._awaiting_clients.setdefault(client_id, []).append(ready)
        await ready

    def _tell_that_it_is_ready(self, client_id: str) -> None:
        for ready in self._awaiting_clients.pop(client_id, []):
            if not ready.done():
                ready.set_result(None)

    def _know(self, environment: Environment) -> None:
        if environment not in self._known_clients:
            self._known_clients.add(environment)
            environment.when_destroyed(lambda: self.client_unloaded(environment))

    def client_unloaded(self, client: Environment) -> None:
        """https://w3c.github.io/ServiceWorker/#on-client-unload-algorithm"""
        # 1–2. The registration that the client used.
        worker: ServiceWorker | None = client.active_service_worker
        client.active_service_worker = None
        # 3. The client used none.
        if worker is None:
            return
        registration = worker.registration
        # 4. Another client still uses it.
        if is_used(registration) or self._closing:
            return
        # 5. Try clear registration, for an unregistered one.
        if registration.is_unregistered:
            try_clear_registration(registration)
        # 6. Try activate.
        try_activate(registration)

    def claim(self, worker: ServiceWorker) -> None:
        """https://w3c.github.io/ServiceWorker/#clients-claim, its parallel steps"""
        # 3.1. For each client whose matching registration is this worker's,
        for client in all_clients(self):
            if client.storage_key != worker.registration.storage_key or not client.is_secure_context:
                continue
            if self.match(client) is not worker.registration:
                continue
            # 3.1.6. unless this is its active service worker already,
            if client.active_service_worker is not worker:
                self.client_unloaded(client)
                self.control(client, worker)
                notify_controller_change(client)

    def await_ready(self, environment: Environment) -> None:
        """https://w3c.github.io/ServiceWorker/#navigator-service-worker-ready, its step 3"""
        # 3.1–3.3. The registration that matches the client, with an active worker.
        registration = self.match(environment)
        if registration is not None and registration.active is not None:
            # 3.4. Resolve the ready promise.
            self._resolve_ready(environment, registration)
        else:
            self._awaiting_ready.add(environment)

    def resolve_ready_promises(self, registration: Registration) -> None:
        """https://w3c.github.io/ServiceWorker/#activation-algorithm, its steps 6 and 7"""
        for environment in list(self._awaiting_ready):
            if not environment.destroyed and self.match(environment) is registration:
                self._awaiting_ready.discard(environment)
                self._resolve_ready(environment, registration)

    def _resolve_ready(self, environment: Environment, registration: Registration) -> None:
        record = registration_record(registration, environment)
        bindings = environment.bindings
        environment.queue_a_global_task(
            "DOM manipulation task source", lambda: bindings.upcall("up_service_worker_ready", record)
        )

    # The profile ---------------------------------------------------------------------------------------------------

    async def store_scripts(self, worker: ServiceWorker) -> None:
        """Put those of a worker's scripts into the profile that are not there. Raises DOMException QuotaExceededError, UnknownError."""
        with storage_errors_for_scripts():
            await store_script_bodies(self.user_agent.storage, worker)

    def save(self, registration: Registration) -> None:
        """Store a registration as it is by then; or that it is unregistered. `saved` waits for it."""
        self._behind.note(registration, None)

    async def saved(self) -> None:
        """Wait until the profile has all that `save` was called for. Raises StorageError; it is tried again."""
        await self._behind.write()

    async def remove_from_profile(self, registration: Registration) -> None:
        """No later run of the browser has it. Nobody can cancel this. Raises StorageError."""
        storage = self.user_agent.storage
        await run_to_its_end(storage.run(remove_registration, registration.storage_key, registration.scope))

    async def _save(self, registrations: dict[Registration, None]) -> None:
        saving = list(registrations)
        failure: StorageError | None = None
        outcomes = await gather(*(self._save_one(registration) for registration in saving), return_exceptions=True)
        for registration, outcome in zip(saving, outcomes, strict=True):
            if isinstance(outcome, StorageError):
                failure = outcome
            elif outcome is not None:
                raise outcome
            else:
                del registrations[registration]
        if failure is not None:
            raise failure

    async def _save_one(self, registration: Registration) -> None:
        storage = self.user_agent.storage
        if not registration.is_unregistered:
            await storage.run(save_registration, stored_form(registration))
        elif (registration.storage_key, registration.scope) not in self.registration_map:
            # NB: another one in its place takes the place in the profile too.
            await storage.run(remove_registration, registration.storage_key, registration.scope)

