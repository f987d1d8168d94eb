"""One browser: a profile, a network, and whatever runs on them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, get_args

from engine.background_fetch import BackgroundFetches, BackgroundFetchHandle, BackgroundFetchLimits
from engine.browser.activity import is_fetching, let_scripts_finish, scripts_are_busy
from engine.browser.decisions import KeptCookies, KeptKnownHosts, KeptPermissions
from engine.browser.errors import BrowserFailed, is_of_the_world, is_too_late
from engine.browser.events import (
    BrowserEvent,
    EventStream,
    PageGone,
    PageOpened,
    PermissionChanged,
    ServiceWorkerChanged,
)
from engine.browser.network import Network
from engine.browser.online_state import fire_online_events
from engine.browser.options import check_callback, check_options, origins_of
from engine.browser.service_worker_handles import ServiceWorkerHandle
from engine.browser.site_data import EVERYTHING_STORED, clear_for_a_response, clear_site_data
from engine.cache import CacheStorages
from engine.event_loop import (
    BrowserThread,
    Clock,
    SystemClock,
    present_reporter,
    raise_first,
    run_every_step,
    run_to_its_end,
    use_reporter,
    yield_to_others,
)
from engine.fetch.authentication import AuthenticationEntries
from engine.fetch.clear_site_data import SiteDataType
from engine.fetch.http_cache import MemoryCacheStore
from engine.fetch.preflight_cache import PreflightCache
from engine.file import BlobURLStore
from engine.infra.arguments import check_choice, check_texts, check_type
from engine.js import BudgetExceeded, ByteBudget, Holding, Limits
from engine.network import Transport
from engine.network.certificates import SYSTEM_TRUST, CertificatePolicy
from engine.network.conditions import ConditionedTransport, Conditions
from engine.ops.registry import host_object
from engine.realms import ConsoleMessage, Environment, UserAgent
from engine.security.permissions import Permissions
from engine.service_worker import ServiceWorkers
from engine.service_worker.registrations import match_service_worker_registration
from engine.storage import Storage
from engine.url import address_named, origin_named, origin_of
from engine.window import THE_USER, FileDownloads, Page, Windows
from engine.workers import Workers

if TYPE_CHECKING:
    from engine.background_fetch.display import BackgroundFetchView
    from engine.background_fetch.rate_limits import RateLimits

OnConsole: TypeAlias = Callable[[ConsoleMessage], object]
OnBackgroundFetch: TypeAlias = "Callable[[BackgroundFetchView], object]"

DEFAULT_LIMITS = Limits(memory=1 << 30, task_time=30.0)
"""What one page or worker may use unless told otherwise."""


DEFAULT_BACKGROUND_FETCH_LIMITS = BackgroundFetchLimits()


class Browser:
    """A browser without a screen.

        async with Browser(profile="~/my-profile") as browser:
            page = await browser.open("http://localhost:8000/")
            print(await page.evaluate("document.title"))

    Everything asynchronous runs on the event loop it was entered in; pages and workers have threads of their own.

    `profile`: the folder that keeps everything; None is a temporary one. `hosts`: host → address, None for "cannot be found".
    `trusted_origins`: serialized origins that count as secure. `quota`: bytes for each origin, by default a share of the disk.
    `permissions`: name → "granted", "denied" or "prompt" for all origins. `transport` replaces the whole network (for tests).
    `background_fetch_limits`: how many transfers at once, and how fast.
    `downloads`: the folder for files that sites offer instead of documents; None: they are read and counted, and not kept.
    `plain_quota_errors`: whether QuotaExceededError is a name of DOMException, as until 2025, and no class of its own.
    Entering raises every ProfileError of engine.storage.
    """

    def __init__(
        self,
        *,
        profile: Path | str | None = None,
        clock: Clock | None = None,
        hosts: Mapping[str, str | None] | None = None,
        certificates: CertificatePolicy = SYSTEM_TRUST,
        conditions: Conditions | None = None,
        trusted_origins: Collection[str] = (),
        permissions: dict[str, str] | None = None,
        quota: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
        on_console: OnConsole | None = None,
        transport: Transport | None = None,
        background_fetch_limits: BackgroundFetchLimits = DEFAULT_BACKGROUND_FETCH_LIMITS,
        downloads: Path | str | None = None,
        plain_quota_errors: bool = False,
    ) -> None:
        check_options({name: value for name, value in locals().items() if name != "self"})
        self._profile = None if profile is None else Path(profile).expanduser()
        self._downloads = None if downloads is None else Path(downloads).expanduser()
        self._clock = clock or SystemClock()
        self._hosts = hosts
        self._certificates = certificates
        self._conditions = conditions
        self._trusted_origins = origins_of(trusted_origins)
        self._default_permissions = permissions
        self._quota = quota
        self._limits = limits
        self._given_transport = transport
        self._on_console = [] if on_console is None else [on_console]
        self._background_fetch_limits = background_fetch_limits
        self._streams: list[EventStream] = []
        self._plain_quota_errors = plain_quota_errors
        self._bug: BaseException | None = None
        self._lock = threading.RLock()
        self._thread: BrowserThread
        self._closing_steps: list[Callable[[], Awaitable[object] | None]] = []
        """What ends it: the last one first, whatever the others raise."""
        self._state: Literal["not entered", "open", "closed"] = "not entered"
        self._user_agent: UserAgent
        self._network: Network
        self._cookies: KeptCookies
        self._permissions: KeptPermissions

    def __repr__(self) -> str:
        if self._state != "open":
            return f"<Browser, {self._state}>"
        return f"<Browser, profile {self.profile}, {len(self.pages)} pages>"

    def _check(self, *possible: Literal["open", "closed"]) -> None:
        """Raises RuntimeError when it is in no state that this can be asked for in."""
        if self._state == "not entered":
            raise RuntimeError("the browser has not been entered: it works inside of `async with Browser() as browser:`")
        if self._state not in possible:
            raise RuntimeError("the browser has been closed")

    async def __aenter__(self) -> Self:
        if self._state == "open":
            raise RuntimeError("the browser has been entered already")
        self._thread = BrowserThread(self.engine_bug)
        # NB: what the caller makes in its own context (a handle's steps, say) is reported to the browser entered last.
        use_reporter(self.engine_bug)
        try:
            await self._start()
        except BaseException:
            await run_to_its_end(self._close())
            raise
        self._state = "open"
        return self

    async def _start(self) -> None:
        closing = self._closing_steps
        closing.append(self._close_streams)
        storage = await Storage.open(self._profile, limit=self._quota)
        closing.append(storage.close)
        storage.when_refused = lambda error: self._say(ConsoleMessage("error", str(error), "storage"))
        transport = ConditionedTransport(self._given_transport or self._make_transport(), self._clock, self._conditions)
        self._network = Network(transport)
        self._cookies = KeptCookies(storage, self._clock)
        self._permissions = KeptPermissions(storage, self._clock, self._default_permissions)
        known_hosts = KeptKnownHosts(storage, self._clock)
        closing += [self._permissions.close, self._cookies.close, known_hosts.close]
        await self._cookies.load()
        await known_hosts.load()
        await self._permissions.load()
        self._user_agent = user_agent = UserAgent(
            browser_thread=self._thread,
            clock=self._clock,
            transport=transport,
            storage=storage,
            embedder=self,
            host_object=host_object,
            limits=self._limits,
            plain_quota_errors=self._plain_quota_errors,
            cookie_store=self._cookies.store,
            known_hosts=known_hosts.known_hosts,
            preflight_cache=PreflightCache(self._clock),
            authentication_entries=AuthenticationEntries(),
            http_cache=MemoryCacheStore(),
            trusted_origins=self._trusted_origins,
            blob_urls=BlobURLStore(),
            permissions=self._permissions.permissions,
            cache=CacheStorages(storage),
        )
        transport.on_online_changed.append(partial(fire_online_events, user_agent))
        self._service_workers = user_agent.service_workers = ServiceWorkers(user_agent)
        self._workers = user_agent.workers = Workers(user_agent)
        self._windows = user_agent.windows = Windows(user_agent, self._downloads)
        self._background_fetches = user_agent.background_fetches = BackgroundFetches(
            user_agent, self._background_fetch_limits
        )
        closing += [user_agent.cache.close, self._destroy_environments, self._service_workers.close]
        closing += [self._background_fetches.close, self._workers.close, self._windows.close]
        closing += [self._windows.file_downloads.close, partial(let_scripts_finish, user_agent)]
        user_agent.clear_site_data = partial(clear_for_a_response, user_agent)
        self._tell_of_events()
        await self._service_workers.start()
        await self._workers.start()
        await self._background_fetches.start()

    def _make_transport(self) -> Transport:
        from engine.network.aiohttp_transport import (
            AiohttpTransport,
        )  # a quarter of a second, which tests can do without

        transport = AiohttpTransport(hosts=self._hosts, certificates=self._certificates)
        self._closing_steps.append(transport.close)
        return transport

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Save everything and end, whatever goes wrong with it.

        Raises BrowserFailed when the engine was wrong somewhere on the way, and StorageError when not everything could be
        saved; an error that ends the body gets notes of this instead.
        """
        unsaved = await run_to_its_end(self._close())
        self._state = "closed"
        if present_reporter() == self.engine_bug:
            use_reporter(None)
        failed = self._bug
        if error is not None:
            for note in (*unsaved, *([] if failed is None else [failed])):
                error.add_note(f"and while the browser ended: {type(note).__name__}: {note}")
        elif failed is not None:
            raise BrowserFailed(f"the engine is wrong: {failed}") from failed
        else:
            raise_first(unsaved)

    async def _close(self) -> list[BaseException]:
        """What the world did against it; a fault of ours is noted as such."""
        use_reporter(self.engine_bug)
        steps, self._closing_steps = self._closing_steps, []
        errors = await run_every_step(reversed(steps))
        unsaved = [error for error in errors if is_of_the_world(error)]
        for error in errors:
            if error not in unsaved:
                self.engine_bug(error)
        return unsaved

    def _destroy_environments(self) -> None:
        for environment in list(self._user_agent.environments.values()):
            environment.destroy()

    async def _close_streams(self) -> None:
        # What was said on other threads comes first.
        await yield_to_others()
        for stream in list(self._streams):
            stream.close()

    # What it shows ------------------------------------------------------------------------------------------------

    @property
    def network(self) -> Network:
        """What it is like now, and what goes wrong in it."""
        self._check("open", "closed")
        return self._network

    async def open(self, url: str) -> Page:
        """Open a page and wait until its scripts may run; `page.wait_for_load()` waits for more.

        Raises NavigationFailed. (All that a browser can be asked for raises RuntimeError outside of its `async with`.)
        """
        self._check("open")
        check_type("an address", url, str, 'a str, as "https://example.com/"')
        with self._thread.watching():
            return await self._windows.open(url, THE_USER)

    @property
    def is_busy(self) -> bool:
        """Whether a script runs or is about to, or waits for an answer; or a service worker has something to do."""
        user_agent = self._user_agent
        return scripts_are_busy(user_agent) or is_fetching(user_agent) or not self._service_workers.is_idle

    @property
    def pages(self) -> Sequence[Page]:
        """The pages that are open, oldest first; each is the same object until it is closed."""
        self._check("open", "closed")
        return self._windows.pages

    @property
    def user_agent(self) -> UserAgent:
        """What all packages share: for tools that look inside."""
        self._check("open", "closed")
        return self._user_agent

    @property
    def service_workers(self) -> ServiceWorkers:
        """Registrations and their workers."""
        self._check("open", "closed")
        return self._service_workers

    def service_worker(self, url: str) -> ServiceWorkerHandle | None:
        """The one whose scope has this address in it; None: there is none. Raises TypeError, ValueError for what is no address."""
        self._check("open")
        parsed = address_named("an address", url)
        storage_key = origin_of(parsed).serialize()
        found = match_service_worker_registration(self._service_workers, storage_key, parsed)
        return None if found is None else ServiceWorkerHandle(self._service_workers, found)

    def background_fetches(self) -> list[BackgroundFetchHandle]:
        """Every background fetch, oldest first, to be looked at (`view`), paused, resumed, aborted, clicked, waited for."""
        self._check("open", "closed")
        return self._background_fetches.handles()

    @property
    def file_downloads(self) -> FileDownloads:
        """Files that sites offer instead of documents: whether one `is_active`, and `on_changed` for what becomes of them."""
        self._check("open", "closed")
        return self._windows.file_downloads

    @property
    def rate_limits(self) -> RateLimits:
        """How fast background fetches may come, in bytes a second; can be set at any time."""
        self._check("open", "closed")
        return self._background_fetches.rate_limits

    def downloads(self) -> list[BackgroundFetchView]:
        """Every background fetch there is, as it is shown to people."""
        self._check("open", "closed")
        return self._background_fetches.views()

    @property
    def permissions(self) -> Permissions:
        """What origins may do: `state(name, origin)`, `set(name, state, origin)`."""
        self._check("open", "closed")
        return self._permissions.permissions

    async def clear_site_data(self, origin: str, types: Collection[SiteDataType] = EVERYTHING_STORED) -> None:
        """Forget what a site has stored, as its `Clear-Site-Data` would: its service workers and background fetches end.

        `types`: "cache", "cookies" (of the whole domain), "storage"; and "executionContexts", which reloads its pages.
        `origin`: as itself, or any address that has it. Raises TypeError and ValueError for what is no origin, and for types that
        there are not; StorageError when the profile cannot be changed.
        """
        self._check("open")
        whose = origin_named("the origin", origin)
        check_texts("types", types)
        for each in types:
            check_choice("a type of data", each, get_args(SiteDataType))
        with self._thread.watching():
            await clear_site_data(self._user_agent, whose, types)

    @property
    def profile(self) -> Path:
        """The profile's folder."""
        self._check("open", "closed")
        return self._user_agent.storage.profile.folder

    # What it says -------------------------------------------------------------------------------------------------

    def events(self) -> EventStream:
        """Everything that happens from now on, to be read with `async for`; ends with the browser."""
        self._check("open")
        # OPTIMIZATION: background fetches are not looked at while nobody reads.
        stop_observing = self._background_fetches.observe(lambda view: stream.put(view))

        def forget() -> None:
            stop_observing()
            self._streams.remove(stream)

        stream = EventStream(forget)
        self._streams.append(stream)
        return stream

    def _tell(self, event: BrowserEvent, holding: Holding | None = None) -> None:
        if holding is not None:
            holding.release()
        for stream in self._streams:
            stream.put(event)

    def _tell_of_events(self) -> None:
        tell = self._tell
        self._windows.on_opened.append(lambda page: tell(PageOpened(page.url, page)))
        self._windows.on_closed.append(lambda page: tell(PageGone(page.url, page)))
        self._windows.file_downloads.on_changed.append(tell)
        self._service_workers.on_state_changed.append(
            lambda worker: tell(
                ServiceWorkerChanged(worker.registration.scope, worker.script_url.serialized, worker.state)
            )
        )
        self._permissions.permissions.when_changed(
            lambda origin, name, state: tell(PermissionChanged(origin, name, state))
        )

    def on_background_fetch(self, callback: OnBackgroundFetch) -> Callable[[], None]:
        """Call `callback`, on the browser's thread, with a new view whenever a background fetch looks different. Returns a
        function that ends this. Raises TypeError for what is no function."""
        self._check("open")
        check_callback("the callback", callback)
        return self._background_fetches.observe(lambda view: self._thread.tell_the_embedder(callback, view))

    def on_console(self, callback: OnConsole) -> Callable[[], None]:
        """Call `callback` with every console message, on any thread, also before it is entered. Returns a function that ends this.

        Raises TypeError for what is no function.
        """
        check_callback("the callback", callback)
        self._on_console.append(callback)
        return lambda: self._forget(callback)

    def _forget(self, callback: OnConsole) -> None:
        with suppress(ValueError):  # once or more
            self._on_console.remove(callback)

    def console(self, environment: Environment | None, message: ConsoleMessage) -> None:
        """(For the engine: a script, or the browser itself, says something.)"""
        self._say(message, None if environment is None else environment.byte_budget)

    def _say(self, message: ConsoleMessage, budget: ByteBudget | None = None) -> None:
        with self._lock:  # callbacks are called one after the other
            for callback in list(self._on_console):
                self._thread.tell_the_embedder(callback, message)
        if self._streams:
            with suppress(BudgetExceeded):
                # What the browser's thread has not come to see yet; it is lost without a word.
                size = sys.getsizeof(message.text) + 1024
                if budget is not None and budget.has_room_for(size):
                    self._thread.post(self._tell, message, budget.hold(size, "Console messages"))
                elif budget is None:
                    self._thread.post(self._tell, message)

    def engine_bug(self, error: BaseException) -> None:
        """(For the engine: something happened that nobody expected.) The first that is a fault of ours fails the run; what
        the machine or a script did is a line on the console."""
        if is_too_late(error):
            return
        if is_of_the_world(error):
            self._say(ConsoleMessage("error", f"{type(error).__name__}: {error}", "browser"))
            return
        with self._lock:
            self._bug = self._bug or error
