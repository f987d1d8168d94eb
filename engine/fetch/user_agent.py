"""What Fetch needs of the user agent. The real one (engine.realms, engine.browser) satisfies these protocols."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from engine.event_loop import Clock
    from engine.fetch.authentication import AuthenticationEntries
    from engine.fetch.clear_site_data import ClearSiteData
    from engine.fetch.controller import FetchController
    from engine.fetch.http_cache import CacheStore
    from engine.fetch.preflight_cache import PreflightCache
    from engine.http.body import Body
    from engine.http.cookies import CookieStore
    from engine.http.environment import EnvironmentSettings
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.network import Transport
    from engine.security.hsts import KnownHosts
    from engine.url import URL, BlobURLEntry

HandleFetch: TypeAlias = "Callable[[Request, FetchController], Awaitable[Response | None]]"
"""https://w3c.github.io/ServiceWorker/#handle-fetch

Given by the service worker package: None means "go to the network".

The request is a clone that it may keep; it learns of an abort through `controller.when_cancelled(callback)`.
"""

PromptForCredentials: TypeAlias = "Callable[[Request, str], Awaitable[tuple[str, str] | None]]"
"""Asks somebody for user name and password, given the request and the realm; None when nobody answers."""


class ResolvedBlob(Protocol):
    """A Blob that a blob: URL stands for."""

    @property
    def size(self) -> int: ...

    @property
    def type(self) -> str:
        """The serialized MIME type, or the empty string."""

    def body(self, start: int, end: int) -> Body:
        """A body of the bytes from `start` up to, not including, `end`."""


class BlobURLs(Protocol):
    """https://w3c.github.io/FileAPI/#BlobURLStore"""

    def held(self, number: int, url: URL, environment: EnvironmentSettings) -> BlobURLEntry | None:
        """The entry that a realm holds by this number: see engine.file."""

    async def obtain_a_blob_object(self, url: URL, environment: EnvironmentSettings | None) -> ResolvedBlob | None:
        """https://w3c.github.io/FileAPI/#blob-url-obtain-object

        None when there is none (or it may not be had).
        """


class UserAgent(Protocol):
    """The user agent as Fetch sees it."""

    @property
    def transport(self) -> Transport: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def cookie_store(self) -> CookieStore | None:
        """None: the user agent takes and sends no cookies."""

    @property
    def preflight_cache(self) -> PreflightCache: ...

    @property
    def http_cache(self) -> CacheStore | None:
        """None: nothing is kept, and nothing is found."""

    @property
    def authentication_entries(self) -> AuthenticationEntries: ...

    @property
    def user_agent_string(self) -> str:
        """https://fetch.spec.whatwg.org/#default-user-agent-value"""

    @property
    def accept_language(self) -> str:
        """The value of `Accept-Language`; empty: none is sent."""

    @property
    def trusted_origins(self) -> Collection[str]:
        """Serialized origins that the user has declared trustworthy."""

    @property
    def handle_fetch(self) -> HandleFetch | None: ...

    @property
    def blob_urls(self) -> BlobURLs | None: ...

    @property
    def prompt_for_credentials(self) -> PromptForCredentials | None: ...

    @property
    def known_hosts(self) -> KnownHosts | None:
        """https://www.rfc-editor.org/rfc/rfc6797: None: nothing is remembered."""

    @property
    def clear_site_data(self) -> ClearSiteData | None:
        """Forgets what a site has stored; None: `Clear-Site-Data` says nothing here."""
