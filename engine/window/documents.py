"""A document and what belongs to it on the browser's side. It is its environment's `global_scope`."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.event_loop import Event, in_parallel, run_on_thread
from engine.fetch import terminate_a_fetch_group
from engine.js import Agent, AgentClosed, JSError, ScriptInterrupted
from engine.realms import Environment, Handles, Reports
from engine.service_worker.clients import ReservedClient
from engine.url import is_url_potentially_trustworthy, same_site
from engine.window.errors import EvaluationFailed, PageClosed
from engine.window.evaluations import Answer, Evaluation
from engine.window.html_parser import DocumentParser
from engine.window.page_modules import DocumentModules, ModulesOfRealms

if TYPE_CHECKING:
    from engine.http.policy_container import PolicyContainer
    from engine.realms import UserAgent
    from engine.url import URL, Origin
    from engine.window.frames import Frame
    from engine.window.navigables import Navigable
    from engine.window.page import Page
    from engine.window.sandboxing import Sandbox

_UNLOAD_PATIENCE = 2.0  # seconds that the scripts of a page that goes away may take


@dataclass(slots=True)
class DocumentSource:
    """What a document is made of. Ours."""

    url: URL
    origin: Origin
    policy_container: PolicyContainer
    markup: str
    content_type: str = "text/html"
    encoding: str = "UTF-8"
    referrer: str = ""
    last_modified: float | None = None
    """Milliseconds since 1970."""
    fallback_base_url: URL | None = None
    reserved_client: ReservedClient | None = None
    sandbox: Sandbox = None
    """https://html.spec.whatwg.org/multipage/browsers.html#active-sandboxing-flag-set, as engine.window.sandboxing has it"""
    scripting: bool = True
    """https://html.spec.whatwg.org/multipage/webappapis.html#concept-environment-script: false in a sandbox without scripts"""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Document:
    """https://html.spec.whatwg.org/multipage/dom.html#document, the part of it that scripts do not reach."""

    navigable: Navigable
    source: DocumentSource
    environment: Environment
    agent: Agent
    parser: DocumentParser
    modules: DocumentModules
    url: URL
    title: str = ""
    is_initial_about_blank: bool = False
    """https://html.spec.whatwg.org/multipage/dom.html#is-initial-about:blank"""
    frames: dict[int, Frame] = field(default_factory=dict)
    """https://html.spec.whatwg.org/multipage/document-sequences.html#child-navigable, by what its realm calls them"""
    ended: bool = False
    loaded: Event = field(default_factory=Event)
    """Set when it is completely loaded, or never will be."""
    scripts_under_way: int = 0
    evaluations: dict[int, Evaluation] = field(default_factory=dict)
    """What `Page.evaluate` waits for, by number."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def page(self) -> Page:
        return self.navigable.page

    def new_environment(self, source: DocumentSource) -> Environment:
        """Settings for a document in a frame of this one."""
        own = self.environment
        environment = Environment(
            own.user_agent,
            self.agent,
            "Window",
            creation_url=source.url,
            origin=source.origin,
            policy_container=source.policy_container,
            top_level_origin=own.top_level_origin,
            # https://html.spec.whatwg.org/multipage/webappapis.html#secure-contexts: only inside a secure document.
            is_secure_context=own.is_secure_context and is_url_potentially_trustworthy(source.url, own.user_agent.trusted_origins),
        )
        environment.handles = Handles(own.handles)
        environment.has_cross_site_ancestor = own.has_cross_site_ancestor or not same_site(own.origin, source.origin)
        if source.fallback_base_url is not None:
            environment.api_base_url = source.fallback_base_url
            environment.is_secure_context = own.is_secure_context
        return environment

    async def load(self) -> None:
        """Begin: parse and run scripts until something has to be waited for. The rest goes on by itself."""
        source = self.source
        facts = {
            "url": source.url.serialized,
            "content_type": source.content_type,
            "encoding": source.encoding,
            "referrer": source.referrer,
            "visibility": "visible",
            "last_modified": source.last_modified,
            "scripting": source.scripting,
            "fallback_base_url": None if source.fallback_base_url is None else source.fallback_base_url.serialized,
        }
        self.environment.queue_a_global_task(
            "DOM manipulation task source", lambda: self.environment.bindings.upcall("up_document_load", facts)
        )
        # NB: as a task of its own, so that what happens to it is reported; then wait until it is over.
        with suppress(AgentClosed):
            await self.agent.run(lambda: None)

    def script_was_interrupted(self) -> None:
        """One of its scripts was stopped: the parser may have waited for it, or `Page.evaluate`. On the agent's thread."""
        self.agent.browser_thread.post(self._script_was_interrupted)
        self.environment.queue_a_global_task(
            "DOM manipulation task source", lambda: self.environment.bindings.upcall("up_document_continue")
        )

    def _script_was_interrupted(self) -> None:
        # NB: it may have been the one that was to answer; then no answer would ever come.
        failure = EvaluationFailed("a script of the page was stopped before the answer came: it ran longer than it may, or was interrupted")
        for evaluation in list(self.evaluations.values()):
            evaluation.settle(Answer(failure=failure))

    async def unload(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-lifecycle.html#unload-a-document, and the end of its agent"""
        if self.ended:
            return
        # 1–19. Its scripts may say good-bye,
        try:
            steps = in_parallel(self.environment.upcall("up_document_unload"), "unload")
            interrupt = in_parallel(self._interrupt_later(), "patience with unload")
            try:
                await steps
            finally:
                interrupt.cancel()
        except (AgentClosed, ScriptInterrupted, JSError):
            pass  # it has gone already, or has had its say
        # 20–21. and it is no more.
        self.end()

    async def _interrupt_later(self) -> None:
        await self.environment.user_agent.clock.sleep(_UNLOAD_PATIENCE)
        self.agent.interrupt()

    def end(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-lifecycle.html#destroy-a-document. Once or more."""
        if self.ended:
            return
        self.ended = True
        environment = self.environment
        for frame in list(self.frames.values()):
            frame.close()
        self.frames.clear()
        environment.user_agent.environments.pop(environment.client_id, None)
        # NB: its workers, ports, bodies and its place among the clients end with it.
        environment.destroy()
        terminate_a_fetch_group(environment.fetch_group)
        if self.navigable.parent_document is None:
            self.agent.begin_closing()
        self.loaded.set()
        for evaluation in list(self.evaluations.values()):
            evaluation.settle(None)

    @property
    def is_busy(self) -> bool:
        """Whether it loads, fetches something, or has somebody wait for it."""
        if self.ended:
            return False
        return (
            not self.loaded.is_set()
            or self.scripts_under_way > 0
            or bool(self.evaluations)
            or any(not record.request.done for record in self.environment.fetch_group)
            or any(frame.is_busy for frame in list(self.frames.values()))
        )


async def create_a_document(page: Page, source: DocumentSource, user_agent: UserAgent) -> Document:
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#initialise-the-document-object

    Its realm is there and it is a client; nothing of it has run.
    """
    # 1–8. An agent, a window and its environment of its own. FIXME: a window that goes on from about:blank to the same origin is kept.
    reports = Reports(user_agent, lambda: document.script_was_interrupted())
    agent = Agent(
        f"page {source.url.serialized_without_fragment}",
        clock=user_agent.clock,
        browser_thread=user_agent.browser_thread,
        host=reports,
        limits=user_agent.limits,
    )
    environment = Environment(
        user_agent,
        agent,
        "Window",
        creation_url=source.url,
        origin=source.origin,
        policy_container=source.policy_container,
    )
    reports.environment = environment
    if source.fallback_base_url is not None:
        environment.api_base_url = source.fallback_base_url
    # 9–21. The document itself.
    parser = DocumentParser(source.markup)
    document = Document(page, source, environment, agent, parser, DocumentModules(environment), source.url)
    environment.global_scope = document
    await run_on_thread(None, agent.start)
    try:
        await agent.run(_create_realm, document)
    except AgentClosed:
        raise PageClosed("the page has been closed") from None
    user_agent.environments[environment.client_id] = environment
    if user_agent.service_workers is not None:
        user_agent.service_workers.client_created(environment, source.reserved_client)
    return document


def _create_realm(document: Document) -> None:
    document.environment.create_realm()
    document.agent.runtime.page_modules = ModulesOfRealms()
    document.agent.runtime.use_page_modules()
