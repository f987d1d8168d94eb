"""https://html.spec.whatwg.org/#timers and tasks that the bindings queue.

The event loop keeps a number, the bindings the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import TaskSource
from engine.ops.content_security_policy import ensure_csp_does_not_block_string_compilation
from engine.ops.registry import sync_op
from engine.webidl.exceptions import JSEvalError

if TYPE_CHECKING:
    from engine.js import Holding
    from engine.realms import Environment

_TIMER_SIZE = 1024


@sync_op
def op_timers_set(environment: Environment, handle: int, milliseconds: float) -> int:
    """Call `up_run_timer` with `handle` in a task once the time is over. Returns an id for `op_timers_clear`. Raises
    BudgetExceeded.
    """

    holding = environment.byte_budget.hold(_TIMER_SIZE, "Timers", passing=True)

    def steps(holding: Holding = holding) -> None:
        if not environment.destroyed:
            environment.bindings.upcall("up_run_timer", handle)

    return environment.agent.event_loop.set_timer(max(milliseconds, 0) / 1000, steps, environment)


@sync_op
def op_timers_clear(environment: Environment, timer: int) -> None:
    environment.agent.event_loop.clear_timer(timer, environment)


@sync_op
def op_timers_may_run_string(environment: Environment, source: str) -> bool:
    """Whether no policy forbids it; if one does, the violation is reported."""
    try:
        ensure_csp_does_not_block_string_compilation(environment, source)
    except JSEvalError:
        return False
    return True


@sync_op
def op_timers_run_string(environment: Environment, source: str) -> None:
    """Run the text that a script gave instead of a function, as a classic script."""
    environment.realm.eval_script(source, environment.api_base_url.serialize())


@sync_op
def op_tasks_queue(environment: Environment, source: TaskSource, task: int) -> None:
    """https://html.spec.whatwg.org/#queue-a-global-task: call `up_run_task` with `task` in it."""
    environment.queue_a_global_task(source, lambda: environment.bindings.upcall("up_run_task", task))
