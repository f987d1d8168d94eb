"""https://html.spec.whatwg.org/multipage/workers.html: what a worker does to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.ops.registry import sync_op

if TYPE_CHECKING:
    from engine.realms import Environment


@sync_op
def op_workers_close(environment: Environment) -> None:
    """https://html.spec.whatwg.org/#close-a-worker: the present task is the last."""
    environment.agent.event_loop.stop()
