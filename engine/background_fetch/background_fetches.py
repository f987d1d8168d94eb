"""All background fetches of a browser: what a user agent keeps in its slot `background_fetches`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from engine.background_fetch import lifetimes, manager
from engine.background_fetch.display import BackgroundFetchView, Observer, view_of
from engine.background_fetch.downloads import Downloads
from engine.background_fetch.handles import BackgroundFetchHandle
from engine.background_fetch.limits import BackgroundFetchLimits
from engine.background_fetch.update_instances import add_instance
from engine.background_fetch.update_ui import update_ui

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.options import BackgroundFetchOptions, BackgroundFetchUIOptions
    from engine.background_fetch.rate_limits import RateLimits
    from engine.http.request import Request
    from engine.realms import Environment, UserAgent
    from engine.service_worker.concepts import Registration

_DEFAULT_LIMITS: Final = BackgroundFetchLimits()


class BackgroundFetches:
    """What the browser, the ops and whoever runs the browser call; on the browser's thread. Nothing below knows it.

    `start` after the service workers have been loaded, `close` before they end. What there is, and what can be set, is in
    `downloads`.
    """

    def __init__(
        self,
        user_agent: UserAgent,
        limits: BackgroundFetchLimits = _DEFAULT_LIMITS,
        *,
        flush_interval: float = 1.0,
        display_interval: float = 0.1,
    ) -> None:
        self.downloads = Downloads(user_agent, limits, flush_interval, display_interval)

    # The browser ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Go on with what an earlier run of the browser began. Raises StorageError."""
        self.downloads.user_agent.service_workers.on_unregistered.append(self._registration_unregistered)
        await lifetimes.go_on_with_what_was_stored(self.downloads)

    def _registration_unregistered(self, registration: Registration) -> None:
        lifetimes.registration_unregistered(self.downloads, registration)

    async def stored(self) -> None:
        """Return when the profile knows what has ended and what has been unregistered: ids are free then. Raises StorageError."""
        await self.downloads.stored()

    async def close(self) -> None:
        """Stop everything where it is and bring the profile up to date; the next run goes on from there. Raises StorageError."""
        await self.downloads.close()

    # Scripts -------------------------------------------------------------------------------------------------------

    async def fetch(
        self,
        environment: Environment,
        registration: Registration | None,
        id: str,
        requests: Sequence[Request],
        options: BackgroundFetchOptions,
    ) -> BackgroundFetch:
        """See `manager.fetch`."""
        return await manager.fetch(self.downloads, environment, registration, id, requests, options)

    def get(self, registration: Registration, id: str) -> BackgroundFetch | None:
        """The active background fetch of that id."""
        return manager.get(self.downloads, registration, id)

    def get_ids(self, registration: Registration) -> list[str]:
        """The ids of those that are active."""
        return manager.get_ids(self.downloads, registration)

    async def abort(self, bg_fetch: BackgroundFetch) -> bool:
        """End it. False: it is over already. Raises StorageError: the profile could not be told, it goes on."""
        return await manager.abort(self.downloads, bg_fetch)

    def of_number(self, number: int, environment: Environment) -> BackgroundFetch | None:
        """The one that a realm calls `number`; None when it is gone."""
        return self.downloads.of_number(number, environment)

    def add_instance(self, environment: Environment, number: int) -> None:
        """A realm has made its instance of a background fetch. From now on it hears of everything."""
        add_instance(self.downloads, environment, number)

    async def update_ui(
        self, bg_fetch: BackgroundFetch, options: BackgroundFetchUIOptions, environment: Environment
    ) -> None:
        """A service worker has another title or other icons for it."""
        await update_ui(self.downloads, bg_fetch, options, environment.api_base_url)

    # The user ------------------------------------------------------------------------------------------------------

    @property
    def rate_limits(self) -> RateLimits:
        """How fast bytes may come; to be set at any time."""
        return self.downloads.rate_limits

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer` with a new view whenever a background fetch looks different. Returns what ends this."""
        return self.downloads.display.observe(observer)

    def views(self) -> list[BackgroundFetchView]:
        """Every background fetch, oldest first, also those that have ended since the browser began."""
        return [view_of(bg_fetch, self.downloads.clock) for bg_fetch in self.downloads.all()]

    def handles(self) -> list[BackgroundFetchHandle]:
        """The same, to be paused, resumed, aborted, clicked."""
        return [BackgroundFetchHandle(self.downloads, bg_fetch) for bg_fetch in self.downloads.all()]

    def handle(self, which: int | str) -> BackgroundFetchHandle:
        """One of them, by number or unique id. Raises KeyError."""
        for bg_fetch in self.downloads.all():
            if which in (bg_fetch.number, bg_fetch.unique_id):
                return BackgroundFetchHandle(self.downloads, bg_fetch)
        raise KeyError(which)
