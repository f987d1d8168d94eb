"""Steps that must all be done, whatever becomes of some of them. Ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable


async def run_every_step(steps: Iterable[Callable[[], Awaitable[object] | None]]) -> list[BaseException]:
    """Run steps one after the other; one that fails keeps none of the others from running. What they raised, in order."""
    errors: list[BaseException] = []
    for step in steps:
        try:
            waiting = step()
            if waiting is not None:
                await waiting
        except (Exception, asyncio.CancelledError) as error:  # handed over whole: the caller decides
            errors.append(error)
    return errors


async def all_ended(steps: Iterable[Awaitable[object]]) -> None:
    """Wait until all of these have ended, also when some fail. Raises the first error, with the others as its notes."""
    raise_first(
        [
            outcome
            for outcome in await asyncio.gather(*steps, return_exceptions=True)
            if isinstance(outcome, BaseException)
        ]
    )


def raise_first(errors: list[BaseException]) -> None:
    """Raise the first of these, with the others as its notes; does nothing when there are none."""
    if errors:
        first, *others = errors
        for other in others:
            first.add_note(f"and also: {type(other).__name__}: {other}")
        raise first
