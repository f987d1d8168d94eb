"""How many frames, agents and pages scripts may have, so that none of them takes the machine. Each agent is a thread with a heap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.realms import ConsoleMessage

if TYPE_CHECKING:
    from engine.realms import Environment
    from engine.url import Origin
    from engine.window.documents import Document
    from engine.window.windows import Windows

MOST_FRAMES_OF_A_PAGE: Final = 1000
MOST_WINDOW_AGENTS: Final = 256
MOST_WINDOW_AGENTS_OF_A_GROUP: Final = 128
MOST_PAGES_OPENED_BY_SCRIPTS: Final = 64


@dataclass(slots=True)
class RoomForWindows:
    """Says no when there is no room, and why, once until there is room again. From any thread."""

    windows: Windows
    _told: set[str] = field(default_factory=set)

    def for_a_frame(self, parent: Document) -> bool:
        """Whether the document's page may have one more frame."""
        count = sum(1 for _ in parent.page.inclusive_descendants()) - 1
        return self._is_below(
            count, MOST_FRAMES_OF_A_PAGE, parent.environment, "A frame was left without a document: its page has {} of them already."
        )

    def for_an_agent(self, parent: Document, origin: Origin) -> bool:
        """Whether a frame in the document may show one of this origin."""
        group = parent.window_agent.group
        if origin in group.agents:
            return True
        groups = {id(page.group): page.group for page in self.windows.pages}
        in_all = sum(len(each.agents) for each in groups.values())
        text = "A frame stays empty: there are documents of {} origins %s already, each with a thread and a heap of its own."
        environment = parent.environment
        return self._is_below(
            len(group.agents), MOST_WINDOW_AGENTS_OF_A_GROUP, environment, text % "in its page"
        ) and self._is_below(in_all, MOST_WINDOW_AGENTS, environment, text % "in all pages")

    def for_a_page(self, opener: Environment) -> bool:
        """Whether a script, of a document or a service worker, may open one more page."""
        text = "A window was not opened: scripts have opened {} that are still there."
        return self._is_below(len(self.windows.opened_by_scripts), MOST_PAGES_OPENED_BY_SCRIPTS, opener, text)

    def _is_below(self, count: int, most: int, environment: Environment, text: str) -> bool:
        if count < most:
            self._told.discard(text)
            return True
        if text not in self._told:
            self._told.add(text)
            message = ConsoleMessage("error", text.format(most), "page" if environment.global_kind == "Window" else "service worker")
            environment.user_agent.embedder.console(environment, message)
        return False
