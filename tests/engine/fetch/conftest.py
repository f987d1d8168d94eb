"""A user agent with a network in memory, and environments to fetch from."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.event_loop import FakeClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.http import PolicyContainer, Request
from engine.http.fetch_record import FetchRecord
from engine.js import ByteBudget
from engine.network.cookies import CookieStore
from engine.network.fake_transport import FakeTransport
from engine.security.csp import Violation
from engine.url import URL, Origin, origin_of, parse_url

_ids = itertools.count(1)


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return parsed


class FakeUserAgent:
    def __init__(self, transport: Any = None) -> None:
        self.clock = FakeClock()
        self.transport = transport or FakeTransport(self.clock)
        self.cookie_store: CookieStore | None = CookieStore(self.clock)
        self.preflight_cache = PreflightCache(self.clock)
        self.authentication_entries = AuthenticationEntries()
        self.user_agent_string = "Test/1.0"
        self.accept_language = "en"
        self.trusted_origins: tuple[str, ...] = ()
        self.handle_fetch: Any = None
        self.blob_urls: Any = None
        self.prompt_for_credentials: Any = None
        self.clear_site_data: Any = None
        self.known_hosts: Any = None
        self.http_cache: Any = None


@dataclass
class FakeEnvironment:
    creation_url: URL
    policy_container: PolicyContainer = field(default_factory=PolicyContainer)
    global_kind: str = "Window"
    active_service_worker: object | None = None
    has_cross_site_ancestor: bool = False
    cross_origin_isolated: bool = False
    is_secure_context: bool = True
    top_level_origin: Origin | None = None
    report_csp_violation: Callable[[Violation], object] | None = None
    fetch_group: list[FetchRecord] = field(default_factory=list)
    byte_budget: ByteBudget = field(default_factory=lambda: ByteBudget(None))
    client_id: str = field(default_factory=lambda: f"client-{next(_ids)}")

    @property
    def origin(self) -> Origin:
        return origin_of(self.creation_url)

    @property
    def api_base_url(self) -> URL:
        return self.creation_url


@pytest.fixture
def user_agent() -> FakeUserAgent:
    return FakeUserAgent()


@pytest.fixture
def transport(user_agent: FakeUserAgent) -> FakeTransport:
    return user_agent.transport


@pytest.fixture
def page() -> FakeEnvironment:
    return FakeEnvironment(url("https://site.test/dir/page.html?q=1#part"))


@pytest.fixture
def a_request(page: FakeEnvironment) -> Callable[..., Request]:
    """Requests as `fetch()` makes them: mode cors, same-origin credentials, unsafe."""

    def make(address: str, **slots: Any) -> Request:
        values: dict[str, Any] = {"client": page, "mode": "cors", "unsafe_request": True, "initiator_type": "fetch"}
        if "body" in slots and isinstance(slots["body"], str):
            slots["body"] = slots["body"].encode()
        return Request(url_list=[url(address)], **{**values, **slots})

    return make


@pytest.fixture
def go(user_agent: FakeUserAgent) -> Callable[..., Any]:
    """Fetch a request and return the response."""
    from engine.fetch import fetch

    async def run(request: Request, **options: Any) -> Any:
        return await fetch(request, user_agent, **options).response()

    return run
