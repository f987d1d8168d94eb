"""A page: a top-level window, whatever document it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.js import AgentClosed, ScriptInterrupted
from engine.window.errors import EvaluationFailed, PageClosed
from engine.window.navigables import Navigable

if TYPE_CHECKING:
    from engine.window.windows import Windows


class Page(Navigable):
    """https://html.spec.whatwg.org/multipage/document-sequences.html#top-level-traversable

    Made by `Windows.open`. Its document, its environment and its agent change when it is navigated.
    """

    def __init__(self, windows: Windows) -> None:
        super().__init__()
        self.windows = windows
        self.visibility_state = "visible"
        self.last_focus: float | None = None
        self.session_storage: dict[str, dict[str, str]] = {}
        """https://html.spec.whatwg.org/multipage/webstorage.html#dom-sessionstorage: by storage key"""

    @property
    def page(self) -> Page:
        return self

    @property
    def url(self) -> str:
        """The address of its document, as scripts have left it."""
        return self.document.url.serialized

    @property
    def title(self) -> str:
        """https://html.spec.whatwg.org/multipage/dom.html#document.title"""
        return self.document.title

    @property
    def is_busy(self) -> bool:
        """Whether its document loads, or fetches something, or is being exchanged for another."""
        return self.navigating.locked() or (self._document is not None and self._document.is_busy)

    async def wait_for_load(self) -> None:
        """Wait until the document is completely loaded: its load event has been fired. Raises PageClosed."""
        while True:
            document = self.document
            await document.loaded.wait()
            # A document that sent the page elsewhere is not what was waited for.
            if self.navigating.locked():
                async with self.navigating:
                    pass
            if self.document is document:
                return

    async def evaluate(self, script: str) -> Any:
        """The completion value of a script, awaited if it is a promise, as Python has it (see docs/BINDINGS.md, "Wire values").

        `await` may be used when the script is one expression. Raises EvaluationFailed, PageClosed.
        """
        document = self.document
        number = next(document.numbers)
        future = document.environment.user_agent.browser_thread.new_future()
        document.evaluations[number] = future
        try:
            await document.environment.upcall("up_page_evaluate", number, script, source="user interaction task source")
            return await future
        except ScriptInterrupted as error:
            raise EvaluationFailed(str(error)) from error
        except AgentClosed:
            raise PageClosed("the page has been closed") from None
        finally:
            document.evaluations.pop(number, None)

    async def navigate(self, url: str) -> None:
        """Go to another address, as when it is typed. Raises NavigationFailed; the old document stays then."""
        await self.windows.navigate(self, url)

    async def reload(self) -> None:
        """Load the document anew."""
        await self.windows.navigate(self, self.url, reload=True)

    async def set_visibility(self, state: str) -> None:
        """Show or hide it ("visible", "hidden"): https://html.spec.whatwg.org/multipage/interaction.html#page-visibility"""
        self.visibility_state = state
        await self.environment.upcall("up_document_visibility", state)

    async def close(self) -> None:
        """https://html.spec.whatwg.org/multipage/document-sequences.html#definitely-close-a-top-level-traversable. Once or more."""
        await self.windows.close_page(self)
