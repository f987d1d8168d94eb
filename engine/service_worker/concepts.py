"""The nouns: service workers, their script resources, and registrations. https://w3c.github.io/ServiceWorker/#model"""

from __future__ import annotations

import itertools
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias
from weakref import WeakSet

from engine.event_loop import Event, Future, Lock
from engine.http import PolicyContainer
from engine.storage import StoredBody
from engine.url import URL

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.realms import Environment
    from engine.service_worker.registration_map import RegistrationMap
    from engine.service_worker.running import RunningWorker

WorkerState: TypeAlias = Literal["parsed", "installing", "installed", "activating", "activated", "redundant"]
WorkerType: TypeAlias = Literal["classic", "module"]
UpdateViaCache: TypeAlias = Literal["imports", "all", "none"]
RegistrationTarget: TypeAlias = Literal["installing", "waiting", "active"]

NEXT_STATES: dict[WorkerState, frozenset[WorkerState]] = {
    "parsed": frozenset({"installing", "redundant"}),
    "installing": frozenset({"installed", "redundant"}),
    "installed": frozenset({"activating", "redundant"}),
    "activating": frozenset({"activated", "redundant"}),
    "activated": frozenset({"redundant"}),
    "redundant": frozenset(),
}
"""https://w3c.github.io/ServiceWorker/#dfn-state: what may follow what."""

STALE_AFTER = 86400.0
"""https://w3c.github.io/ServiceWorker/#dfn-stale, seconds"""

_numbers = itertools.count(1)


class Holders:
    """The environments whose realms know a registration or worker, and hear of what becomes of it. Ours.

    They may be added on any thread. None is kept by this.
    """

    __slots__ = ("_environments", "_lock")

    def __init__(self) -> None:
        self._environments: WeakSet[Environment] = WeakSet()
        self._lock = threading.Lock()

    def add(self, environment: Environment) -> None:
        with self._lock:
            self._environments.add(environment)

    def living(self) -> list[Environment]:
        """Those that still are, oldest first."""
        with self._lock:
            known = list(self._environments)
        return sorted((each for each in known if not each.destroyed), key=lambda environment: environment.number)


@dataclass(slots=True, eq=False)
class ScriptResource:
    """A value of a script resource map: a response's head, and its body in memory or in the profile."""

    response: Record
    """As `engine.http.response_to_stored_record` writes it."""
    body: bytes | StoredBody

    async def data(self) -> bytes:
        """The bytes of the body. Raises JSTypeError when the profile has lost them."""
        if isinstance(self.body, bytes):
            return self.body
        chunks = []
        offset = 0
        while chunk := await self.body.read(offset, 1 << 20):
            chunks.append(chunk)
            offset += len(chunk)
        return b"".join(chunks)

    @property
    def is_cors_cross_origin(self) -> bool:
        """https://html.spec.whatwg.org/#cors-cross-origin: errors of such scripts are muted."""
        return self.response.get("filter") in ("opaque", "opaqueredirect")


@dataclass(slots=True, eq=False, weakref_slot=True)
class ServiceWorker:
    """https://w3c.github.io/ServiceWorker/#dfn-service-worker"""

    script_url: URL
    registration: Registration
    """https://w3c.github.io/ServiceWorker/#dfn-containing-service-worker-registration"""
    type: WorkerType = "classic"
    state: WorkerState = "parsed"
    policy_container: PolicyContainer = field(default_factory=PolicyContainer)
    """https://w3c.github.io/ServiceWorker/#dfn-policy-container, of its script resource"""
    has_ever_been_evaluated: bool = False
    """https://w3c.github.io/ServiceWorker/#dfn-has-ever-been-evaluated-flag, of its script resource"""
    script_resource_map: dict[str, ScriptResource] = field(default_factory=dict)
    """https://w3c.github.io/ServiceWorker/#dfn-script-resource-map, by serialized URL. The first is its own script."""
    used_scripts: set[str] = field(default_factory=set)
    """https://w3c.github.io/ServiceWorker/#dfn-set-of-used-scripts"""
    skip_waiting: bool = False
    """https://w3c.github.io/ServiceWorker/#dfn-skip-waiting-flag"""
    classic_scripts_imported: bool = False
    """https://w3c.github.io/ServiceWorker/#dfn-classic-scripts-imported-flag"""
    event_types: set[str] = field(default_factory=set)
    """https://w3c.github.io/ServiceWorker/#dfn-set-of-event-types-to-handle"""
    all_fetch_listeners_are_empty: bool = False
    """https://w3c.github.io/ServiceWorker/#service-worker-all-fetch-listeners-are-empty-flag"""
    running: RunningWorker | None = None
    """https://w3c.github.io/ServiceWorker/#dfn-service-worker-global-object with its start status and its set of extended
    events; None while the worker neither runs nor starts."""
    awaiting_start: list[Future[RunningWorker | None]] | None = None
    """Ours: those who wait for the start under way; None while there is none."""
    activation_is_over: Event = field(default_factory=Event)
    """Ours: set once the state is "activated" or "redundant"."""
    message_order: Lock = field(default_factory=Lock)
    """Ours: held by the first message that waits for the worker to run, so that the others stay behind it."""
    unique_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    """Ours: what the profile calls it."""
    number: int = field(default_factory=_numbers.__next__)
    """Ours: what realms call it."""
    holders: Holders = field(default_factory=Holders)

    def __repr__(self) -> str:
        return f"ServiceWorker({self.script_url.serialized}, {self.state})"

    @property
    def has_no_pending_events(self) -> bool:
        """https://w3c.github.io/ServiceWorker/#service-worker-has-no-pending-events-algorithm"""
        return self.running is None or not self.running.pending


@dataclass(slots=True, eq=False, weakref_slot=True)
class Registration:
    """https://w3c.github.io/ServiceWorker/#dfn-service-worker-registration"""

    service_workers: RegistrationMap
    """Ours: whose registration map it is in."""
    storage_key: str
    scope_url: URL
    update_via_cache: UpdateViaCache = "imports"
    installing: ServiceWorker | None = None
    waiting: ServiceWorker | None = None
    active: ServiceWorker | None = None
    last_update_check_time: float | None = None
    """Seconds since 1970."""
    navigation_preload_enabled: bool = False
    navigation_preload_header_value: bytes = b"true"
    number: int = field(default_factory=_numbers.__next__)
    """Ours: what realms call it."""
    holders: Holders = field(default_factory=Holders)

    def __repr__(self) -> str:
        return f"Registration({self.scope})"

    @property
    def scope(self) -> str:
        """The scope url, serialized without fragment."""
        return self.scope_url.serialized_without_fragment

    @property
    def is_stale(self) -> bool:
        """https://w3c.github.io/ServiceWorker/#dfn-stale"""
        if self.last_update_check_time is None:
            return False
        now = self.service_workers.user_agent.clock.wall_time()
        return now - self.last_update_check_time > STALE_AFTER

    @property
    def is_unregistered(self) -> bool:
        """https://w3c.github.io/ServiceWorker/#dfn-service-worker-registration-unregistered"""
        return self.service_workers.registration_map.get((self.storage_key, self.scope)) is not self

    @property
    def is_replaced(self) -> bool:
        """Whether there is another one in its place. Ours."""
        return self.is_unregistered and (self.storage_key, self.scope) in self.service_workers.registration_map

    @property
    def workers(self) -> list[ServiceWorker]:
        """Those there are, the newest first. Ours."""
        return [worker for worker in (self.installing, self.waiting, self.active) if worker is not None]
