"""Clocks."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from engine.event_loop import FakeClock, SystemClock, yield_to_others


async def test_a_fake_clock_stands_still_until_it_is_advanced() -> None:
    clock = FakeClock(wall_time=100.0)
    order: list[str] = []

    async def sleep(seconds: float, name: str) -> None:
        await clock.sleep(seconds)
        order.append(name)

    tasks = [asyncio.ensure_future(sleep(seconds, name)) for seconds, name in ((2, "b"), (1, "a"), (2, "c"), (9, "d"))]
    await yield_to_others()
    assert (clock.now(), clock.wall_time(), clock.sleepers) == (0.0, 100.0, 4)
    clock.advance(1.5)
    await asyncio.wait(tasks[1:2])
    assert order == ["a"]
    clock.advance(0.5)
    await asyncio.wait({tasks[0], tasks[2]})
    assert order == ["a", "b", "c"]
    assert (clock.now(), clock.wall_time(), clock.sleepers) == (2.0, 102.0, 1)
    tasks[3].cancel()
    await asyncio.wait(tasks[3:])
    assert clock.sleepers == 0
    clock.advance(100)


async def test_no_time_at_all_is_one_turn() -> None:
    clock = FakeClock()
    await asyncio.wait_for(clock.sleep(0), 5)
    await asyncio.wait_for(clock.sleep(-1), 5)


async def test_a_fake_clock_can_be_advanced_from_another_thread() -> None:
    clock = FakeClock()
    sleeper = asyncio.ensure_future(clock.sleep(5))
    await yield_to_others()
    thread = threading.Thread(target=clock.advance, args=(5,))
    thread.start()
    await asyncio.wait_for(sleeper, 5)
    thread.join()


def test_those_who_wait_otherwise_are_woken_when_time_jumps_until_they_say_no_more() -> None:
    clock = FakeClock()
    woken: list[float] = []
    end = clock.when_changed(lambda: woken.append(clock.now()))
    clock.advance(1)
    end()
    end()
    clock.advance(1)
    assert woken == [1.0]
    assert clock.timeout_until(2.0) == 0.0 and clock.timeout_until(3.0) is None


async def test_the_system_clock_is_the_machines() -> None:
    clock = SystemClock()
    assert clock.now() == pytest.approx(time.monotonic(), abs=5)
    assert clock.wall_time() == pytest.approx(time.time(), abs=5)
    await clock.sleep(0)
    assert clock.timeout_until(clock.now() - 5) == 0.0
    left = clock.timeout_until(clock.now() + 100)
    assert left is not None and 50 < left <= 100
    clock.when_changed(lambda: None)()
