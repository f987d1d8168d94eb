"""What a cancellation does not tear apart."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.event_loop import (
    Cancelled,
    FakeClock,
    Interrupted,
    Interruption,
    Lock,
    TimedOut,
    acquire_whatever_comes,
    errors_reported_to,
    in_parallel,
    run_to_its_end,
    run_to_its_end_on_thread,
    timeout_after,
    together,
    yield_to_others,
)


class Step:
    """Something that takes until it is let go; and what became of it."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.has_begun = threading.Event()
        self.ended: list[str] = []

    def on_thread(self) -> str:
        self.has_begun.set()
        self.may_end.wait(10)
        self.ended.append("step")
        return "value"

    async def steps(self) -> str:
        while not self.may_end.is_set():
            await yield_to_others()
        self.ended.append("step")
        return "value"


async def _on_thread(step: Step) -> str:
    with ThreadPoolExecutor(1) as threads:
        return await run_to_its_end_on_thread(threads, step.on_thread)


async def _in_steps(step: Step) -> str:
    return await run_to_its_end(step.steps())


@pytest.mark.parametrize("run", [_on_thread, _in_steps])
@pytest.mark.parametrize("times", [1, 2, 3])
async def test_who_is_cancelled_has_the_result_and_learns_of_it_at_the_next_await(
    run: Callable[[Step], Coroutine[Any, Any, str]], times: int
) -> None:
    step = Step()

    async def wait() -> None:
        step.ended.append(await run(step))
        step.ended.append("noted")
        await yield_to_others()
        step.ended.append("never")

    waiting = asyncio.ensure_future(wait())
    await yield_to_others()
    for _ in range(times):
        waiting.cancel()
        await yield_to_others()
    assert not waiting.done()
    step.may_end.set()
    with pytest.raises(Cancelled):
        await waiting
    assert step.ended == ["step", "value", "noted"] and waiting.cancelling() == times


async def test_who_is_cancelled_before_it_begins_to_wait_runs_it_all_the_same() -> None:
    step = Step()
    step.may_end.set()

    async def wait() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await run_to_its_end(step.steps())
        step.ended.append("noted")
        await run_to_its_end(step.steps())
        await yield_to_others()

    with pytest.raises(Cancelled):
        await asyncio.ensure_future(wait())
    assert step.ended == ["step", "noted", "step"]


async def test_what_it_raises_is_raised_also_to_who_is_cancelled() -> None:
    async def steps() -> None:
        await yield_to_others()
        raise KeyError("k")

    with pytest.raises(KeyError):
        await run_to_its_end(steps())
    seen: list[str] = []

    async def wait() -> None:
        try:
            await run_to_its_end(steps())
        except KeyError:
            seen.append("raised")
        await yield_to_others()

    waiting = asyncio.ensure_future(wait())
    await yield_to_others()
    waiting.cancel()
    with pytest.raises(Cancelled):
        await waiting
    assert seen == ["raised"]


async def test_an_interruption_and_a_timeout_over_it_end_with_its_end() -> None:
    """And leave no cancellation behind for whoever waits next."""
    step, clock = Step(), FakeClock()
    interruption: list[Interruption] = []

    async def interrupted() -> str:
        interruption.append(Interruption())
        try:
            value = await interruption[0].over(run_to_its_end(step.steps()))
        except Interrupted:
            value = "interrupted"
        await yield_to_others()
        return value

    async def late() -> str:
        value = "late"
        try:
            async with timeout_after(clock, 5):
                value = await run_to_its_end(step.steps())
        except TimedOut:
            value = "timed out"
        await yield_to_others()
        return value

    waiting = [asyncio.ensure_future(interrupted()), asyncio.ensure_future(late())]
    while not clock.sleepers:
        await yield_to_others()
    interruption[0]()
    clock.advance(5)
    for _ in range(5):
        await yield_to_others()
    assert not any(task.done() for task in waiting)
    step.may_end.set()
    assert await asyncio.gather(*waiting) == ["value", "value"]
    assert [task.cancelling() for task in waiting] == [0, 0]


async def test_a_lock_that_is_taken_whatever_comes_is_taken() -> None:
    lock, taken = Lock(), list[str]()
    await lock.acquire()

    async def take(name: str) -> None:
        await acquire_whatever_comes(lock)
        taken.append(name)
        lock.release()
        await yield_to_others()

    takers = [asyncio.ensure_future(take(name)) for name in "ab"]
    await yield_to_others()
    takers[0].cancel()
    await yield_to_others()
    takers[0].cancel()
    lock.release()
    # In the moment in which it is given the lock, too.
    takers[1].cancel()
    assert await asyncio.gather(*takers, return_exceptions=True) and sorted(taken) == ["a", "b"]
    assert all(task.cancelled() for task in takers) and not lock.locked()


class TestStepsThatSeveralWaitFor:
    async def test_one_who_is_cancelled_does_not_end_them(self) -> None:
        step = Step()
        shared = in_parallel(step.steps())

        async def wait() -> str:
            return await shared

        waiting = [asyncio.ensure_future(wait()) for _ in range(3)]
        await yield_to_others()
        waiting[0].cancel()
        await asyncio.wait([waiting[0]])
        assert waiting[0].cancelled() and not shared.done
        step.may_end.set()
        assert await waiting[1] == await waiting[2] == await shared == "value"

    async def test_what_they_raise_is_reported_if_all_who_waited_have_gone(self) -> None:
        lost: list[BaseException] = []
        may_end = asyncio.Event()

        async def fail() -> None:
            await may_end.wait()
            raise KeyError("k")

        async def wait() -> None:
            await shared

        with errors_reported_to(lost.append):
            shared = in_parallel(fail())
        for cancel_first in (True, False):
            waiting = asyncio.ensure_future(wait())
            await yield_to_others()
            if cancel_first:
                waiting.cancel()
                await asyncio.wait([waiting])
            else:
                # In the moment in which they have failed.
                may_end.set()
                while not shared.done:
                    await yield_to_others()
                waiting.cancel()
                await asyncio.wait([waiting])
                assert waiting.cancelled()
        assert [str(error) for error in lost] == ["'k'"]
        with pytest.raises(KeyError):
            await shared
        assert len(lost) == 1

    async def test_those_that_have_not_begun_come_to_their_first_await(self) -> None:
        seen: list[str] = []

        async def steps() -> None:
            try:
                seen.append("begun")
                await asyncio.Event().wait()
            finally:
                seen.append("ended")

        async def at_once() -> str:
            return "done"

        shared, other = in_parallel(steps()), in_parallel(at_once())
        for each in (shared, other):
            each.cancel()
            each.cancel()
        with pytest.raises(Cancelled):
            await shared
        assert seen == ["begun", "ended"] and await other == "done"

    async def test_their_own_end_is_told_to_all(self) -> None:
        shared = in_parallel(Step().steps())

        async def wait() -> str:
            return await shared

        waiting = [asyncio.ensure_future(wait()) for _ in range(2)]
        await yield_to_others()
        shared.cancel()
        assert [type(end) for end in await asyncio.gather(*waiting, return_exceptions=True)] == [Cancelled, Cancelled]


class TestTogether:
    async def test_the_results_come_in_order(self) -> None:
        async def after(turns: int) -> int:
            for _ in range(turns):
                await yield_to_others()
            return turns

        assert await together([after(3), after(1), after(2)]) == [3, 1, 2]
        assert await together([]) == []

    @pytest.mark.parametrize("why", ["failed", "cancelled", "cancelled twice"])
    async def test_none_of_them_runs_on(self, why: str) -> None:
        ended: list[str] = []
        slow = Step()

        async def forever() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await run_to_its_end(slow.steps())
                ended.append("forever")

        async def fail() -> None:
            if why == "failed":
                raise KeyError("k")
            await asyncio.Event().wait()

        async def run() -> None:
            try:
                await together([forever(), fail(), forever()])
            finally:
                ended.append("together")

        running = asyncio.ensure_future(run())
        for _ in range(3):
            await yield_to_others()
        if why != "failed":
            running.cancel()
            await yield_to_others()
        if why == "cancelled twice":
            running.cancel()
        for _ in range(3):
            await yield_to_others()
        assert not ended and not running.done()
        slow.may_end.set()
        with pytest.raises(KeyError if why == "failed" else Cancelled):
            await running
        assert ended == ["forever", "forever", "together"]
