"""The nouns: a worker that runs, and the objects of other realms that stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.fetch import terminate_a_fetch_group
from engine.messaging import messaging_of

if TYPE_CHECKING:
    from engine.fetch import FetchController
    from engine.http.request import CredentialsMode
    from engine.js import Agent
    from engine.realms import Environment
    from engine.url import URL
    from engine.workers.manager import Workers

WorkerType: TypeAlias = Literal["classic", "module"]
"""https://html.spec.whatwg.org/multipage/workers.html#workertype"""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """https://html.spec.whatwg.org/multipage/workers.html#workeroptions"""

    name: str = ""
    type: WorkerType = "classic"
    credentials: CredentialsMode = "same-origin"


@dataclass(slots=True, eq=False)
class WorkerObject:
    """A Worker or SharedWorker object of a script, as its realm and we know it. Ours."""

    number: int
    environment: Environment
    """Its relevant settings object."""
    outside_port: int
    """https://html.spec.whatwg.org/multipage/workers.html#dom-worker-outside-port, its number"""
    inside_port: int
    """The port entangled with it, which nobody owns before the worker's realm exists."""

    def tell(self, upcall: str) -> None:
        """Tell its realm something of it. From any thread."""
        environment = self.environment
        if not environment.destroyed:
            bindings, number = environment.bindings, self.number
            environment.queue_a_global_task("DOM manipulation task source", lambda: bindings.upcall(upcall, number))


@dataclass(slots=True, eq=False, weakref_slot=True)
class Worker:
    """A dedicated or shared worker: what belongs to its global object alone. It is its environment's `global_scope`."""

    workers: Workers
    url: URL
    """The URL it was constructed with."""
    options: WorkerOptions
    environment: Environment
    agent: Agent
    objects: list[WorkerObject]
    """Those that stand for it: one for a dedicated worker, one for each constructor call that met a shared one."""
    owners: list[Environment]
    """https://html.spec.whatwg.org/multipage/workers.html#concept-WorkerGlobalScope-owner-set"""
    closing: bool = False
    """https://html.spec.whatwg.org/multipage/workers.html#dom-workerglobalscope-closing"""
    script_has_run: bool = False
    ended: bool = False
    loading: FetchController | None = None
    """The fetch of its own script, under way."""

    @property
    def is_shared(self) -> bool:
        return self.environment.global_interface == "SharedWorkerGlobalScope"

    @property
    def type(self) -> WorkerType:
        return self.options.type

    def close(self) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#close-a-worker. On the worker's thread."""
        # 1–2. Discard the queued tasks and set the closing flag. NB: `end` comes when the agent has ended.
        self.closing = True
        self.agent.event_loop.stop()

    def terminate(self) -> None:
        """https://html.spec.whatwg.org/multipage/workers.html#terminate-a-worker"""
        # 1–3. Set the closing flag, discard the queued tasks and abort the running script.
        self.closing = True
        # 4. NB: whoever terminates a dedicated worker has closed its outside port, and with it what waits there.
        self.end()

    def end(self) -> None:
        """Stop the script, if it runs, and let go of everything. Once or more."""
        if self.ended:
            return
        self.ended = self.closing = True
        if self.loading is not None:
            self.loading.terminate()
        self.agent.begin_closing()
        self.workers.forget(self)
        user_agent = self.workers.user_agent
        user_agent.environments.pop(self.environment.client_id, None)
        # NB: with it end its own workers, its bodies and blob: URLs, and its ports.
        self.environment.destroy()
        terminate_a_fetch_group(self.environment.fetch_group)
        self.owners.clear()
        ports = messaging_of(user_agent).ports
        for object in self.objects:
            # NB: its realm may never have received it.
            ports.close(object.inside_port)
            object.tell("up_worker_ended")
        self.objects.clear()

    def fail(self) -> None:
        """Its script cannot be had, or is none: an event tells everybody who waits for it, and it ends."""
        for object in self.objects:
            object.tell("up_worker_failed")
        self.end()
