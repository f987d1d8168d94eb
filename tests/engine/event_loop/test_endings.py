"""Steps that must all be done."""

from __future__ import annotations

import asyncio

import pytest

from engine.event_loop import Cancelled, all_ended, raise_first, run_every_step, run_to_its_end, yield_to_others


async def test_every_step_runs_whatever_the_others_raise() -> None:
    done: list[str] = []

    def at_once() -> None:
        done.append("at once")
        raise KeyError("first")

    async def later() -> None:
        await yield_to_others()
        done.append("later")
        raise OSError("second")

    async def cancelled() -> None:
        done.append("cancelled")
        raise Cancelled

    errors = await run_every_step([at_once, later, cancelled, lambda: done.append("last")])
    assert done == ["at once", "later", "cancelled", "last"]
    assert [type(error) for error in errors] == [KeyError, OSError, Cancelled]


async def test_all_have_ended_when_one_has_failed() -> None:
    done: list[int] = []

    async def step(number: int) -> None:
        for _ in range(number):
            await yield_to_others()
        done.append(number)
        if number < 3:
            raise KeyError(number)

    with pytest.raises(KeyError, match="1") as caught:
        await all_ended([step(1), step(2), step(3)])
    assert done == [1, 2, 3] and caught.value.__notes__ == ["and also: KeyError: 2"]
    await all_ended([step(4)])
    raise_first([])


async def test_what_runs_to_its_end_cannot_be_cancelled_and_who_waited_is_afterwards() -> None:
    done: list[str] = []
    go_on = asyncio.Event()

    async def steps() -> str:
        await go_on.wait()
        done.append("steps")
        return "value"

    async def wait() -> None:
        done.append(await run_to_its_end(steps()))
        await yield_to_others()
        done.append("never")

    waiting = asyncio.ensure_future(wait())
    await yield_to_others()
    for _ in range(2):
        waiting.cancel()
        await yield_to_others()
    assert not waiting.done()
    go_on.set()
    with pytest.raises(Cancelled):
        await waiting
    assert done == ["steps", "value"]


async def test_what_it_raises_is_raised() -> None:
    async def steps() -> None:
        raise KeyError("k")

    with pytest.raises(KeyError):
        await run_to_its_end(steps())
