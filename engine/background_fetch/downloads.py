"""What there is of background fetches in a browser, and what they share: the noun below all that is done with them."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol

from engine.background_fetch.concepts import BackgroundFetch, RegistrationState
from engine.background_fetch.display import Display
from engine.background_fetch.ledger import Ledger
from engine.background_fetch.profile_changes import ProfileChanges
from engine.background_fetch.rate import Rate
from engine.background_fetch.rate_limits import RateLimits
from engine.background_fetch.retry import RetryPolicy
from engine.background_fetch.turns import Turns
from engine.event_loop import Lock, ParallelSteps, gather, in_parallel, raise_first, run_every_step
from engine.realms import ConsoleMessage
from engine.service_worker.fire_functional_event import fire_functional_event
from engine.storage import Index, StorageError

if TYPE_CHECKING:
    from engine.background_fetch.limits import BackgroundFetchLimits
    from engine.infra.sentinels import Record
    from engine.realms import Environment, UserAgent
    from engine.security.permissions import PermissionState
    from engine.service_worker.concepts import Registration
    from engine.service_worker.fire_functional_event import FunctionalEventResult

P = ParamSpec("P")


class FireFunctionalEvent(Protocol):
    """How a service worker is told: `engine.service_worker.fire_functional_event`, or a test's."""

    def __call__(
        self,
        registration: Registration,
        event_name: str,
        interface: str,
        init: Record | None = None,
        *,
        user_activation: bool = False,
    ) -> Awaitable[FunctionalEventResult]: ...


class Downloads:
    """On the browser's thread. Knows no algorithm: it is what they find, change and wait for.

    What can be set at any time: `retry_policy`; `rate_limits`, how fast bytes may come; `lanes_per_fetch`, how many records
    of one fetch may be under way at once; `update_interval`, the least seconds between two progress events of an instance;
    `accept_old_failure_event_name`, `allow_fetch_in_service_workers`, `show_icons`, `most_ended`.
    """

    def __init__(
        self, user_agent: UserAgent, limits: BackgroundFetchLimits, flush_interval: float, display_interval: float
    ) -> None:
        clock, storage = user_agent.clock, user_agent.storage
        self.user_agent = user_agent
        self.clock = clock
        self.storage = storage
        self.turns = Turns(limits.transfers_in_all, limits.transfers_per_origin, user_agent.browser_thread.new_future)
        self.rate_limits = RateLimits(clock, limits.bytes_per_second, limits.bytes_per_second_each)
        self.ledger = Ledger(storage, clock, flush_interval)
        self.display = Display(clock, display_interval)
        self.retry_policy = RetryPolicy()
        self.chance = random.Random()
        self.lanes_per_fetch = 32
        self.update_interval = 0.016
        self.offline_poll = 5.0
        """Seconds after which a network that is really absent is tried again."""
        self.accept_old_failure_event_name = True
        self.allow_fetch_in_service_workers = True
        self.show_icons = True
        self.most_ended = 200
        """So many that are over are still shown."""
        self.fire_functional_event: FireFunctionalEvent = fire_functional_event
        self._changes = ProfileChanges(storage, clock)
        self._states: dict[Registration, RegistrationState] = {}
        self._by_number: dict[int, BackgroundFetch] = {}
        self._ended: deque[int] = deque()
        """The numbers of those that are only shown any more, and of some that are gone."""
        self._steps: set[ParallelSteps[Any]] = set()
        self._closed = False
        self._on_closed: list[Callable[[], object]] = []

    def run(self, steps: Coroutine[Any, Any, object], name: str) -> None:
        """Run steps in parallel, until the browser closes. What begins later goes on in the next one."""
        if self._closed:
            steps.close()
            return
        with self.user_agent.browser_thread.watching():
            running = in_parallel(steps, name)
        self._steps.add(running)
        running.when_done(lambda: self._steps.discard(running))

    # The background fetches ----------------------------------------------------------------------------------------

    def add(self, bg_fetch: BackgroundFetch) -> None:
        """One that is stored: from now on it is known by its number."""
        self._by_number[bg_fetch.number] = bg_fetch
        self.registration_state(bg_fetch.registration).shown[bg_fetch.number] = bg_fetch
        bg_fetch.rate = Rate(self.clock.now())

    def all(self) -> list[BackgroundFetch]:
        """Every one, oldest first, also those that have ended since the browser began."""
        return [bg_fetch for _, bg_fetch in sorted(self._by_number.items())]

    def of_number(self, number: int, environment: Environment) -> BackgroundFetch | None:
        """The one that a realm calls `number`; None when it is gone."""
        bg_fetch = self._by_number.get(number)
        return bg_fetch if bg_fetch is not None and bg_fetch.storage_key == environment.storage_key else None

    def forget_records(self, bg_fetch: BackgroundFetch) -> None:
        """Its records are not available any more, it is only shown; scripts that still hold responses keep their bytes."""
        self.ledger.forget(bg_fetch)
        self.rate_limits.forget(bg_fetch)
        bg_fetch.records = []
        self._ended.append(bg_fetch.number)
        while len(self._ended) > self.most_ended:
            other = self._by_number.pop(self._ended.popleft(), None)
            if other is not None:
                self.display.forget(other)
                self.registration_state(other.registration).shown.pop(other.number, None)

    def remove(self, bg_fetch: BackgroundFetch) -> None:
        """It went with its registration: nothing is kept of it."""
        self.ledger.forget(bg_fetch)
        self.rate_limits.forget(bg_fetch)
        self.display.forget(bg_fetch)
        del self._by_number[bg_fetch.number]

    # Registrations -------------------------------------------------------------------------------------------------

    def registration_state(self, registration: Registration) -> RegistrationState:
        """What a registration has additionally."""
        state = self._states.get(registration)
        if state is None:
            state = RegistrationState()
            if not registration.is_unregistered:
                self._states[registration] = state
        return state

    def forget_registration(self, registration: Registration) -> list[BackgroundFetch]:
        """It is unregistered; returns the background fetches that it had."""
        state = self._states.pop(registration, None)
        return [] if state is None else list(state.shown.values())

    def edit_queue(self, registration: Registration) -> Lock:
        """To be held while its active background fetches are changed; first come, first served."""
        return self.registration_state(registration).edit_queue

    def deactivate(self, bg_fetch: BackgroundFetch) -> bool:
        """Take it out of its registration's active background fetches; false: it was not there.

        https://wicg.github.io/background-fetch/#contains-background-fetch
        """
        active = self.registration_state(bg_fetch.registration).active
        # 1–4. The registration's active background fetches contain it. NB: another one may have its id by now.
        if active.get(bg_fetch.id) is not bg_fetch:
            return False
        del active[bg_fetch.id]
        return True

    def permission_state(self, environment: Environment) -> PermissionState:
        """https://wicg.github.io/background-fetch/#permissions: of the feature "background-fetch" """
        permissions = self.user_agent.permissions
        if permissions is None:
            return "granted"
        state: PermissionState = permissions.state(
            "background-fetch", environment.origin, environment.is_secure_context
        )
        return state

    # The profile ---------------------------------------------------------------------------------------------------

    async def store(
        self, bg_fetch: BackgroundFetch, verb: Callable[Concatenate[Index, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Run a disk verb that says how it is with a background fetch; again later if the disk refuses, which the storage tells."""
        self.note(bg_fetch, verb, *args, **kwargs)
        with suppress(StorageError):
            await self.stored()

    def note(
        self, bg_fetch: BackgroundFetch, verb: Callable[Concatenate[Index, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """The same, for whom it need not be done when this returns."""
        self._changes.note(bg_fetch.number, verb, *args, **kwargs)

    async def stored(self) -> None:
        """Return when the profile knows what has ended and what has been unregistered: ids are free then. Raises StorageError."""
        await self._changes.write()

    def warn(self, bg_fetch: BackgroundFetch, text: str) -> None:
        """Tell whoever watches the browser."""
        for environment in list(self.user_agent.environments.values()):
            if not environment.destroyed and environment.storage_key == bg_fetch.storage_key:
                message = ConsoleMessage("warn", f"background fetch {bg_fetch.id!r}: {text}", "background fetch")
                self.user_agent.embedder.console(environment, message)
                return

    # The end of the browser ----------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether nothing is told to realms any more."""
        return self._closed

    def when_closed(self, tell: Callable[[], object]) -> Callable[[], None]:
        """Call `tell` when the browser is closed. Returns what ends this."""
        self._on_closed.append(tell)
        return lambda: self._on_closed.remove(tell) if tell in self._on_closed else None

    async def close(self) -> None:
        """Stop everything where it is and bring the profile up to date. Raises StorageError."""
        self._closed = True
        self.display.close()
        for tell in list(self._on_closed):
            tell()
        steps = list(self._steps)
        for running in steps:
            running.cancel()
        await gather(*steps, return_exceptions=True)
        self.rate_limits.close()
        for bg_fetch in self._by_number.values():
            for instance in bg_fetch.instances.values():
                instance.end()
        raise_first(await run_every_step((self.ledger.close, self._changes.close)))
