"""A profile, an environment to use it from, and a network in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.cache import CacheStorages
from engine.event_loop import BrowserThread, FakeClock
from engine.fetch import PreflightCache
from engine.fetch.authentication import AuthenticationEntries
from engine.http.fetch_record import FetchRecord
from engine.http.headers import HeaderList
from engine.http.policy_container import PolicyContainer
from engine.http.request import Request
from engine.http.response import Response
from engine.js import ByteBudget
from engine.network.fake_transport import FakeTransport
from engine.storage import Storage
from engine.url import URL, Origin, origin_of, parse_url

KEY = "https://site.test"


class FakeUserAgent:
    def __init__(self, storage: Storage) -> None:
        self.clock = FakeClock()
        self.transport = FakeTransport(self.clock)
        self.storage = storage
        self.environments: dict[str, object] = {}
        self.browser_thread = BrowserThread()
        self.cookie_store = None
        self.preflight_cache = PreflightCache(self.clock)
        self.authentication_entries = AuthenticationEntries()
        self.user_agent_string = "Test/1.0"
        self.accept_language = ""
        self.trusted_origins: tuple[str, ...] = ()
        self.handle_fetch = None
        self.blob_urls = None
        self.http_cache = None
        self.prompt_for_credentials = None
        self.clear_site_data = None
        self.known_hosts = None
        self.report_violation = None


@dataclass(eq=False)
class FakeEnvironment:
    user_agent: Any
    origin: Origin
    creation_url: URL
    policy_container: PolicyContainer = field(default_factory=PolicyContainer)
    client_id: str = "client"
    top_level_origin: Origin | None = None
    is_secure_context: bool = True
    cross_origin_isolated: bool = False
    global_kind: str = "Window"
    active_service_worker: Any = None
    fetch_group: list[FetchRecord] = field(default_factory=list)
    byte_budget: ByteBudget = field(default_factory=lambda: ByteBudget(None))

    @property
    def storage_key(self) -> str:
        return self.origin.serialize()

    @property
    def api_base_url(self) -> URL:
        return self.creation_url


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert isinstance(parsed, URL)
    return parsed


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(tmp_path / "profile", limit=30_000_000)
    yield storage
    await storage.close()


@pytest.fixture
async def environment(storage: Storage) -> Any:
    page = url(f"{KEY}/page")
    return FakeEnvironment(FakeUserAgent(storage), origin_of(page), page)


@pytest.fixture
async def storages(storage: Storage) -> AsyncIterator[CacheStorages]:
    storages = CacheStorages(storage)
    yield storages
    storages.close()


@pytest.fixture
def request_for() -> Callable[..., Request]:
    def request_for(path: str, method: str = "GET", **headers: str) -> Request:
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        return Request([url(path if ":" in path else KEY + path)], method=method, header_list=HeaderList(pairs))

    return request_for


@pytest.fixture
def response_with() -> Callable[..., Response]:
    def response_with(**headers: str) -> Response:
        return Response(header_list=HeaderList([(name.encode(), value.encode()) for name, value in headers.items()]))

    return response_with
