"""The loop each agent runs on its thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest

from engine.event_loop import EventLoop, FakeClock, SystemClock
from engine.event_loop import event_loop as event_loop_module


class Looping:
    """A loop on a thread of its own. `done()` waits until everything queued before has run."""

    def __init__(self, clock: FakeClock | SystemClock) -> None:
        self.ran: list[object] = []
        self.loop = EventLoop(clock, lambda steps: steps())
        self.thread = threading.Thread(target=self.loop.run)

    def add(self, name: object) -> Callable[[], None]:
        return lambda: self.ran.append(name)

    def done(self) -> list[object]:
        here = threading.Event()
        self.loop.queue_a_task("engine", here.set)
        assert here.wait(10)
        ran, self.ran = self.ran, []
        return ran


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def looping(clock: FakeClock) -> Iterator[Looping]:
    looping = Looping(clock)
    looping.thread.start()
    yield looping
    looping.loop.stop()
    looping.thread.join(10)
    assert not looping.thread.is_alive()


def test_tasks_run_in_the_order_they_were_queued_whatever_their_source(looping: Looping) -> None:
    for number in range(5):
        looping.loop.queue_a_task("networking task source" if number % 2 else "timer task source", looping.add(number))
    assert looping.done() == [0, 1, 2, 3, 4]


def test_tasks_come_from_any_thread(looping: Looping) -> None:
    threads = [
        threading.Thread(
            target=lambda n=n: [looping.loop.queue_a_task("engine", looping.add((n, i))) for i in range(50)]
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ran = looping.done()
    assert len(ran) == 200
    for n in range(4):
        assert [item for item in ran if item[0] == n] == [(n, i) for i in range(50)]  # type: ignore[index]


def test_timers_run_when_their_time_has_come_earliest_first(looping: Looping, clock: FakeClock) -> None:
    def set_all() -> None:
        for delay in (3, 1, 2, 0, -5):
            looping.loop.set_timer(delay, looping.add(delay))

    looping.loop.queue_a_task("engine", set_all)
    seen = looping.done() + looping.done()
    for _ in range(3):
        clock.advance(1)
        seen += looping.done() + looping.done()
    assert seen == [0, -5, 1, 2, 3]
    assert looping.loop.pending_timers == 0


def test_timers_of_one_moment_run_in_the_order_they_were_set(clock: FakeClock) -> None:
    looping = Looping(clock)
    for name in "abc":
        looping.loop.set_timer(1, looping.add(name))
    looping.loop.set_timer(0.5, looping.add("first"))
    looping.loop.set_timer(9, looping.loop.stop)
    clock.advance(10)
    looping.loop.run()
    assert looping.ran == ["first", "a", "b", "c"]


def test_a_task_that_was_queued_before_a_timer_was_due_goes_first(clock: FakeClock) -> None:
    looping = Looping(clock)
    looping.loop.set_timer(1, looping.add("timer"))
    looping.loop.queue_a_task("engine", looping.add("task"))
    clock.advance(1)
    looping.loop.set_timer(0, looping.loop.stop)
    looping.loop.run()
    assert looping.ran == ["task", "timer"]


def test_a_cleared_timer_does_not_run_and_clearing_twice_is_nothing(looping: Looping, clock: FakeClock) -> None:
    timers: list[int] = []
    looping.loop.queue_a_task("engine", lambda: timers.append(looping.loop.set_timer(1, looping.add("cleared"))))
    looping.done()
    assert looping.loop.pending_timers == 1
    looping.loop.queue_a_task(
        "engine", lambda: (looping.loop.clear_timer(timers[0]), looping.loop.clear_timer(timers[0]))
    )
    looping.loop.clear_timer(12345)
    looping.done()
    clock.advance(2)
    looping.done()
    assert looping.done() == [] and looping.loop.pending_timers == 0


def test_a_timer_can_be_cleared_by_one_that_runs_before_it(looping: Looping, clock: FakeClock) -> None:
    def set_both() -> None:
        second: list[int] = []
        looping.loop.set_timer(1, lambda: looping.loop.clear_timer(second[0]))
        second.append(looping.loop.set_timer(1, looping.add("second")))

    looping.loop.queue_a_task("engine", set_both)
    looping.done()
    clock.advance(1)
    looping.done()
    assert looping.done() == []


def test_timers_that_are_set_and_cleared_all_the_time_take_no_memory(clock: FakeClock) -> None:
    loop = EventLoop(clock, lambda steps: steps())
    for _ in range(10_000):
        loop.clear_timer(loop.set_timer(1000, lambda: None))
    assert len(loop._timers) <= 2 * event_loop_module._STALE_TIMERS_KEPT


def test_a_timer_far_away_does_not_end_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop_module, "_LONGEST_WAIT", 0.001)
    looping = Looping(SystemClock())
    looping.loop.set_timer(1e15, looping.add("never"))
    looping.thread.start()
    assert looping.done() == []
    looping.loop.stop()
    looping.thread.join(10)
    assert not looping.thread.is_alive()


def test_real_time_passes_too() -> None:
    looping = Looping(SystemClock())
    looping.loop.set_timer(0.01, looping.add("timer"))
    looping.loop.set_timer(0.02, looping.loop.stop)
    looping.loop.run()
    assert looping.ran == ["timer"]


def test_stopping_drops_what_is_queued_and_lets_go_of_it(clock: FakeClock) -> None:
    class Kept:
        pass

    looping = Looping(clock)
    kept = Kept()
    gone = weakref.ref(kept)
    looping.loop.queue_a_task("engine", looping.loop.stop)
    looping.loop.queue_a_task("engine", lambda kept=kept: looping.ran.append(kept))
    looping.loop.set_timer(1, lambda kept=kept: looping.ran.append(kept))
    looping.loop.run()
    del kept
    gc.collect()
    assert looping.loop.stopping and looping.ran == [] and gone() is None


def test_a_loop_whose_task_fails_stops_listening_to_the_clock(clock: FakeClock) -> None:
    looping = Looping(clock)

    def fail() -> None:
        raise KeyError

    looping.loop.queue_a_task("engine", fail)
    with pytest.raises(KeyError):
        looping.loop.run()
    assert clock._wakers == {}
