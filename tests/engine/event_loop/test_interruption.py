"""Ending from outside what the current steps wait for."""

from __future__ import annotations

import asyncio

import pytest

from engine.event_loop import Cancelled, Event, Interrupted, Interruption, in_parallel, yield_to_others


async def test_steps_that_nobody_interrupts_have_their_result() -> None:
    interruption = Interruption()

    async def steps() -> str:
        await yield_to_others()
        return "done"

    assert await interruption.over(steps()) == "done"
    interruption()
    await yield_to_others()


async def test_they_clean_up_before_the_interruption_is_told() -> None:
    made: list[Interruption] = []
    cleaned: list[str] = []

    async def steps() -> None:
        try:
            await Event().wait()
        finally:
            await yield_to_others()
            cleaned.append("up")

    async def wait() -> None:
        made.append(Interruption())
        with pytest.raises(Interrupted):
            await made[0].over(steps())
        assert cleaned == ["up"]
        await yield_to_others()

    waiting = in_parallel(wait())
    await yield_to_others()
    made[0]()
    await waiting


async def _interrupted(interrupts: tuple[int, ...], *, from_outside: bool = False) -> str:
    """A task with two interruptions, one inside the other, and how it ended."""
    made: list[Interruption] = []

    async def inner() -> str:
        made.append(interruption := Interruption())
        try:
            await interruption.over(Event().wait())
        except Interrupted:
            return "inner"
        return "nothing"

    async def outer() -> str:
        made.append(interruption := Interruption())
        try:
            return await interruption.over(inner())
        except Interrupted:
            return "outer"

    running = in_parallel(outer())
    await yield_to_others()
    for which in interrupts:
        made[which]()
    if from_outside:
        running.cancel()
    try:
        return await running
    except Cancelled:
        return "cancelled"


@pytest.mark.parametrize(
    ("interrupts", "from_outside", "ended"),
    [
        ((0,), False, "outer"),
        ((1,), False, "inner"),
        ((0, 1), False, "outer"),
        ((1, 0), False, "outer"),
        ((), True, "cancelled"),
        ((0, 1), True, "cancelled"),
    ],
)
async def test_the_outermost_of_several_wins(interrupts: tuple[int, ...], from_outside: bool, ended: str) -> None:
    assert await _interrupted(interrupts, from_outside=from_outside) == ended


async def test_steps_that_interrupt_themselves_at_their_end_leave_nothing_behind() -> None:
    async def run() -> str:
        interruption = Interruption()

        async def steps() -> str:
            interruption()
            return "done"

        result = await interruption.over(steps())
        await yield_to_others()
        task = asyncio.current_task()
        assert task is not None and task.cancelling() == 0
        return result

    assert await in_parallel(run()) == "done"


async def test_errors_of_the_steps_come_out() -> None:
    async def run() -> None:
        interruption = Interruption()

        async def steps() -> None:
            interruption()
            raise ValueError("wrong")

        with pytest.raises(ValueError, match="wrong"):
            await interruption.over(steps())
        await yield_to_others()

    await in_parallel(run())
