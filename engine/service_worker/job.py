"""Jobs, as what they are. https://w3c.github.io/ServiceWorker/#dfn-job"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from engine.http import PolicyContainer
    from engine.http.environment import GlobalKind
    from engine.http.fetch_record import FetchRecord
    from engine.realms import Environment
    from engine.security.csp import Violation
    from engine.service_worker.concepts import ServiceWorker, UpdateViaCache, WorkerType
    from engine.service_worker.registration_map import RegistrationMap
    from engine.url import URL, Origin

JobType: TypeAlias = Literal["register", "update", "unregister"]


@dataclass(slots=True, eq=False, weakref_slot=True)
class JobSettings:
    """Whoever asked for a job as it was then. It satisfies `engine.http.EnvironmentSettings`. Ours.

    AD-HOC: by the specification the client itself is that of the job's requests, which would end with it, though others wait for them.
    """

    client_id: str
    origin: Origin
    policy_container: PolicyContainer
    creation_url: URL
    api_base_url: URL
    top_level_origin: Origin | None
    is_secure_context: bool
    cross_origin_isolated: bool
    global_kind: GlobalKind
    has_cross_site_ancestor: bool
    report_csp_violation: Callable[[Violation], object] | None
    active_service_worker: None = None
    byte_budget: None = None
    fetch_group: list[FetchRecord] = field(default_factory=list)

    @classmethod
    def of(cls, client: Environment) -> JobSettings:
        return cls(
            client.client_id,
            client.origin,
            client.policy_container.clone(),
            client.creation_url,
            client.api_base_url,
            client.top_level_origin,
            client.is_secure_context,
            client.cross_origin_isolated,
            client.global_kind,
            client.has_cross_site_ancestor,
            client.report_csp_violation,
        )


@dataclass(slots=True, eq=False)
class Job:
    """https://w3c.github.io/ServiceWorker/#dfn-job"""

    service_workers: RegistrationMap
    type: JobType
    storage_key: str
    scope_url: URL
    script_url: URL | None
    promise: int | None
    """https://w3c.github.io/ServiceWorker/#dfn-job-promise: what the client's realm calls it."""
    client: Environment | None
    """Who is told; who has gone is not."""
    settings: JobSettings | None = None
    """Ours: in whose name it fetches; None: in the worker's."""
    referrer: URL | None = None
    worker_type: WorkerType = "classic"
    update_via_cache: UpdateViaCache = "imports"
    queue: JobQueue | None = None
    """https://w3c.github.io/ServiceWorker/#dfn-containing-job-queue"""
    equivalent_jobs: list[Job] = field(default_factory=list)
    force_bypass_cache: bool = False
    worker: ServiceWorker | None = None
    """Ours: the worker whose script it has fetched, until that is installed."""
    settled: bool = False
    """Ours: whether its promise, if there is one, has been resolved or rejected."""

    def is_equivalent_to(self, other: Job) -> bool:
        """https://w3c.github.io/ServiceWorker/#dfn-job-equivalent"""
        if self.type != other.type or not self.scope_url.equals(other.scope_url):
            return False
        if self.type == "unregister":
            return True
        assert self.script_url is not None and other.script_url is not None
        return (
            self.script_url.equals(other.script_url)
            and self.worker_type == other.worker_type
            and self.update_via_cache == other.update_via_cache
        )


JobQueue: TypeAlias = "deque[Job]"
"""https://w3c.github.io/ServiceWorker/#dfn-job-queue"""
