"""Steps that must all be done."""

from __future__ import annotations

import pytest

from engine.event_loop import Cancelled, all_ended, raise_first, run_every_step, yield_to_others


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
