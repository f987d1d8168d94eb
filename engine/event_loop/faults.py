"""Who hears of what fails in steps that nobody waits for. Ours.

Only what we made is watched: each browser has a reporter of its own, which its steps inherit from the steps that began them.
The loop's exception handler, and every other task and callback on it, belong to the program that embeds us.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeAlias

Reporter: TypeAlias = Callable[[BaseException], object]

_reporter: ContextVar[Reporter | None] = ContextVar("reporter", default=None)


def present_reporter() -> Reporter:
    """Who hears of errors in the steps that run now."""
    return _reporter.get() or _tell_the_loop


def use_reporter(reporter: Reporter | None) -> None:
    """From now on, in this context and those copied from it; None: nobody of ours."""
    _reporter.set(reporter)


@contextmanager
def errors_reported_to(reporter: Reporter | None) -> Iterator[None]:
    """Whatever the body begins to run in parallel has this reporter."""
    token = _reporter.set(reporter)
    try:
        yield
    finally:
        with suppress(ValueError):  # steps that are thrown away are closed in another context
            _reporter.reset(token)


def call_and_report(reporter: Reporter, function: Callable[..., object], *arguments: Any) -> None:
    """Call what nobody waits for."""
    try:
        function(*arguments)
    except Exception as error:  # the reporter decides
        reporter(error)


def _tell_the_loop(error: BaseException) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": "steps in parallel failed", "exception": error})
