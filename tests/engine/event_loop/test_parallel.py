"""Steps in parallel, and the browser's thread as others see it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading

import pytest

from engine.event_loop import (
    BrowserThread,
    Cancelled,
    FakeClock,
    TimedOut,
    errors_reported_to,
    first_completed,
    in_parallel,
    run_on_thread,
    timeout_after,
    yield_to_others,
)


async def test_steps_in_parallel_can_be_awaited_cancelled_and_watched() -> None:
    async def steps() -> int:
        await yield_to_others()
        return 5

    ended: list[bool] = []
    running = in_parallel(steps())
    running.when_done(lambda: ended.append(running.done))
    assert not running.done and await running == 5
    await yield_to_others()
    assert ended == [True]

    async def forever() -> None:
        await asyncio.Event().wait()

    waiting = in_parallel(forever(), "waiting")
    await yield_to_others()
    waiting.cancel()
    with pytest.raises(Cancelled):
        await waiting
    waiting.cancel()


async def test_an_error_that_nobody_awaits_is_reported_and_one_that_is_awaited_is_not() -> None:
    lost: list[BaseException] = []

    async def fail(text: str) -> None:
        raise KeyError(text)

    with errors_reported_to(lost.append):
        with pytest.raises(KeyError):
            await in_parallel(fail("awaited"))
        in_parallel(fail("lost"))
    for _ in range(3):
        await yield_to_others()
    assert [str(error) for error in lost] == ["'lost'"]


async def test_the_first_that_ends_ends_the_others() -> None:
    cancelled: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        except Cancelled:
            cancelled.append("forever")
            raise

    async def soon() -> str:
        await yield_to_others()
        return "soon"

    done = await first_completed([forever(), soon()])
    await yield_to_others()
    assert [future.result() for future in done] == ["soon"] and cancelled == ["forever"]


class TestTimeoutAfter:
    async def test_a_body_in_time_is_left_alone(self) -> None:
        clock = FakeClock()
        async with timeout_after(clock, 5):
            await yield_to_others()
        await yield_to_others()
        assert clock.sleepers == 0
        async with timeout_after(clock, None):
            pass

    async def test_a_body_that_takes_longer_is_cancelled(self) -> None:
        clock = FakeClock()
        task = asyncio.ensure_future(self.late(clock))
        while not clock.sleepers:
            await yield_to_others()
        clock.advance(5)
        with pytest.raises(TimedOut, match="no answer within 5 s"):
            await task

    @staticmethod
    async def late(clock: FakeClock) -> None:
        async with timeout_after(clock, 5):
            await asyncio.Event().wait()

    async def test_a_cancellation_from_outside_is_none(self) -> None:
        clock = FakeClock()
        task = asyncio.ensure_future(self.late(clock))
        while not clock.sleepers:
            await yield_to_others()
        task.cancel()
        with pytest.raises(Cancelled):
            await task

    async def test_it_works_in_steps_that_are_being_cancelled(self) -> None:
        clock = FakeClock()
        result: list[str] = []

        async def cleaning() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                try:
                    await self.late(clock)
                except TimedOut:
                    result.append("timed out")

        task = asyncio.ensure_future(cleaning())
        await yield_to_others()
        task.cancel()
        while not clock.sleepers:
            await yield_to_others()
        clock.advance(5)
        with pytest.raises(Cancelled):
            await task
        assert result == ["timed out"]

    async def test_a_body_that_goes_on_all_the_same_is_not_cancelled_later(self) -> None:
        clock = FakeClock()

        async def stubborn() -> str:
            async with timeout_after(clock, 5):
                try:
                    await asyncio.Event().wait()
                except Cancelled:
                    pass
            task = asyncio.current_task()
            assert task is not None and task.cancelling() == 0
            return "went on"

        task = asyncio.ensure_future(stubborn())
        while not clock.sleepers:
            await yield_to_others()
        clock.advance(5)
        assert await task == "went on"


class TestBrowserThread:
    async def test_other_threads_can_post_to_it_and_wait_for_it(self) -> None:
        browser = BrowserThread()
        seen: list[object] = []

        async def steps(value: int) -> int:
            seen.append(threading.get_ident())
            await yield_to_others()
            return value * 2

        def other() -> None:
            seen.append(browser.is_current)
            browser.post(seen.append, "posted")
            seen.append(browser.wait_for(steps(21)))

        await run_on_thread(None, other)
        assert browser.is_current
        assert seen == [False, "posted", threading.get_ident(), 42]

    async def test_it_never_blocks_on_itself(self) -> None:
        async def steps() -> None: ...

        waiting = steps()
        with pytest.raises(AssertionError):
            BrowserThread().wait_for(waiting)
        waiting.close()

    async def test_who_waits_can_be_stopped(self) -> None:
        browser = BrowserThread()
        started: asyncio.Queue[concurrent.futures.Future[None]] = asyncio.Queue()

        async def forever() -> None:
            await asyncio.Event().wait()

        def other() -> str:
            try:
                browser.wait_for(forever(), lambda future: browser.post(started.put_nowait, future))
            except concurrent.futures.CancelledError:
                return "stopped"
            return "went on"

        waiting = asyncio.ensure_future(run_on_thread(None, other))
        (await started.get()).cancel()
        assert await waiting == "stopped"

    async def test_futures_are_settled_once_from_any_thread(self) -> None:
        browser = BrowserThread()
        first, second = browser.new_future(), browser.new_future()

        def settle() -> None:
            browser.resolve(first, 1)
            browser.resolve(first, 2)
            browser.reject(second, KeyError("k"))
            browser.reject(second, KeyError("l"))

        await run_on_thread(None, settle)
        assert await first == 1
        with pytest.raises(KeyError, match="k"):
            await second

    def test_after_the_browsers_end_nothing_happens(self) -> None:
        async def make() -> BrowserThread:
            return BrowserThread()

        browser = asyncio.run(make())
        browser.post(pytest.fail, "the loop has been closed")

        async def steps() -> None: ...

        with concurrent.futures.ThreadPoolExecutor(1) as other, pytest.raises(concurrent.futures.CancelledError):
            other.submit(browser.wait_for, steps()).result()
