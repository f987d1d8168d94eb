"""What becomes of errors that no script caught: the bindings tell the global, and the embedder if the global does not mind."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING

from engine.js import Agent, Handle, JSError, Rejection, ScriptInterrupted
from engine.realms.user_agent import ConsoleMessage, UserAgent

if TYPE_CHECKING:
    from engine.realms.environment import Environment

_MOST_ARGUMENTS = 3 * 10_000


class Reports:
    """One agent's host: see `engine.js.AgentHost`.

    `environment` is the agent's first, set once its realm exists: errors thrown as primitives are reported there.
    `on_interruption` is called on the agent's thread when a script was stopped for its limits; `on_lost` on the browser's
    thread when the agent has been given up, with a sentence that says why.
    """

    def __init__(
        self,
        user_agent: UserAgent,
        on_interruption: Callable[[], object] | None = None,
        on_lost: Callable[[str], object] | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._on_interruption = on_interruption
        self._on_lost = on_lost
        self.environment: Environment | None = None

    def report_exception(self, agent: Agent, error: JSError) -> None:
        """https://html.spec.whatwg.org/#report-the-exception"""
        environment = self._environment_of(error.value)
        if environment is not None and not environment.destroyed:
            environment.bindings.upcall("up_report_an_exception", error.value, False)

    def report_interruption(self, agent: Agent, interruption: ScriptInterrupted) -> None:
        if self.environment is not None:
            message = ConsoleMessage("error", str(interruption), agent.name, uncaught=True)
            self._user_agent.embedder.console(self.environment, message)
        if self._on_interruption is not None:
            self._on_interruption()

    def report_full_budget(self, agent: Agent, sentence: str) -> None:
        if self.environment is not None:
            self._user_agent.embedder.console(self.environment, ConsoleMessage("error", sentence, agent.name))

    def report_lost(self, agent: Agent, why: str) -> None:
        if self.environment is not None:
            message = ConsoleMessage("error", why, agent.name, uncaught=True)
            self._user_agent.embedder.console(self.environment, message)
        if self._on_lost is not None:
            self._on_lost(why)

    def report_bug(self, agent: Agent, error: Exception) -> None:
        self._user_agent.embedder.engine_bug(error)

    def notify_about_rejected_promises(self, agent: Agent, rejections: list[Rejection]) -> None:
        """https://html.spec.whatwg.org/#notify-about-rejected-promises, for each global concerned."""
        for realm, news in groupby(rejections, key=lambda rejection: rejection[0]):
            environment: Environment | None = realm.host_defined
            if environment is None or environment.destroyed:
                continue
            flat = [part for _, promise, reason, handled in news for part in (promise, reason, handled)]
            # NB: a call has no more than 65535 arguments.
            for start in range(0, len(flat), _MOST_ARGUMENTS):
                environment.bindings.upcall(
                    "up_notify_about_rejected_promises", *flat[start : start + _MOST_ARGUMENTS]
                )

    def _environment_of(self, value: object) -> Environment | None:
        if isinstance(value, Handle) and value.realm.host_defined is not None:
            environment: Environment = value.realm.host_defined
            return environment
        return self.environment
