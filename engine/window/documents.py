"""A document and what belongs to it on the browser's side. It is its environment's `global_scope`."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.event_loop import (
    Event,
    ParallelSteps,
    SystemClock,
    TimedOut,
    gather,
    in_parallel,
    timeout_after,
)
from engine.fetch import terminate_a_fetch_group
from engine.js import Agent, AgentClosed, JSError, ScriptInterrupted
from engine.realms import ConsoleMessage, Environment, Handles
from engine.service_worker.client_concepts import ReservedClient
from engine.url import is_url_potentially_trustworthy, same_site
from engine.window.errors import EvaluationFailed
from engine.window.evaluations import Answer, Evaluation
from engine.window.html_parser import DocumentParser
from engine.window.page_modules import DocumentModules

if TYPE_CHECKING:
    from engine.http.policy_container import PolicyContainer
    from engine.js import ByteBudget
    from engine.url import URL, Origin
    from engine.window.document_streams import DocumentStream
    from engine.window.frames import Frame
    from engine.window.navigables import Navigable
    from engine.window.page import Page
    from engine.window.sandboxing import Sandbox
    from engine.window.window_agents import WindowAgent

_UNLOAD_PATIENCE = 1.5  # seconds that the scripts of a page that goes away may take
_LEAST_PATIENCE = 0.1  # seconds that those of a frame in it have, whatever the others took
_INTERRUPTION_PATIENCE = 0.2  # seconds in which a script that is interrupted must have stopped
_CLOCK = SystemClock()  # NB: the machine's seconds, as closing must come to its end while another clock stands still
_LOAD_PATIENCE = 1.0  # seconds that whoever opens a document waits for what has not come of it


@dataclass(slots=True)
class DocumentSource:
    """What a document is made of. Ours."""

    url: URL
    origin: Origin
    policy_container: PolicyContainer
    markup: str = ""
    stream: DocumentStream | None = None
    """Where the markup comes from after this, if it comes from somewhere."""
    content_type: str = "text/html"
    referrer: str = ""
    last_modified: float | None = None
    """Milliseconds since 1970."""
    refresh: str | None = None
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-refresh-header"""
    fallback_base_url: URL | None = None
    reserved_client: ReservedClient | None = None
    sandbox: Sandbox = None
    """https://html.spec.whatwg.org/multipage/browsers.html#active-sandboxing-flag-set, as engine.window.sandboxing has it"""
    scripting: bool = True
    """https://html.spec.whatwg.org/multipage/webappapis.html#concept-environment-script: false in a sandbox without scripts"""

    def new_parser(self, budget: ByteBudget) -> DocumentParser:
        """`budget`: what pays for what it has to keep."""
        return DocumentParser(self.markup, ended=self.stream is None, budget=budget)

    @property
    def is_nobodys(self) -> bool:
        """Whether there is nothing in it and no script will run."""
        return not self.scripting and not self.markup and self.stream is None

    def discard(self) -> None:
        """No document is made of it after all."""
        if self.stream is not None:
            self.stream.cancel()


@dataclass(slots=True, eq=False, weakref_slot=True)
class Document:
    """https://html.spec.whatwg.org/multipage/dom.html#document, the part of it that scripts do not reach."""

    navigable: Navigable
    source: DocumentSource
    environment: Environment
    window_agent: WindowAgent
    parser: DocumentParser
    modules: DocumentModules
    url: URL
    title: str = ""
    is_initial_about_blank: bool = False
    """https://html.spec.whatwg.org/multipage/dom.html#is-initial-about:blank"""
    is_reachable: bool = True
    """Whether scripts of its agent may have its window: not if it is of another origin than the agent, since it runs no scripts."""
    frames: dict[int, Frame] = field(default_factory=dict)
    """https://html.spec.whatwg.org/multipage/document-sequences.html#child-navigable, by what its realm calls them"""
    order_of_frames: list[int] = field(default_factory=list)
    """The same in tree order, as its realm told last."""
    focused_frame: int | None = None
    """The frame whose element is https://html.spec.whatwg.org/multipage/interaction.html#focused-area-of-the-document, if one's is"""
    is_unloading: bool = False
    """https://html.spec.whatwg.org/multipage/document-lifecycle.html#unload-counter, whether it is above 0: then it goes nowhere else."""
    ended: bool = False
    lost: str | None = None
    """Why it is no more, in a sentence, if its agent was given up."""
    loaded: Event = field(default_factory=Event)
    """Set when it is completely loaded, or never will be."""
    begun: Event = field(default_factory=Event)
    """Set when `load` has gone as far as it does."""
    parser_ran_dry: Event = field(default_factory=Event)
    """Set when the parser waits for more of the document."""
    reading: ParallelSteps[None] | None = None
    """What gives the parser the rest of the document."""
    scripts_under_way: int = 0
    evaluations: dict[int, Evaluation] = field(default_factory=dict)
    """What `Page.evaluate` waits for, by number."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def agent(self) -> Agent:
        return self.window_agent.agent

    @property
    def page(self) -> Page:
        return self.navigable.page

    @property
    def child_navigables(self) -> list[Navigable]:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#document-tree-child-navigables. From any thread."""
        frames = self.frames.copy()
        return [frame for number in self.order_of_frames if (frame := frames.get(number)) is not None]

    def new_environment(self, source: DocumentSource, window_agent: WindowAgent) -> Environment:
        """Settings for a document in a frame of this one."""
        own = self.environment
        environment = Environment(
            own.user_agent,
            window_agent.agent,
            "Window",
            creation_url=source.url,
            origin=source.origin,
            policy_container=source.policy_container,
            top_level_origin=own.top_level_origin,
            # https://html.spec.whatwg.org/multipage/webappapis.html#secure-contexts: only inside a secure document.
            is_secure_context=own.is_secure_context and is_url_potentially_trustworthy(source.url, own.user_agent.trusted_origins),
        )
        environment.handles = Handles(window_agent.handles)
        environment.ancestor_origins = [own.origin.serialize(), *own.ancestor_origins]
        environment.has_cross_site_ancestor = own.has_cross_site_ancestor or not same_site(own.origin, source.origin)
        if source.fallback_base_url is not None:
            environment.api_base_url = source.fallback_base_url
            environment.is_secure_context = own.is_secure_context
        return environment

    async def load(self) -> None:
        """Begin: parse and run scripts until something else than the document's bytes has to be waited for, or they have not come
        for a while. The rest goes on by itself.
        """
        source, stream = self.source, self.source.stream
        encoding = "UTF-8" if stream is None else stream.begin(self.parser)
        facts = {
            "url": source.url.serialized,
            "content_type": source.content_type,
            "encoding": encoding,
            "referrer": source.referrer,
            "visibility": "visible",
            "last_modified": source.last_modified,
            "scripting": source.scripting,
            "refresh": source.refresh,
            "fallback_base_url": None if source.fallback_base_url is None else source.fallback_base_url.serialized,
        }
        self.environment.queue_a_global_task(
            "DOM manipulation task source", lambda: self._parse("up_document_load", facts)
        )
        is_whole = stream is None or stream.is_read
        if stream is not None and not is_whole and not self.ended:
            self.reading = in_parallel(stream.read(self), f"reading of {self.url.serialized_without_fragment}")
        try:
            # NB: as a task of its own, so that what happens to it is reported; then wait until it is over.
            with suppress(AgentClosed):
                await self._until_the_parser_waits()
            if stream is not None and not is_whole:
                # NB: the machine's seconds, as it is whoever runs the browser that waits, and nothing in it.
                with suppress(TimedOut):
                    async with timeout_after(SystemClock(), _LOAD_PATIENCE):
                        await stream.went_as_far_as_it_could.wait()
        finally:
            self.begun.set()

    async def parse_on(self) -> None:
        """There is more for the parser, or there will be no more: wait until it has gone on, if it was for this that it waited.

        Raises AgentClosed.
        """
        self.environment.queue_a_global_task("networking task source", lambda: self._parse("up_document_parse_on"))
        await self._until_the_parser_waits()

    def take_another_turn(self) -> None:
        """The parser gave way to other tasks, and goes on. On the agent's thread."""
        self.parser.gave_way = False
        self._parse("up_document_parse_on")

    async def _until_the_parser_waits(self) -> None:
        """Until what it has begun is over, however often it gives way. Raises AgentClosed."""
        await self.agent.run(lambda: None)
        while self.parser.gave_way and not self.ended:
            await self.agent.run(lambda: None)

    def _parse(self, upcall: str, *arguments: object) -> None:
        """On the agent's thread."""
        try:
            self.environment.bindings.upcall(upcall, *arguments)
        except JSError:
            # NB: scripts' errors do not come here: the heap is full, and nothing of what is to come has a place.
            self.environment.agent.browser_thread.post(self._stop_for_want_of_room)
            raise

    def _stop_for_want_of_room(self) -> None:
        text = f"{self.url.serialized} is too large: its heap is full, and the rest of it is not read"
        message = ConsoleMessage("error", text, "page")
        self.environment.user_agent.embedder.console(self.environment, message)
        self.stop_reading()
        self.loaded.set()

    def stop_reading(self) -> None:
        """What has not come of the document yet is not wanted any more. On the browser's thread, once or more."""
        self.source.discard()
        if self.reading is not None and not self.reading.done:
            self.reading.cancel()
            self.loaded.set()

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

    async def say_good_bye(self, *, told: bool = False) -> None:
        """https://html.spec.whatwg.org/multipage/document-lifecycle.html#unload-a-document, the part that scripts notice

        Also in frames of other agents: those of its own are told by its realm. `told`: so it has been already.
        """
        if self.ended:
            return
        self.is_unloading = True
        self.stop_reading()
        until = _CLOCK.now() + _UNLOAD_PATIENCE
        if self.is_reachable and not told:
            await self._let_scripts_say_good_bye(until)
        inside = [each.document_or_none for each in self.navigable.inclusive_descendants()]
        to_be_told = [each for each in inside if each is not None and each is not self and each._is_told_by_us]
        await gather(*(each._let_scripts_say_good_bye(until) for each in to_be_told))

    @property
    def _is_told_by_us(self) -> bool:
        """Not by the realm of the document that it is in."""
        parent = self.navigable.parent_document
        return self.is_reachable and parent is not None and parent.window_agent is not self.window_agent

    async def _let_scripts_say_good_bye(self, until: float) -> None:
        try:
            steps = in_parallel(self.environment.upcall("up_document_unload"), "unload")
            interrupt = in_parallel(self._interrupt_at(until), "patience with unload")
            try:
                await steps
            finally:
                interrupt.cancel()
        except (AgentClosed, ScriptInterrupted, JSError):
            pass  # it has gone already, or has had its say

    async def _interrupt_at(self, until: float) -> None:
        await _CLOCK.sleep(max(until - _CLOCK.now(), _LEAST_PATIENCE))
        self.agent.interrupt()
        await _CLOCK.sleep(_INTERRUPTION_PATIENCE)
        self.agent.give_up("did not stop when its document was to go")

    def end(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-lifecycle.html#destroy-a-document. Once or more."""
        if self.ended:
            return
        self.ended = True
        self.stop_reading()
        environment = self.environment
        for frame in list(self.frames.values()):
            frame.end()
        self.frames.clear()
        environment.user_agent.environments.pop(environment.client_id, None)
        # NB: its workers, ports, bodies and its place among the clients end with it.
        environment.destroy()
        terminate_a_fetch_group(environment.fetch_group)
        self.window_agent.leave(self)
        self.loaded.set()
        self.begun.set()
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


def can_have_its_url_rewritten(document: Document, target: URL) -> bool:
    """https://html.spec.whatwg.org/multipage/nav-history-apis.html#can-have-its-url-rewritten"""
    # 1. The document's URL.
    url = document.url
    # 2. Scheme, credentials, host and port must stay.
    if (url.scheme, url.username, url.password, url.host, url.port) != (
        target.scheme,
        target.username,
        target.password,
        target.host,
        target.port,
    ):
        return False
    # 3. An HTTP(S) URL may differ in all else.
    if target.is_http:
        return True
    # 4–5. A file: URL keeps its path, any other its path and its query.
    return url.path == target.path and (target.scheme == "file" or url.query == target.query)


def new_document(navigable: Navigable, source: DocumentSource, window_agent: WindowAgent) -> Document:
    """A document whose realm is still to be made, on an agent of its origin, or, if it runs no scripts, on any. Ours."""
    parent = navigable.parent_document
    environment = _top_level_environment(source, window_agent) if parent is None else parent.new_environment(source, window_agent)
    parser, modules = source.new_parser(environment.byte_budget), DocumentModules(environment)
    document = Document(navigable, source, environment, window_agent, parser, modules, source.url)
    document.is_reachable = source.origin == window_agent.origin
    environment.global_scope = document
    window_agent.enter(document)
    navigable.prepare(document)
    return document


def _top_level_environment(source: DocumentSource, window_agent: WindowAgent) -> Environment:
    environment = Environment(
        window_agent.group.user_agent,
        window_agent.agent,
        "Window",
        creation_url=source.url,
        origin=source.origin,
        policy_container=source.policy_container,
    )
    environment.handles = Handles(window_agent.handles)
    if source.fallback_base_url is not None:
        environment.api_base_url = source.fallback_base_url
    return environment
