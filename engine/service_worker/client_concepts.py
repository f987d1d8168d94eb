"""https://w3c.github.io/ServiceWorker/#service-worker-client-concept: clients before they have a realm, and what windows add"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from engine.http import PolicyContainer
from engine.realms import Environment
from engine.url import origin_of

if TYPE_CHECKING:
    from engine.http.environment import GlobalKind
    from engine.http.fetch_record import FetchRecord
    from engine.js import ByteBudget
    from engine.security.csp import Violation
    from engine.service_worker.concepts import ServiceWorker
    from engine.url import URL, Origin


@dataclass(slots=True, eq=False, weakref_slot=True)
class ReservedClient:
    """https://html.spec.whatwg.org/#environment: what a navigation or a worker will be, before it has a realm.

    It satisfies `engine.http.EnvironmentSettings`, so it can be a request's reserved client. The environment that comes
    of it takes over `client_id` and `active_service_worker`: see `ServiceWorkers.client_created`.
    """

    creation_url: URL
    is_secure_context: bool
    global_kind: GlobalKind = "Window"
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    active_service_worker: ServiceWorker | None = None
    top_level_origin: Origin | None = None
    policy_container: PolicyContainer = field(default_factory=PolicyContainer)
    cross_origin_isolated: bool = False
    has_cross_site_ancestor: bool = False
    fetch_group: list[FetchRecord] = field(default_factory=list)
    report_csp_violation: Callable[[Violation], object] | None = None
    byte_budget: ByteBudget | None = None
    discarded: bool = False
    """https://w3c.github.io/ServiceWorker/#service-worker-client-discarded-flag"""

    @property
    def origin(self) -> Origin:
        return origin_of(self.creation_url)

    @property
    def api_base_url(self) -> URL:
        return self.creation_url


ServiceWorkerClient: TypeAlias = "Environment | ReservedClient"


@dataclass(frozen=True, slots=True)
class WindowClientFacts:
    """What a WindowClient tells of its window, at the moment when it was asked for. Ours."""

    frame_type: Literal["auxiliary", "top-level", "nested"] = "top-level"
    visibility_state: Literal["visible", "hidden"] = "visible"
    focused: bool = False
    ancestor_origins: Sequence[str] = ()
    last_focus: float | None = None
    """When it was last focused, on the user agent's clock; None: never."""


class WindowClients(Protocol):
    """What the window package does for Clients; `ServiceWorkers.window_clients` holds it. Ours."""

    def facts(self, environment: Environment) -> WindowClientFacts | None:
        """None: its document is not the active one of its window any more."""

    async def open_window(self, url: URL, initiator: Environment) -> Environment | None:
        """Open a window in the name of `initiator`, and return its environment; None when nobody may know it.

        Raises JSTypeError; DOMException "InvalidAccessError" when scripts have opened too many.
        """

    async def focus(self, environment: Environment) -> bool:
        """Whether it has the focus now."""

    async def navigate(self, environment: Environment, url: URL) -> Environment | None:
        """Lead a window elsewhere, in its own name; the environment of the new document. Raises JSTypeError."""
