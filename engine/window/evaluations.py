"""Asking a document for the value of a script. Ours: `Page.evaluate` is no part of any specification."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from engine.event_loop import Cancelled
from engine.js import AgentClosed, JSError, ScriptInterrupted
from engine.window.errors import EvaluationFailed, PageClosed, PageNavigated
from engine.window.evaluation_values import to_script

if TYPE_CHECKING:
    from engine.event_loop import Future
    from engine.window.documents import Document


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a script: its value, or why there is none."""

    value: Any = None
    failure: EvaluationFailed | None = None


@dataclass(slots=True, eq=False)
class Evaluation:
    """A question that has not been answered yet. Its future gets None when the document has gone; nobody need read it."""

    answer: Future[Answer | None]
    is_running: bool = False
    is_unwanted: bool = False

    def settle(self, answer: Answer | None) -> None:
        """On the browser's thread, once or more: the first answer counts."""
        if not self.answer.done():
            self.answer.set_result(answer)


_PATIENCE_WITH_THE_HEAP: Final = 0.5  # seconds without an answer, after which it is looked at once


async def evaluate(document: Document, script: str, arguments: tuple[Any, ...]) -> Any:
    """The value of a script in a page's document.

    Raises EvaluationFailed, PageNavigated, PageClosed; TypeError or ValueError for arguments that no script can be given.
    """
    wire = to_script(arguments)
    # NB: whoever waited for the document to begin may have waited for its end; its agent may live on with others.
    if document.ended:
        raise _gone(document)
    environment = document.environment
    number = next(document.numbers)
    evaluation = Evaluation(environment.user_agent.browser_thread.new_future())
    document.evaluations[number] = evaluation

    def steps() -> None:
        if evaluation.is_unwanted or environment.destroyed:
            return
        evaluation.is_running = True
        try:
            environment.bindings.upcall("up_page_evaluate", number, script, *wire)
        finally:
            evaluation.is_running = False

    # NB: a script may fill the heap and catch that; then there is no room for its answer.
    look = partial(document.agent.queue_a_task, "engine", document.agent.notice_memory)
    stop_looking = environment.user_agent.browser_thread.after(_PATIENCE_WITH_THE_HEAP, look)
    try:
        await document.agent.run(steps, source="user interaction task source")
        answer = await evaluation.answer
    except ScriptInterrupted as error:
        raise EvaluationFailed(str(error)) from error
    except JSError as error:
        raise EvaluationFailed(error.message, stack=error.stack) from error
    except AgentClosed:
        answer = None
    except Cancelled:
        # Nobody waits any more: a script that would run for ever must not keep the page from all others.
        evaluation.is_unwanted = True
        if evaluation.is_running:
            document.agent.interrupt()
        raise
    finally:
        stop_looking()
        document.evaluations.pop(number, None)
    if answer is None:
        raise _gone(document)
    if answer.failure is not None:
        raise answer.failure
    return answer.value


def _gone(document: Document) -> PageClosed:
    page = document.page
    if document.lost is not None:
        return PageClosed(document.lost)
    if page.closed:
        return PageClosed("the page has been closed")
    return PageNavigated(f"the page went to {page.url} before it could answer")
