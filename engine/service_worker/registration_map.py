"""What there is of service workers in a user agent, and what serves it: the noun below all that is done with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, WeakValueDictionary

from engine.event_loop import Future, ParallelSteps, in_parallel
from engine.realms import Environment
from engine.service_worker.concepts import Registration, ServiceWorker
from engine.service_worker.room import Room
from engine.service_worker.saving import Saving
from engine.service_worker.settings import ServiceWorkerSettings

if TYPE_CHECKING:
    from engine.http.environment import EnvironmentSettings
    from engine.realms import UserAgent
    from engine.service_worker.client_concepts import ReservedClient, ServiceWorkerClient, WindowClients
    from engine.service_worker.job import Job, JobQueue, JobType


class RegistrationMap:
    """On the browser's thread. Knows no algorithm: those that something of it calls for are put into its `on_…` and `job_steps`."""

    def __init__(self, user_agent: UserAgent, settings: ServiceWorkerSettings | None = None) -> None:
        self.user_agent = user_agent
        self.settings = settings or ServiceWorkerSettings()
        self.registration_map: dict[tuple[str, str], Registration] = {}
        """https://w3c.github.io/ServiceWorker/#dfn-scope-to-registration-map: by storage key and scope, serialized"""
        self.job_queues: dict[tuple[str, str], JobQueue] = {}
        """https://w3c.github.io/ServiceWorker/#dfn-scope-to-job-queue-map"""
        self.job_steps: dict[JobType, Callable[[Job], Awaitable[None]]] = {}
        self.room = Room(self.settings)
        self.saving = Saving(user_agent)
        self.reserved_clients: set[ReservedClient] = set()
        """Those of navigations under way, which have no realm yet."""
        self.window_clients: WindowClients | None = None
        """The window package's part of Clients; None: there are no windows to open."""
        self.awaiting_ready: WeakSet[Environment] = WeakSet()
        """Those whose `ready` promise is to be resolved."""
        self.on_unregistered: list[Callable[[Registration], object]] = []
        """Called when a registration has left the map: what belongs to it (background fetches) ends."""
        self.on_state_changed: list[Callable[[ServiceWorker], object]] = []
        """Called whenever a worker has another state."""
        self.on_events_settled: list[Callable[[Registration], object]] = []
        """Called when a worker of a registration has no pending events any more."""
        self.on_client_unload: list[Callable[[Environment], object]] = []
        """Called when a client's environment goes."""
        self.on_job_given_up: list[Callable[[Job], object]] = []
        self._registrations: WeakValueDictionary[int, Registration] = WeakValueDictionary()
        self._workers: WeakValueDictionary[int, ServiceWorker] = WeakValueDictionary()
        self._known_clients: WeakSet[Environment] = WeakSet()
        self._awaiting_clients: dict[str, list[Future[None]]] = {}
        self._steps: set[ParallelSteps[None]] = set()
        self._closing = False

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

    def _end_steps(self) -> None:
        """The browser closes: nothing begins any more, and what is under way ends."""
        self._closing = True
        for steps in list(self._steps):
            steps.cancel()

    # Registrations -------------------------------------------------------------------------------------------------

    @property
    def registrations(self) -> list[Registration]:
        """Every registration there is, oldest first."""
        return list(self.registration_map.values())

    @property
    def living_registrations(self) -> list[Registration]:
        """Those too that are unregistered but still have clients or objects."""
        return list(self._registrations.values())

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
        """A worker of this registration has no pending events any more."""
        self.room.changed()
        if not self._closing:
            for steps in self.on_events_settled:
                steps(registration)

    def registration_has_left_the_map(self, registration: Registration) -> None:
        """It is unregistered: so it is in the profile, and for those who keep something with it."""
        for steps in self.on_unregistered:
            steps(registration)
        self.save(registration)

    def forget_what_is_not_installed(self, job: Job) -> None:
        """A job was given up."""
        if not self._closing:
            for steps in self.on_job_given_up:
                steps(job)

    def update_was_checked(self, registration: Registration) -> None:
        """https://w3c.github.io/ServiceWorker/#dfn-last-update-check-time is now."""
        registration.last_update_check_time = self.user_agent.clock.wall_time()
        if registration.waiting is not None or registration.active is not None:
            self.save(registration)

    def save(self, registration: Registration) -> None:
        """Store a registration as it is by then; or that it is unregistered. `saved` waits for it."""
        self.saving.note(registration)

    async def saved(self) -> None:
        """Wait until the profile has all that `save` was called for. Raises StorageError; it is tried again."""
        await self.saving.write()

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
            environment.when_destroyed(lambda: self._unload(environment))

    def _unload(self, client: Environment) -> None:
        for steps in self.on_client_unload:
            steps(client)
