"""All background fetches of a browser: what a user agent keeps in its slot `background_fetches`."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol

from engine.background_fetch import manager
from engine.background_fetch.concepts import BackgroundFetch
from engine.background_fetch.display import BackgroundFetchView, Display, Observer, view_of
from engine.background_fetch.icons import fetch_icons, process_image_resources
from engine.background_fetch.ledger import Ledger
from engine.background_fetch.perform import perform_a_background_fetch
from engine.background_fetch.persistence import background_fetch_from
from engine.background_fetch.rate import Rate
from engine.background_fetch.retry import RetryPolicy
from engine.background_fetch.terminal_events import deliver_the_terminal_event, fire_a_background_fetch_click_event
from engine.background_fetch.turns import Turns
from engine.background_fetch.update_instances import InstanceUpdates, snapshot, update_background_fetch_instances
from engine.event_loop import Lock, ParallelSteps, gather, in_parallel
from engine.network import ConditionedTransport
from engine.realms import ConsoleMessage
from engine.service_worker.fire_functional_event import FunctionalEventResult, fire_functional_event
from engine.storage import (
    Index,
    StorageError,
    remove_background_fetch,
    remove_settled_background_fetches,
    save_display,
    save_paused,
    unfinished_background_fetches,
)

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetchRecord
    from engine.infra.sentinels import Record
    from engine.realms import Environment, UserAgent
    from engine.security.permissions import PermissionState
    from engine.service_worker.concepts import Registration
    from engine.storage import BodyWriter
    from engine.url import URL

P = ParamSpec("P")

_MOST_ENDED: Final = 1000
"""So many that are over are still shown."""


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


@dataclass(slots=True, eq=False)
class RegistrationState:
    """https://wicg.github.io/background-fetch/#service-worker-registration-concept-extensions"""

    active: dict[str, BackgroundFetch] = field(default_factory=dict)
    """https://wicg.github.io/background-fetch/#service-worker-registration-active-background-fetches"""
    edit_queue: Lock = field(default_factory=Lock)
    """https://wicg.github.io/background-fetch/#service-worker-registration-active-background-fetches-edit-queue"""
    beginning: set[str] = field(default_factory=set)
    """Ours: the ids of those whose request bodies are being stored."""


class BackgroundFetches:
    """On the browser's thread. `start` after the service workers have been loaded, `close` before they end.

    What can be set, before `start` or at any time: `retry_policy`; `lanes_per_fetch`, how many records of one fetch may
    be under way at once; `update_interval`, the least seconds between two progress events of an instance;
    `accept_old_failure_event_name`, `allow_fetch_in_service_workers`, `show_icons`.
    """

    def __init__(
        self,
        user_agent: UserAgent,
        *,
        transfers_in_all: int = 24,
        transfers_per_origin: int = 6,
        flush_interval: float = 1.0,
        display_interval: float = 0.1,
    ) -> None:
        clock = user_agent.clock
        self.user_agent = user_agent
        self.turns = Turns(transfers_in_all, transfers_per_origin, user_agent.browser_thread.new_future)
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
        self.fire_functional_event: FireFunctionalEvent = fire_functional_event
        self._states: dict[Registration, RegistrationState] = {}
        self._by_number: dict[int, BackgroundFetch] = {}
        self._steps: set[ParallelSteps[Any]] = set()
        self._removing: set[ParallelSteps[Any]] = set()
        self._closed = False

    # The browser's start and end -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Go on with what an earlier run of the browser began; fire the events that it did not get to the end."""
        service_workers, storage = self.user_agent.service_workers, self.user_agent.storage
        service_workers.on_unregistered.append(self.registration_unregistered)
        await storage.run(remove_settled_background_fetches)
        for stored in await storage.run(unfinished_background_fetches):
            registration = service_workers.registration_map.get((stored.storage_key, stored.scope))
            if registration is None:
                # Its registration has not survived: nobody would ever hear of it.
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
                self._run(deliver_the_terminal_event(self, bg_fetch), "the end of a background fetch")

    async def close(self) -> None:
        """Stop everything where it is and bring the profile up to date; the next run goes on from there."""
        self._closed = True
        self.display.close()
        steps = list(self._steps)
        for running in steps:
            running.cancel()
        await gather(*steps, *self._removing, return_exceptions=True)
        for bg_fetch in self._by_number.values():
            for instance in bg_fetch.instances.values():
                instance.end()
        await self.ledger.close()

    def begin(self, bg_fetch: BackgroundFetch) -> None:
        """Show and perform a background fetch that is stored and active."""
        self._remember(bg_fetch)
        self.ledger.over_quota.discard(bg_fetch.storage_key)
        if bg_fetch.paused:
            self._run(self.store(bg_fetch, save_paused, bg_fetch.number, True), "storing the paused flag")
        self._run(perform_a_background_fetch(self, bg_fetch), f"background fetch {bg_fetch.id!r}")

    def _remember(self, bg_fetch: BackgroundFetch) -> None:
        self._by_number[bg_fetch.number] = bg_fetch
        bg_fetch.rate = Rate(self.user_agent.clock.now())
        self._show_icons(bg_fetch)
        self.display.changed(bg_fetch, at_once=True)

    def _run(self, steps: Any, name: str) -> None:
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
        """All of its fetches end, without events, and nothing of them is kept."""
        self._states.pop(registration, None)
        for bg_fetch in list(self._by_number.values()):
            if bg_fetch.registration is registration:
                self._remove(bg_fetch)

    def _remove(self, bg_fetch: BackgroundFetch) -> None:
        bg_fetch.unregistered = True
        if bg_fetch.result == "":
            bg_fetch.result, bg_fetch.failure_reason = "failure", "aborted"
        bg_fetch.records_available = False
        bg_fetch.set_abort_all()
        self.ledger.forget(bg_fetch)
        removing = in_parallel(
            self.store(bg_fetch, remove_background_fetch, bg_fetch.number), "removing a background fetch"
        )
        self._removing.add(removing)
        removing.when_done(lambda: self._removing.discard(removing))
        for environment, instance in bg_fetch.instances.items():
            instance.end()
            self._tell_gone(environment, bg_fetch.number)
        self.display.changed(bg_fetch, at_once=True)
        self.display.forget(bg_fetch)
        del self._by_number[bg_fetch.number]

    async def removals(self) -> None:
        """Wait until what has been unregistered is out of the profile: its ids are free then."""
        await gather(*self._removing)

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
        """Run a disk verb; a disk that refuses is told to whoever watches. Returns whether it did not."""
        try:
            await self.user_agent.storage.run(verb, *args, **kwargs)
        except StorageError as error:
            self.warn(bg_fetch, f"the profile could not be changed: {error}")
            return False
        return True

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
        bg_fetch.records = []
        ended = [other for other in self._by_number.values() if other.result != "" and not other.event_due]
        for other in ended[: max(0, len(ended) - _MOST_ENDED)]:
            self.display.forget(other)
            del self._by_number[other.number]

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

    def snapshot(self, bg_fetch: BackgroundFetch) -> Record:
        """What a realm makes a BackgroundFetchRegistration of."""
        return snapshot(bg_fetch)

    def event_init(self, bg_fetch: BackgroundFetch) -> Record:
        """What the events of a background fetch are made of."""
        return {"background_fetch": snapshot(bg_fetch)}

    def add_instance(self, environment: Environment, number: int) -> None:
        """A realm has made its instance of a background fetch. From now on it hears of everything.

        https://wicg.github.io/background-fetch/#get-a-backgroundfetchregistration-instance
        """
        bg_fetch = self.of_number(number, environment)
        if self._closed or environment.destroyed:
            return
        if bg_fetch is None:
            # It went before the instance was there.
            self._tell_gone(environment, number)
            return
        if environment not in bg_fetch.instances:
            bg_fetch.instances[environment] = InstanceUpdates(self, bg_fetch, environment)
            environment.when_destroyed(lambda: self._forget_instance(bg_fetch, environment))
        # What has changed since the snapshot was taken.
        bg_fetch.instances[environment].update(at_once=True)

    def _tell_gone(self, environment: Environment, number: int) -> None:
        bindings = environment.bindings
        environment.queue_a_global_task(
            "background fetch task source", lambda: bindings.upcall("up_background_fetch_gone", number)
        )

    def _forget_instance(self, bg_fetch: BackgroundFetch, environment: Environment) -> None:
        instance = bg_fetch.instances.pop(environment, None)
        if instance is not None:
            instance.end()

    def update_ui(self, bg_fetch: BackgroundFetch, options: dict[str, Any], base_url: URL) -> Awaitable[bool]:
        """https://wicg.github.io/background-fetch/#dom-backgroundfetchupdateuievent-updateui, its steps 5 and 6"""
        # 5.
        if "icons" in options:
            bg_fetch.icons = process_image_resources(options["icons"], base_url)
            bg_fetch.fetched_icons = ()
            self._show_icons(bg_fetch)
        # 6.
        if "title" in options:
            bg_fetch.title = options["title"]
        self.display.changed(bg_fetch, at_once=True)
        return self.store(bg_fetch, save_display, bg_fetch.number, bg_fetch.title, bg_fetch.icons)

    def _show_icons(self, bg_fetch: BackgroundFetch) -> None:
        if bg_fetch.icons and self.show_icons:
            self._run(self._fetch_icons(bg_fetch), "fetching icons")

    async def _fetch_icons(self, bg_fetch: BackgroundFetch) -> None:
        wanted = bg_fetch.icons
        icons = await fetch_icons(self, bg_fetch)
        if bg_fetch.icons is wanted:
            bg_fetch.fetched_icons = icons
            self.display.changed(bg_fetch, at_once=True)

    # The user ------------------------------------------------------------------------------------------------------

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer` with a new view whenever a background fetch looks different. Returns what ends this."""
        return self.display.observe(observer)

    def views(self) -> list[BackgroundFetchView]:
        """Every background fetch, oldest first, also those that have ended since the browser began."""
        return [view_of(bg_fetch, self.user_agent.clock) for _, bg_fetch in sorted(self._by_number.items())]

    def view(self, which: int | str) -> BackgroundFetchView:
        """One of them, by number or unique id. Raises KeyError."""
        return view_of(self._find(which), self.user_agent.clock)

    def _find(self, which: int | str) -> BackgroundFetch:
        if isinstance(which, int):
            return self._by_number[which]
        return {bg_fetch.unique_id: bg_fetch for bg_fetch in self._by_number.values()}[which]

    async def pause(self, which: int | str) -> bool:
        """Stop transferring until it is resumed, also in later runs. False: it cannot be paused. Raises KeyError.

        Only what consists of GET requests can be: others are not sent twice.
        """
        bg_fetch = self._find(which)
        if not bg_fetch.can_be_paused or bg_fetch.abort_all:
            return False
        if not bg_fetch.paused:
            bg_fetch.set_paused(True)
            self.display.changed(bg_fetch, at_once=True)
            await self.store(bg_fetch, save_paused, bg_fetch.number, True)
        return True

    async def resume(self, which: int | str) -> bool:
        """Go on with it. False: it is over. Raises KeyError."""
        bg_fetch = self._find(which)
        if bg_fetch.result != "":
            return False
        if bg_fetch.paused:
            bg_fetch.set_paused(False)
            self.display.changed(bg_fetch, at_once=True)
            await self.store(bg_fetch, save_paused, bg_fetch.number, False)
        return True

    async def abort(self, which: int | str) -> bool:
        """End it, as its site's abort() does. False: it is over already. Raises KeyError."""
        return await manager.abort(self, self._find(which))

    async def click(self, which: int | str) -> None:
        """Fire the event for a click on what is shown, during or after it; returns when that is handled.

        Raises KeyError.
        """
        await fire_a_background_fetch_click_event(self, self._find(which))
