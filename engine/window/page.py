"""A page: a top-level window, whatever document it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.js import AgentClosed
from engine.window.errors import PageClosed
from engine.window.evaluations import evaluate
from engine.window.navigables import Navigable
from engine.window.navigation import THE_USER
from engine.window.window_agents import BrowsingContextGroup

if TYPE_CHECKING:
    from engine.event_loop import ParallelSteps
    from engine.window.documents import Document, DocumentSource
    from engine.window.window_agents import WindowAgent
    from engine.window.windows import Windows


class Page(Navigable):
    """https://html.spec.whatwg.org/multipage/document-sequences.html#top-level-traversable

    Made by `Windows.open`, and the same until it is closed: its document, its environment and its agent change when it is navigated.
    """

    def __init__(self, windows: Windows, opener: Document | None = None) -> None:
        super().__init__(windows)
        self.group = BrowsingContextGroup(windows.user_agent) if opener is None else opener.window_agent.group
        self.group.pages.append(self)
        self.is_auxiliary = opener is not None
        """https://html.spec.whatwg.org/multipage/document-sequences.html#auxiliary-browsing-context: whether a script has opened it."""
        self.is_closing = False
        """https://html.spec.whatwg.org/multipage/document-sequences.html#is-closing"""
        self.opener_navigable: Navigable | None = None if opener is None else opener.navigable
        """https://html.spec.whatwg.org/multipage/document-sequences.html#opener-browsing-context: what it was opened from"""
        self.closing: ParallelSteps[None] | None = None
        """What closes it, once that has begun."""
        self.visibility_state = "visible"
        self.session_storage: dict[str, dict[str, str]] = {}
        """https://html.spec.whatwg.org/multipage/webstorage.html#dom-sessionstorage: by storage key"""
        windows.remember(self)

    def __repr__(self) -> str:
        return f"<Page {'closed' if self._document is None else self.url}>"

    @property
    def page(self) -> Page:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#nav-top: itself."""
        return self

    def agent_for(self, source: DocumentSource) -> WindowAgent:
        """https://html.spec.whatwg.org/multipage/browsers.html#obtain-browsing-context-navigation (for this package)"""
        # NB: a page that no other can reach begins anew each time, in agents of its own.
        if self.group.pages == [self]:
            if self._document is not None and self._document.environment.origin != source.origin:
                # https://html.spec.whatwg.org/multipage/browsing-the-web.html#resetBCName: a name is no message to strangers.
                self.name = ""
            self.leave_its_group()
            self.group = BrowsingContextGroup(self.windows.user_agent)
            self.group.pages.append(self)
        return self.group.obtain_agent(source.origin)

    def end(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#destroy-a-top-level-traversable. Once or more."""
        self.windows.forget(self)
        self.group.forget(self)
        super().end()

    def leave_its_group(self) -> None:
        """Nobody there can reach it any more. Once or more."""
        if self in self.group.pages:
            self.group.pages.remove(self)

    @property
    def url(self) -> str:
        """The address of its document, as scripts have left it. Raises PageClosed."""
        return self.document.url.serialized

    @property
    def title(self) -> str:
        """https://html.spec.whatwg.org/multipage/dom.html#document.title. Raises PageClosed."""
        return self.document.title

    @property
    def is_busy(self) -> bool:
        """Whether its document loads, or fetches something, or is being exchanged for another."""
        return self.is_navigating or (self._document is not None and self._document.is_busy)

    async def wait_for_load(self) -> None:
        """Wait until the document is completely loaded: its load event has been fired. Raises PageClosed."""
        while True:
            document = self.document
            await document.loaded.wait()
            # A document that sent the page elsewhere is not what was waited for.
            await self.settled()
            if self.document is document:
                return

    async def evaluate(self, script: str, *arguments: Any) -> Any:
        """The value of a script: of an expression, of the last of several statements (`await` may stand anywhere), or what a function
        returns for the arguments, as `evaluate("(a, b) => a + b", 1, 2)`. If it is a promise, what that is fulfilled with.

        engine.window.evaluation_values says what values become; what has no like in Python (a Response, an element, a function, what
        contains itself) is refused. Raises EvaluationFailed (what the script threw; or it ran longer than `limits.task_time` seconds),
        PageNavigated (the page went elsewhere meanwhile), PageClosed; TypeError and ValueError for what cannot be an argument.
        """
        _check_text(script, "a script")
        document = self.document
        # What is on its way to it already is looked at first.
        await document.begun.wait()
        return await evaluate(document, script, arguments)

    async def goto(self, url: str) -> None:
        """Go to another address, as when it is typed, and wait until it is completely loaded.

        Raises NavigationFailed (the old document stays then), PageClosed.
        """
        await self.navigate(url)
        await self.wait_for_load()

    async def navigate(self, url: str) -> None:
        """Go to another address, as when it is typed, and wait until its scripts may run, as `Browser.open` does.

        Raises NavigationFailed (the old document stays then), PageClosed.
        """
        _check_text(url, "an address")
        await self.windows.navigate(self, url, THE_USER)

    async def reload(self) -> None:
        """Load the document anew, and wait until its scripts may run. Raises NavigationFailed (the old document stays then), PageClosed."""
        await self.windows.navigate(self, self.url, THE_USER, reload=True)

    async def set_visibility(self, state: str) -> None:
        """Show or hide it ("visible", "hidden"): https://html.spec.whatwg.org/multipage/interaction.html#page-visibility

        Raises ValueError for any other state, PageClosed.
        """
        if state not in ("visible", "hidden"):
            raise ValueError(f'{state!r} is no state a page can be in: "visible" and "hidden" are')
        environment = self.environment
        self.visibility_state = state
        try:
            await environment.upcall("up_document_visibility", state)
        except AgentClosed:
            raise PageClosed("the page has been closed, or went elsewhere, before its scripts heard of it") from None

    async def close(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#definitely-close-a-top-level-traversable. Once or more."""
        await self.windows.close_page(self)


def _check_text(value: object, what: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no str, as {what} has to be")
