"""Whose scripts share objects: https://html.spec.whatwg.org/multipage/webappapis.html#obtain-similar-origin-window-agent

Pages that can reach each other, with their frames, are a group; what is of one origin in a group shares an agent, and nothing else does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.event_loop import in_parallel
from engine.js import Agent, AgentClosed, Handle, Realm, use_page_modules
from engine.realms import Handles, Reports
from engine.window.page_modules import ModulesOfRealms

if TYPE_CHECKING:
    from engine.event_loop import ParallelSteps
    from engine.js.values import JSValue
    from engine.realms import Environment, UserAgent
    from engine.url import Origin
    from engine.window.documents import Document
    from engine.window.navigables import Navigable
    from engine.window.page import Page


class BrowsingContextGroup:
    """https://html.spec.whatwg.org/multipage/document-sequences.html#browsing-context-group"""

    def __init__(self, user_agent: UserAgent) -> None:
        self.user_agent = user_agent
        self.pages: list[Page] = []
        """Those that can reach each other."""
        self.agents: dict[Origin, WindowAgent] = {}
        """https://html.spec.whatwg.org/multipage/document-sequences.html#agent-cluster-map, by origin: we key agents by it always."""

    def obtain_agent(self, origin: Origin) -> WindowAgent:
        """https://html.spec.whatwg.org/multipage/webappapis.html#obtain-similar-origin-window-agent

        A document has to `enter` it before anything else happens, since it ends with its last one.
        """
        agent = self.agents.get(origin)
        if agent is None:
            agent = self.agents[origin] = WindowAgent(self, origin)
        return agent

    def forget(self, navigable: Navigable) -> None:
        """It is no more. Its WindowProxy objects are only its holders' from now on."""
        for agent in list(self.agents.values()):
            agent.agent.queue_a_task("engine", lambda agent=agent: agent.forget(navigable))  # type: ignore[misc]


class WindowAgent:
    """https://html.spec.whatwg.org/multipage/webappapis.html#similar-origin-window-agent, with the windows that its scripts know of."""

    def __init__(self, group: BrowsingContextGroup, origin: Origin) -> None:
        user_agent = group.user_agent
        self.group = group
        self.origin = origin
        self.documents: list[Document] = []
        """Those that live here; the agent ends with the last."""
        self.handles = Handles()
        """The family of its environments' tables."""
        self._reports = Reports(user_agent, self._script_was_interrupted, self._lost)
        self.agent = Agent(
            f"page {origin}",
            clock=user_agent.clock,
            browser_thread=user_agent.browser_thread,
            host=self._reports,
            limits=user_agent.limits,
        )
        self._start: ParallelSteps[None] | None = None
        # On the agent's thread: what WindowProxy objects of other agents' documents do when they are used,
        # and the WindowProxy of every navigable that its scripts have seen, by the navigable's id.
        self._traps: Handle | None = None
        self._window_proxies: dict[int, tuple[Navigable, Handle]] = {}

    def enter(self, document: Document) -> None:
        """The document lives here until it leaves."""
        self.documents.append(document)

    async def start(self) -> None:
        """Make the thread and the heap, if nobody has. Raises what kept the heap from being made."""
        if self._start is None:
            self._start = in_parallel(self.agent.start(), "start of an agent")
        await self._start

    def leave(self, document: Document) -> None:
        """A document has ended: its realm is given back, and with the last one the agent. On the browser's thread, once or more."""
        if document not in self.documents:
            return
        self.documents.remove(document)
        if not self.documents:
            if self.group.agents.get(self.origin) is self:
                del self.group.agents[self.origin]
            self.agent.begin_closing()
            return
        if self._reports.environment is document.environment:
            self._reports.environment = self.documents[0].environment
        self.agent.queue_a_task("engine", document.environment.discard_realm)

    def _script_was_interrupted(self) -> None:
        for document in list(self.documents):
            if document.environment.has_realm:
                document.script_was_interrupted()

    def _lost(self, why: str) -> None:
        """The agent is no more. Its documents are not either; their pages can go elsewhere. On the browser's thread."""
        for document in list(self.documents):
            document.lost = why
            document.end()

    # On the agent's thread -------------------------------------------------------------------------------------------

    def create_realm(self, document: Document) -> Realm:
        """The realm of a document, whose global object is from now on what scripts here have known its navigable by."""
        if self._traps is None:
            self._prepare_heap()
        environment, navigable = document.environment, document.navigable
        known = self._window_proxies.get(navigable.id) if document.is_reachable else None
        realm = environment.create_realm(None if known is None else known[1])
        if document.is_reachable:
            self._window_proxies[navigable.id] = (navigable, realm.global_this)
        if self._reports.environment is None:
            self._reports.environment = environment
        return realm

    def _prepare_heap(self) -> None:
        """What all realms here share is made in one that no document has."""
        runtime = self.agent.runtime
        runtime.page_modules = ModulesOfRealms()
        use_page_modules(runtime)
        ground = runtime.new_realm()
        self._traps = ground.new_object()
        for name in _TRAPS:
            ground.set_property(self._traps, name, ground.new_raw_function(name, partial(self._trap, name)))

    def _trap(self, name: str, arguments: list[JSValue]) -> JSValue:
        """Something is done to a window or location of another origin: the realm of whoever does it says what comes of it."""
        caller = Realm.find(self.agent.runtime.caller)
        environment: Environment | None = None if caller is None else caller.host_defined
        if environment is None or environment.destroyed:
            environment = self._environment_that_stays(None)
        if environment is None:
            raise AgentClosed("the agent is being closed")
        traps = environment.bindings.load("html/window/cross_origin_objects.js").get("traps")
        return environment.realm.forward(traps.get(name), arguments)

    def window_proxy(self, navigable: Navigable, environment: Environment) -> Handle:
        """https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-windowproxy-exotic-object, as scripts here know it

        `environment`: whose realm makes it, if it is not there and the navigable's document lives elsewhere.
        """
        known = self._window_proxies.get(navigable.id)
        if known is None:
            known = self._window_proxies[navigable.id] = (navigable, self._remote_window(navigable, environment))
        return known[1]

    def document_moves_away(self, navigable: Navigable, document: Document) -> None:
        """Another agent's document is shown from now on: its WindowProxy lets nobody in here any more."""
        known = self._window_proxies.get(navigable.id)
        if known is None:
            return
        environment = self._environment_that_stays(document)
        if environment is None:
            # Nobody has seen it whose script will run; for those who come it is made anew.
            del self._window_proxies[navigable.id]
            return
        self.agent.runtime.exchange(known[1], self._remote_window(navigable, environment))
        _remote_windows(environment).get("has_become")(known[1])

    def _environment_that_stays(self, leaving: Document | None) -> Environment | None:
        """One whose realm is there, when `leaving` goes."""
        staying = (each.environment for each in list(self.documents) if each is not leaving and not each.ended)
        return next((each for each in staying if each.has_realm), None)

    def _remote_window(self, navigable: Navigable, environment: Environment) -> Handle:
        handle: Handle = _remote_windows(environment).get("remote_window")(navigable.id, self._traps)
        return handle

    def navigable_known_as(self, number: int) -> Navigable | None:
        """What scripts here know under an id; None when it is no more, and for ids that nobody has told them."""
        known = self._window_proxies.get(number)
        return None if known is None else known[0]

    def forget(self, navigable: Navigable) -> None:
        """Let its WindowProxy go."""
        self._window_proxies.pop(navigable.id, None)


_TRAPS = (
    "getPrototypeOf", "setPrototypeOf", "isExtensible", "preventExtensions", "getOwnPropertyDescriptor", "defineProperty", "has", "get",
    "set", "deleteProperty", "ownKeys",
)  # fmt: skip


def _remote_windows(environment: Environment) -> Handle:
    return environment.bindings.load("html/window/remote_windows.js")
