"""https://html.spec.whatwg.org/multipage/system-state.html#browser-state: telling scripts that the network has gone or is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.realms import Environment, UserAgent


def fire_online_events(user_agent: UserAgent, is_online: bool) -> None:
    """https://html.spec.whatwg.org/multipage/system-state.html#event-online

    In every window and worker that there is; `navigator.onLine` says so already. NB: no service worker is started for it.
    """
    for environment in list(user_agent.environments.values()):
        environment.queue_a_global_task("networking task source", _steps(environment, is_online))


def _steps(environment: Environment, is_online: bool) -> Callable[[], object]:
    def steps() -> None:
        # Whose script has not begun yet sees how it is when it does.
        if hasattr(environment, "bindings"):
            environment.bindings.upcall("up_online_state_changed", is_online)

    return steps
