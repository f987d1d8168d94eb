"""The user agent: what all environments share. `engine.browser` fills it in; algorithms read it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from engine.event_loop import BrowserThread, Clock
from engine.js import Handle, Limits, Place, Realm
from engine.network import Transport
from engine.storage import Storage

if TYPE_CHECKING:
    from engine.fetch.authentication import AuthenticationEntries
    from engine.fetch.clear_site_data import ClearSiteData
    from engine.fetch.http_cache import CacheStore
    from engine.fetch.preflight_cache import PreflightCache
    from engine.fetch.user_agent import BlobURLs, HandleFetch, PromptForCredentials
    from engine.http.cookies import CookieStore
    from engine.realms.environment import Environment
    from engine.security.hsts import KnownHosts

ConsoleLevel: TypeAlias = Literal["debug", "info", "log", "warn", "error"]


@dataclass(frozen=True, slots=True)
class ConsoleMessage:
    """One line for whoever watches: from console.log, or from the user agent itself (an uncaught error, a warning).

    `source` says which script's world it came from: "page", "service worker", …
    """

    level: ConsoleLevel
    text: str
    source: str
    place: Place | None = None
    stack: str | None = None
    uncaught: bool = False
    excerpt: str | None = None
    """The source line at `place`, with its number and a mark."""


class Embedder(Protocol):
    """Who runs the browser. Called on any thread; must not block."""

    def console(self, environment: Environment | None, message: ConsoleMessage) -> None:
        """`environment`: whose message it is; None: of something that has none, as a worker that does not run."""

    def engine_bug(self, error: BaseException) -> None:
        """The engine is wrong: the run must fail."""


@dataclass(slots=True)
class UserAgent:
    """https://infra.spec.whatwg.org/#user-agent. Each package keeps its own state in its own slot; see there for its type."""

    browser_thread: BrowserThread
    clock: Clock
    transport: Transport
    storage: Storage
    embedder: Embedder
    host_object: Callable[[Environment, Realm], dict[str, Handle | object]]
    limits: Limits = field(default_factory=Limits)
    plain_quota_errors: bool = False
    """Whether scripts get a DOMException named QuotaExceededError, as they did until 2025, instead of the interface of
    that name: https://webidl.spec.whatwg.org/#quotaexceedederror"""

    # Fetch
    cookie_store: CookieStore | None = None
    preflight_cache: PreflightCache = None  # type: ignore[assignment]  # set by the browser before anything runs
    authentication_entries: AuthenticationEntries = None  # type: ignore[assignment]  # as above
    http_cache: CacheStore | None = None
    user_agent_string: str = "Mozilla/5.0 (compatible; Afterpage)"
    accept_language: str = "en"
    trusted_origins: Collection[str] = ()
    handle_fetch: HandleFetch | None = None
    blob_urls: BlobURLs | None = None
    prompt_for_credentials: PromptForCredentials | None = None
    clear_site_data: ClearSiteData | None = None
    known_hosts: KnownHosts | None = None

    # What the packages to the right keep here. Named by package: engine.<name> says what it is.
    permissions: Any = None
    cache: Any = None
    service_workers: Any = None
    background_fetches: Any = None
    messaging: Any = None
    workers: Any = None
    windows: Any = None
    trace: Any = None

    # https://html.spec.whatwg.org/#service-worker-client and all other environments, by client id
    environments: dict[str, Environment] = field(default_factory=dict)
