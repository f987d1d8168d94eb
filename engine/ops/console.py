"""https://console.spec.whatwg.org/#printer and errors that nobody caught: text for whoever runs the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.js import Place
from engine.ops.registry import sync_op
from engine.realms.user_agent import ConsoleLevel, ConsoleMessage

if TYPE_CHECKING:
    from engine.realms import Environment, GlobalInterface

_WORLDS: dict[GlobalInterface, str] = {
    "Window": "page",
    "DedicatedWorkerGlobalScope": "worker",
    "SharedWorkerGlobalScope": "shared worker",
    "ServiceWorkerGlobalScope": "service worker",
}


@sync_op
def op_console_log(environment: Environment, level: ConsoleLevel, text: str, stack: str | None) -> None:
    """One formatted message."""
    _tell(environment, ConsoleMessage(level, text, _WORLDS[environment.global_interface], stack=stack))


@sync_op
def op_errors_report(
    environment: Environment, message: str, filename: str, line: int, column: int, stack: str | None
) -> None:
    """https://html.spec.whatwg.org/#report-an-exception, its last step: no script has seen to it."""
    place = Place(filename, line, column) if filename and line else None
    world = _WORLDS[environment.global_interface]
    excerpt = None if place is None else environment.realm.excerpt(place)
    text = environment.realm.in_full(message, stack)
    message_shown = ConsoleMessage("error", text, world, place=place, stack=stack, uncaught=True, excerpt=excerpt)
    _tell(environment, message_shown)
    # NB: null is what the engine throws when there is no memory even for an error.
    if message.endswith(("out of memory", "null")):
        environment.agent.runtime.may_be_full = True


def _tell(environment: Environment, message: ConsoleMessage) -> None:
    environment.user_agent.embedder.console(environment, message)
