"""Whether anything goes on in a browser that may still say something. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.event_loop import wait_while

if TYPE_CHECKING:
    from engine.realms import UserAgent

_PATIENCE: Final = 0.3  # seconds


def scripts_are_busy(user_agent: UserAgent) -> bool:
    """Whether a script runs, has a task to run now, or is about to begin."""
    if any(environment.agent.event_loop.is_busy for environment in list(user_agent.environments.values())):
        return True
    return any(not worker.script_has_run for worker in user_agent.workers.all())


def is_fetching(user_agent: UserAgent) -> bool:
    """Whether a page or worker waits for an answer."""
    return any(
        not record.request.done
        for environment in list(user_agent.environments.values())
        for record in list(environment.fetch_group)
    )


async def let_scripts_finish(user_agent: UserAgent) -> None:
    """Let scripts do what they are at before the browser ends, so that what they say of it is heard; not for long."""
    await wait_while(lambda: scripts_are_busy(user_agent), _PATIENCE)
