"""https://html.spec.whatwg.org/#environment-settings-objects: one for each realm."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.event_loop import SystemClock, TaskSource
from engine.js import Agent, AgentClosed, Bindings, ByteBudget, Handle, Realm, exposed_interfaces, follow_a_clock
from engine.realms.blame import blamed
from engine.realms.handles import Handles
from engine.url import URL, Origin, is_origin_potentially_trustworthy, serialize_an_origin
from engine.webidl.exceptions import DOMException

if TYPE_CHECKING:
    from engine.http.environment import GlobalKind
    from engine.http.fetch_record import FetchRecord
    from engine.http.policy_container import PolicyContainer
    from engine.realms.user_agent import UserAgent
    from engine.security.csp.violations import Violation

GlobalInterface: TypeAlias = Literal[
    "Window", "DedicatedWorkerGlobalScope", "SharedWorkerGlobalScope", "ServiceWorkerGlobalScope"
]

_GLOBAL_NAMES: dict[GlobalInterface, frozenset[str]] = {
    "Window": frozenset({"Window"}),
    "DedicatedWorkerGlobalScope": frozenset({"Worker", "DedicatedWorker"}),
    "SharedWorkerGlobalScope": frozenset({"Worker", "SharedWorker"}),
    "ServiceWorkerGlobalScope": frozenset({"Worker", "ServiceWorker"}),
}
_GLOBAL_KINDS: dict[GlobalInterface, GlobalKind] = {
    "Window": "Window",
    "DedicatedWorkerGlobalScope": "DedicatedWorker",
    "SharedWorkerGlobalScope": "SharedWorker",
    "ServiceWorkerGlobalScope": "ServiceWorker",
}


_numbers = itertools.count(1)


class Environment:
    """An environment settings object with its realm.

    Made on the browser's thread; `create_realm` then runs on the agent's. Its facts do not change once scripts run, except
    the policy container (a page's meta element adds to it), the base URL (a base element) and the controller.
    """

    def __init__(
        self,
        user_agent: UserAgent,
        agent: Agent,
        global_interface: GlobalInterface,
        *,
        creation_url: URL,
        origin: Origin,
        policy_container: PolicyContainer,
        top_level_origin: Origin | None = None,
        is_secure_context: bool | None = None,
    ) -> None:
        self.user_agent = user_agent
        self.agent = agent
        self.global_interface: GlobalInterface = global_interface
        self.client_id = str(uuid.uuid4())
        self.number = next(_numbers)
        """Ours: grows with each that is made."""
        self.creation_url = creation_url
        self.api_base_url = creation_url
        self.origin = origin
        self.top_level_origin: Origin | None = top_level_origin or origin
        self.policy_container = policy_container
        self.cross_origin_isolated = False
        self.has_cross_site_ancestor = False
        """https://html.spec.whatwg.org/#concept-environment-has-cross-site-ancestor"""
        self.is_secure_context = (
            is_origin_potentially_trustworthy(origin, user_agent.trusted_origins)
            if is_secure_context is None
            else is_secure_context
        )
        self.active_service_worker: Any = None
        """https://html.spec.whatwg.org/#concept-environment-active-service-worker, the controller of a client."""
        self.global_scope: Any = None
        """What the owner of this environment keeps about its global: a service worker, a document, …"""
        self.ancestor_origins: list[str] = []
        """https://html.spec.whatwg.org/multipage/nav-history-apis.html#concept-location-ancestor-origins-list of a document, serialized"""
        self.fetch_group: list[FetchRecord] = []
        """https://fetch.spec.whatwg.org/#environment-settings-object-fetch-group"""
        self.report_csp_violation: Callable[[Violation], object] | None = None
        """Told of each violation of a Content Security Policy (engine.security.csp)."""
        self.handles = Handles()
        self.time_origin = user_agent.clock.now()
        self.time_origin_wall = user_agent.clock.wall_time()
        self.destroyed = False
        self.execution_ready = True
        """https://html.spec.whatwg.org/#concept-environment-execution-ready-flag; whoever makes an environment before its
        document or script is there unsets it first."""
        self.has_realm = False
        """Whether its realm is there, and has not been given back."""
        self.realm: Realm
        self.bindings: Bindings
        self._on_destroy: dict[int, Callable[[], object]] = {}

    @property
    def global_kind(self) -> GlobalKind:
        return _GLOBAL_KINDS[self.global_interface]

    @property
    def byte_budget(self) -> ByteBudget:
        """What may be kept for its agent outside the heap."""
        return self.agent.byte_budget

    @property
    def global_names(self) -> frozenset[str]:
        """https://webidl.spec.whatwg.org/#Global: what `Exposed` speaks of."""
        return _GLOBAL_NAMES[self.global_interface]

    @property
    def storage_key(self) -> str:
        """What this environment is known by among those of its origin. To store something: `obtain_a_storage_key`."""
        return serialize_an_origin(self.origin)

    @property
    def exposed_interfaces(self) -> list[str]:
        names = exposed_interfaces(self.global_names, self.is_secure_context)
        if self.user_agent.plain_quota_errors:
            return [name for name in names if name != "QuotaExceededError"]
        return names

    def create_realm(self, identity: Handle | None = None) -> Realm:
        """Make the global object with its interfaces; `identity`: the object that becomes it. On the agent's thread."""
        self.realm = self.agent.runtime.new_realm(identity)
        self.realm.host_defined = self
        self._follow_the_clock(self.realm)
        self._follow_the_clock(self.realm.of_bindings)
        self.bindings = Bindings(self.realm, self.user_agent.host_object(self, self.realm.of_bindings))
        self.has_realm = True
        return self.realm

    def _follow_the_clock(self, realm: Realm) -> None:
        """OPTIMIZATION: where it is the machine's the engine knows the time itself."""
        clock, event_loop = self.user_agent.clock, self.agent.event_loop
        if not isinstance(clock, SystemClock):
            follow_a_clock(realm, lambda: clock.wall_time() + (event_loop.now() - clock.now()), event_loop.now)

    def discard_realm(self) -> None:
        """Give the realm back: it goes with the last that other realms hold of it. On the agent's thread, once it is destroyed."""
        if self.has_realm:
            self.has_realm = False
            self.agent.runtime.discard_realm(self.realm)

    def queue_a_global_task(self, source: TaskSource, steps: Callable[[], object]) -> None:
        """https://html.spec.whatwg.org/#queue-a-global-task. From any thread; nothing runs once the environment is destroyed."""
        self.agent.queue_a_task(source, lambda: None if self.destroyed else steps())

    async def upcall(self, name: str, *arguments: Any, source: TaskSource = "engine") -> Any:
        """Call `up_…` in a task and wait for what it returns. On the browser's thread. Raises JSError, ScriptInterrupted, AgentClosed."""
        return await self.agent.run(self._upcall, name, *arguments, source=source)

    def _upcall(self, name: str, *arguments: Any) -> Any:
        if self.destroyed:  # since it was asked for: nothing is there to be called
            raise AgentClosed("the document has gone")
        return self.bindings.upcall(name, *arguments)

    def when_destroyed(self, steps: Callable[[], object]) -> Callable[[], object]:
        """Call `steps` on the browser's thread when the environment ends; at once if it has. Returns what ends this: whatever
        may end before its environment does has to let go of it."""
        if self.destroyed:
            steps()
            return lambda: None
        number = next(_numbers)
        self._on_destroy[number] = steps
        return partial(self._on_destroy.pop, number, None)

    def destroy(self) -> None:
        """End it: tasks queued for it no longer run, and what it held is let go. On the browser's thread, once or more."""
        if self.destroyed:
            return
        self.destroyed = True
        steps, self._on_destroy = self._on_destroy, {}
        for step in list(steps.values()):
            try:
                step()
            except Exception as error:  # those after it still have to let go of what they hold
                self.report_bug(blamed(error, "the end of an environment"))

    def report_bug(self, bug: Exception) -> None:
        self.user_agent.embedder.engine_bug(bug)


def obtain_a_storage_key(environment: Environment) -> str:
    """https://storage.spec.whatwg.org/#obtain-a-storage-key

    Serialized. Raises DOMException SecurityError: an opaque origin has none.
    """
    # 1. The storage key for non-storage purposes: the origin.
    storage_key = environment.storage_key
    # 2. An opaque origin has no storage. NB: all of them are serialized alike.
    if environment.origin.is_opaque:
        raise DOMException("an opaque origin has no storage", "SecurityError")
    # 3–4. NB: the user cannot disable storage.
    return storage_key
