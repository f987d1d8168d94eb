"""What Fetch needs to know of an environment settings object and of the user agent. The real ones satisfy these
protocols.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from engine.http.fetch_record import FetchRecord
    from engine.http.policy_container import PolicyContainer
    from engine.js import ByteBudget
    from engine.security.csp.violations import Violation
    from engine.url import URL, Origin

GlobalKind: TypeAlias = Literal["Window", "DedicatedWorker", "SharedWorker", "ServiceWorker"]


class EnvironmentSettings(Protocol):
    """https://html.spec.whatwg.org/#environment-settings-object

    As far as Fetch reads it.
    """

    @property
    def client_id(self) -> str:
        """https://html.spec.whatwg.org/#concept-environment-id"""

    @property
    def origin(self) -> Origin: ...

    @property
    def policy_container(self) -> PolicyContainer: ...

    @property
    def creation_url(self) -> URL: ...

    @property
    def api_base_url(self) -> URL: ...

    @property
    def top_level_origin(self) -> Origin | None: ...

    @property
    def is_secure_context(self) -> bool: ...

    @property
    def cross_origin_isolated(self) -> bool: ...

    @property
    def global_kind(self) -> GlobalKind: ...

    @property
    def active_service_worker(self) -> object | None:
        """https://html.spec.whatwg.org/#active-service-worker

        Fetch only looks whether there is one.
        """

    @property
    def fetch_group(self) -> list[FetchRecord]:
        """https://fetch.spec.whatwg.org/#environment-settings-object-fetch-group

        A list that starts empty.
        """

    @property
    def report_csp_violation(self) -> Callable[[Violation], object] | None:
        """Told of each violation of a Content Security Policy; None: nobody wants to know."""

    @property
    def byte_budget(self) -> ByteBudget | None:
        """What pays for what is kept of its requests and responses (ours)."""

    @property
    def has_cross_site_ancestor(self) -> bool:
        """https://html.spec.whatwg.org/#concept-environment-has-cross-site-ancestor"""
