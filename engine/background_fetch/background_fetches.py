"""All background fetches of a browser: what a user agent keeps in its slot `background_fetches`."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec

from engine.background_fetch.concepts import BackgroundFetch, RegistrationState
from engine.background_fetch.display import BackgroundFetchView, Display, Observer, view_of
from engine.background_fetch.handles import BackgroundFetchHandle
from engine.background_fetch.ledger import Ledger
from engine.background_fetch.limits import BackgroundFetchLimits
from engine.background_fetch.perform import perform_a_background_fetch
from engine.background_fetch.persistence import background_fetch_from
from engine.background_fetch.rate import Rate
from engine.background_fetch.rate_limits import RateLimits
from engine.background_fetch.retry import RetryPolicy
from engine.background_fetch.terminal_events import FireFunctionalEvent, deliver_the_terminal_event
from engine.background_fetch.turns import Turns
from engine.background_fetch.update_instances import (
    forget_instances,
    tell_the_realm_that_it_is_gone,
    update_background_fetch_instances,
)
from engine.background_fetch.update_ui import show_icons
from engine.event_loop import Lock, ParallelSteps, gather, in_parallel, raise_first, run_every_step
from engine.network import ConditionedTransport
from engine.realms import ConsoleMessage
from engine.service_worker.fire_functional_event import fire_functional_event
from engine.storage import (
    Index,
    StorageError,
    StorageFull,
    WriteBehind,
    remove_background_fetch,
    remove_settled_background_fetches,
    save_paused,
    unfinished_background_fetches,
)

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetchRecord
    from engine.realms import Environment, UserAgent
    from engine.security.permissions import PermissionState
    from engine.service_worker.concepts import Registration
    from engine.storage import BodyWriter

P = ParamSpec("P")

_DEFAULT_LIMITS: Final = BackgroundFetchLimits()


class BackgroundFetches:
    """On the browser's thread. `start` after the service workers have been loaded, `close` before they end.

    What can be set, before `start` or at any time: `retry_policy`; `rate_limits`, how fast bytes may come;
    `lanes_per_fetch`, how many records of one fetch may be under way at once; `update_interval`, the least seconds
    between two progress events of an instance; `accept_old_failure_event_name`, `allow_fetch_in_service_workers`,
    `show_icons`, `most_ended`.
    """

    def __init__(
        self,
        user_agent: UserAgent,
        limits: BackgroundFetchLimits = _DEFAULT_LIMITS,
        *,
        flush_interval: float = 1.0,
        display_interval: float = 0.1,
    ) -> None:
        clock = user_agent.clock
        self.user_agent = user_agent
        self.turns = Turns(limits.transfers_in_all, limits.transfers_per_origin, user_agent.browser_thread.new_future)
        self.rate_limits = RateLimits(clock, limits.bytes_per_second, limits.bytes_per_second_each)
        self.ledger = Ledger(user_agent.storage, clock, flush_interval)
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
        self._states: dict[Registration, RegistrationState] = {}
        self._by_number: dict[int, BackgroundFetch] = {}
        self._ended: deque[int] = deque()
        """The numbers of those that are only shown any more, and of some that are gone."""
        self._steps: set[ParallelSteps[Any]] = set()
        self._behind: WriteBehind[tuple[int, str], Callable[[Index], object]] = user_agent.storage.write_behind(
            self._bring, clock, 0, "storing background fetches"
        )
        self._closed = False
        self._on_closed: list[Callable[[], object]] = []

    # The browser's start and end -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Go on with what an earlier run of the browser began; fire the events that it did not get to the end."""
        # NB: the specification has fetches outlive pages; ours outlive the process too, however it ended.
        service_workers, storage = self.user_agent.service_workers, self.user_agent.storage
        service_workers.on_unregistered.append(self.registration_unregistered)
        with suppress(StorageFull):  # they go another time
            await storage.run(remove_settled_background_fetches)
        for stored in await storage.run(unfinished_background_fetches):
            registration = service_workers.registration_map.get((stored.storage_key, stored.scope))
            if registration is None:
                # Its registration has not survived: nobody would ever hear of it.
                with suppress(StorageFull):
                    await storage.run(remove_background_fetch, stored.id)
                continue
            bg_fetch = await background_fetch_from(stored, registration, storage)
            if bg_fetch.result == "":
                self.registration_state(registration).active[bg_fetch.id] = bg_fetch
                self.begin(bg_fetch)
            else:
                for record in bg_fetch.records:
                    record.response_data.settle("aborted")
                self._remember(bg_fetch)
                self.run(deliver_the_terminal_event(self, bg_fetch), "the end of a background fetch")

    async def close(self) -> None:
        """Stop everything where it is and bring the profile up to date; the next run goes on from there."""
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
        raise_first(await run_every_step((self.ledger.close, self._behind.close)))

    def begin(self, bg_fetch: BackgroundFetch) -> None:
        """Show and perform a background fetch that is stored and active."""
        self._remember(bg_fetch)
        self.ledger.over_quota.discard(bg_fetch.storage_key)
        if bg_fetch.paused:
            self.run(self.store(bg_fetch, save_paused, bg_fetch.number, True), "storing the paused flag")
        self.run(perform_a_background_fetch(self, bg_fetch), f"background fetch {bg_fetch.id!r}")

    def _remember(self, bg_fetch: BackgroundFetch) -> None:
        self._by_number[bg_fetch.number] = bg_fetch
        self.registration_state(bg_fetch.registration).shown[bg_fetch.number] = bg_fetch
        bg_fetch.rate = Rate(self.user_agent.clock.now())
        show_icons(self, bg_fetch)
        self.display.changed(bg_fetch, at_once=True)

    def run(self, steps: Coroutine[Any, Any, object], name: str) -> None:
        """Run steps in parallel, until the browser closes."""
        with self.user_agent.browser_thread.watching():
            running = in_parallel(steps, name)
        self._steps.add(running)
        running.when_done(lambda: self._steps.discard(running))

    # Registrations -------------------------------------------------------------------------------------------------

    def registration_state(self, registration: Registration) -> RegistrationState:
        """What a registration has additionally."""
        state = self._states.get(registration)
        if state is None:
            state = RegistrationState()
            if not registration.is_unregistered:
                self._states[registration] = state
        return state

    def edit_queue(self, registration: Registration) -> Lock:
        """To be held while its active background fetches are changed; first come, first served."""
        return self.registration_state(registration).edit_queue

    def deactivate(self, bg_fetch: BackgroundFetch) -> bool:
        """Take it out of its registration's active background fetches; false: it was not there.

        https://wicg.github.io/background-fetch/#contains-background-fetch
        """
        active = self.registration_state(bg_fetch.registration).active
        # 1–4. NB: another one may have its id by now.
        if active.get(bg_fetch.id) is not bg_fetch:
            return False
        del active[bg_fetch.id]
        return True

    def registration_unregistered(self, registration: Registration) -> None:
        """All of its fetches end, and nothing of them is kept."""
        # NB: without events, as the explainer has it: nobody is left to hear them.
        state = self._states.pop(registration, None)
        for bg_fetch in [] if state is None else list(state.shown.values()):
            self._remove(bg_fetch)

    def _remove(self, bg_fetch: BackgroundFetch) -> None:
        bg_fetch.unregistered = True
        if bg_fetch.result == "":
            bg_fetch.result, bg_fetch.failure_reason = "failure", "aborted"
        bg_fetch.records_available = False
        bg_fetch.set_abort_all()
        self.ledger.forget(bg_fetch)
        self.rate_limits.forget(bg_fetch)
        self._note(bg_fetch, remove_background_fetch, bg_fetch.number)
        for environment in list(bg_fetch.instances):
            tell_the_realm_that_it_is_gone(environment, bg_fetch.number)
        forget_instances(bg_fetch)
        self.display.changed(bg_fetch, at_once=True)
        self.display.forget(bg_fetch)
        del self._by_number[bg_fetch.number]

    async def stored(self) -> None:
        """Return when the profile knows what has ended and what has been unregistered: ids are free then. Raises StorageError."""
        await self._behind.write()

    # What its algorithms use ---------------------------------------------------------------------------------------

    def permission_state(self, environment: Environment) -> PermissionState:
        """https://wicg.github.io/background-fetch/#permissions: of the feature "background-fetch" """
        permissions = self.user_agent.permissions
        if permissions is None:
            return "granted"
        state: PermissionState = permissions.state(
            "background-fetch", environment.origin, environment.is_secure_context
        )
        return state

    async def store(
        self, bg_fetch: BackgroundFetch, verb: Callable[Concatenate[Index, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> bool:
        """Run a disk verb that says how it is with a background fetch. A disk that refuses is told to whoever watches, and the verb is
        run again when it does not. Returns whether it has been run.
        """
        self._note(bg_fetch, verb, *args, **kwargs)
        try:
            await self._behind.write()
        except StorageError as error:
            self.warn(bg_fetch, f"the profile cannot be changed yet: {error}")
            return False
        return True

    def _note(
        self, bg_fetch: BackgroundFetch, verb: Callable[Concatenate[Index, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        def change(index: Index) -> object:
            return verb(index, *args, **kwargs)

        self._behind.note((bg_fetch.number, verb.__name__), change)

    async def _bring(self, changes: dict[tuple[int, str], Callable[[Index], object]]) -> None:
        """In the order in which they were noted; as long as the disk takes them together, in one transaction."""
        storage = self.user_agent.storage
        try:
            await storage.run(_all, list(changes.values()))
        except StorageError as failure:
            for note, change in list(changes.items()):
                try:
                    await storage.run(change)
                    del changes[note]
                except StorageError:
                    continue
            if changes:
                raise failure

    async def wait_until_online(self) -> None:
        """Return when there may be a network again."""
        transport = self.user_agent.transport
        if isinstance(transport, ConditionedTransport) and transport.is_offline:
            await transport.back_online()
        else:
            await self.user_agent.clock.sleep(self.offline_poll)

    def record_changed(self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
        """Its response, its result or its attempts have changed."""
        if not bg_fetch.unregistered:
            self.ledger.note_state(bg_fetch, record)

    def bytes_arrived(
        self, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, writer: BodyWriter, size: int
    ) -> None:
        """So many more bytes of a record's response are stored."""
        if bg_fetch.rate is not None:
            bg_fetch.rate.add(self.user_agent.clock.now(), size)
        self.ledger.note_progress(bg_fetch, record, writer)
        self.progressed(bg_fetch)

    def bytes_departed(self, bg_fetch: BackgroundFetch) -> None:
        """More bytes of request bodies have been sent."""
        self.ledger.note_upload(bg_fetch)
        self.progressed(bg_fetch)

    def progressed(self, bg_fetch: BackgroundFetch) -> None:
        """Its figures have changed."""
        if bg_fetch.instances:
            self.update_instances(bg_fetch)
        self.display.changed(bg_fetch)

    def display_changed(self, bg_fetch: BackgroundFetch, *, at_once: bool = False) -> None:
        """It may look different now; `at_once`: it does."""
        self.display.changed(bg_fetch, at_once=at_once)

    def update_instances(self, bg_fetch: BackgroundFetch, at_once: bool = False) -> None:
        """https://wicg.github.io/background-fetch/#update-background-fetch-instances"""
        if not self._closed:
            update_background_fetch_instances(self, bg_fetch, at_once=at_once)

    def forget_records(self, bg_fetch: BackgroundFetch) -> None:
        """Its records are not available any more; scripts that still hold responses keep their bytes."""
        self.ledger.forget(bg_fetch)
        self.rate_limits.forget(bg_fetch)
        bg_fetch.records = []
        forget_instances(bg_fetch)
        self._ended.append(bg_fetch.number)
        while len(self._ended) > self.most_ended:
            other = self._by_number.pop(self._ended.popleft(), None)
            if other is not None:
                self.display.forget(other)
                self.registration_state(other.registration).shown.pop(other.number, None)

    def warn(self, bg_fetch: BackgroundFetch, text: str) -> None:
        """Tell whoever watches the browser."""
        for environment in list(self.user_agent.environments.values()):
            if not environment.destroyed and environment.storage_key == bg_fetch.storage_key:
                message = ConsoleMessage("warn", f"background fetch {bg_fetch.id!r}: {text}", "background fetch")
                self.user_agent.embedder.console(environment, message)
                return

    # Realms --------------------------------------------------------------------------------------------------------

    def of_number(self, number: int, environment: Environment) -> BackgroundFetch | None:
        """The one that a realm calls `number`; None when it is gone."""
        bg_fetch = self._by_number.get(number)
        return bg_fetch if bg_fetch is not None and bg_fetch.storage_key == environment.storage_key else None

    @property
    def closed(self) -> bool:
        """Whether nothing is told to realms any more."""
        return self._closed

    # The user ------------------------------------------------------------------------------------------------------

    def when_closed(self, tell: Callable[[], object]) -> Callable[[], None]:
        """Call `tell` when the browser is closed. Returns what ends this."""
        self._on_closed.append(tell)
        return lambda: self._on_closed.remove(tell) if tell in self._on_closed else None

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer` with a new view whenever a background fetch looks different. Returns what ends this."""
        return self.display.observe(observer)

    def views(self) -> list[BackgroundFetchView]:
        """Every background fetch, oldest first, also those that have ended since the browser began."""
        return [view_of(bg_fetch, self.user_agent.clock) for _, bg_fetch in sorted(self._by_number.items())]

    def handles(self) -> list[BackgroundFetchHandle]:
        """The same, to be paused, resumed, aborted, clicked."""
        return [BackgroundFetchHandle(self, bg_fetch) for _, bg_fetch in sorted(self._by_number.items())]

    def handle(self, which: int | str) -> BackgroundFetchHandle:
        """One of them, by number or unique id. Raises KeyError."""
        if isinstance(which, int):
            return BackgroundFetchHandle(self, self._by_number[which])
        return BackgroundFetchHandle(
            self, {bg_fetch.unique_id: bg_fetch for bg_fetch in self._by_number.values()}[which]
        )


def _all(index: Index, changes: list[Callable[[Index], object]]) -> None:
    for change in changes:
        change(index)
