"""A clock that is moved, and the loops that follow it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from engine.event_loop import BrowserThread, EventLoop, FakeClock, run_on_thread, under_way, yield_to_others


class Agent:
    """A loop on a thread, whose timers write down when they ran."""

    def __init__(self, clock: FakeClock) -> None:
        self.seen: list[object] = []
        self.loop = EventLoop(clock, lambda steps: steps())
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.thread.start()

    def do(self, steps: Callable[[], object]) -> None:
        """Run it there, and wait."""
        done = threading.Event()
        self.loop.queue_a_task("engine", lambda: (steps(), done.set()))
        assert done.wait(10)

    def note(self, name: str) -> None:
        self.seen.append((name, self.loop.now()))

    def every(self, seconds: float, name: str) -> None:
        """An interval, as scripts have it."""

        def again() -> None:
            self.note(name)
            self.loop.set_timer(seconds, again)

        self.loop.set_timer(seconds, again)

    def end(self) -> None:
        self.loop.stop()
        self.thread.join(10)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def agent(clock: FakeClock) -> Iterator[Agent]:
    agent = Agent(clock)
    yield agent
    agent.end()


async def test_running_for_a_time_runs_timers_at_their_moments_also_those_set_meanwhile(clock: FakeClock, agent: Agent) -> None:
    def first() -> None:
        agent.note("first")
        agent.loop.set_timer(5, lambda: agent.note("second"))

    agent.do(lambda: (agent.loop.set_timer(5, first), agent.every(3, "each")))
    await clock.run_for(10)
    assert agent.seen == [("each", 3.0), ("first", 5.0), ("each", 6.0), ("each", 9.0), ("second", 10.0)]
    assert clock.now() == 10


async def test_timers_of_several_loops_and_sleepers_run_in_the_order_of_their_moments(clock: FakeClock, agent: Agent) -> None:
    other = Agent(clock)
    order: list[object] = []

    async def sleep() -> None:
        await clock.sleep(2)
        order.append("sleeper")
        await clock.sleep(2)
        order.append("sleeper again")

    agent.do(lambda: (agent.loop.set_timer(1, lambda: order.append("one")), agent.loop.set_timer(3, lambda: order.append("three"))))
    other.do(lambda: other.loop.set_timer(2.5, lambda: order.append("between")))
    sleeper = asyncio.ensure_future(sleep())
    await clock.run_for(10)
    other.end()
    await sleeper
    assert order == ["one", "sleeper", "between", "three", "sleeper again"]


async def test_time_waits_for_what_one_agent_asks_of_another(clock: FakeClock, agent: Agent) -> None:
    other = Agent(clock)

    def ask() -> None:
        agent.note("ask")
        other.loop.queue_a_task("engine", lambda: other.loop.set_timer(1, answer))

    def answer() -> None:
        other.note("answer")
        agent.loop.queue_a_task("engine", lambda: agent.loop.set_timer(1, lambda: agent.note("heard")))

    agent.do(lambda: agent.loop.set_timer(1, ask))
    await clock.run_for(5)
    other.end()
    assert (agent.seen, other.seen) == ([("ask", 1.0), ("heard", 3.0)], [("answer", 2.0)])


async def test_time_waits_for_other_threads(clock: FakeClock) -> None:
    told: list[float] = []
    go_on = threading.Event()

    async def steps() -> None:
        await clock.sleep(1)
        asyncio.get_running_loop().call_later(0.01, go_on.set)
        await run_on_thread(None, go_on.wait)
        told.append(clock.now())

    running = asyncio.ensure_future(steps())
    await clock.run_for(5)
    await running
    assert told == [1.0]


async def test_time_does_not_wait_for_ever_for_an_answer_that_does_not_come(clock: FakeClock) -> None:
    with under_way("network"):
        await clock.run_for(5)
    assert clock.now() == 5


async def test_an_agent_that_waits_for_time_to_pass_does_not_stop_it(clock: FakeClock, agent: Agent) -> None:
    browser = BrowserThread()

    def wait() -> None:
        browser.wait_for(clock.sleep(3), lambda future: setattr(agent.loop, "blocked_on", future))
        agent.loop.blocked_on = None
        agent.note("went on")

    agent.loop.queue_a_task("engine", lambda: agent.loop.set_timer(1, lambda: agent.note("timer")))
    agent.loop.queue_a_task("engine", wait)
    while not agent.loop.is_blocked:
        await yield_to_others()
    await clock.run_for(5)
    assert [name for name, _ in agent.seen] == ["went on", "timer"]  # type: ignore[misc]


async def test_runs_come_one_after_the_other(clock: FakeClock, agent: Agent) -> None:
    agent.do(lambda: agent.every(1, "each"))
    await asyncio.gather(clock.run_for(2), clock.run_for(2))
    assert agent.seen == [("each", 1.0), ("each", 2.0), ("each", 3.0), ("each", 4.0)]


async def test_an_ended_loop_and_one_that_has_not_begun_are_not_waited_for(clock: FakeClock, agent: Agent) -> None:
    EventLoop(clock, lambda steps: steps())
    agent.end()
    await clock.run_for(1)
    assert clock.now() == 1


def test_jumping_fires_each_timer_once(clock: FakeClock, agent: Agent) -> None:
    agent.do(lambda: (agent.every(1, "each"), agent.loop.set_timer(5, lambda: agent.note("once"))))
    agent.do(lambda: agent.loop.set_timer(50, lambda: agent.note("later")))
    clock.fast_forward(10)
    agent.do(lambda: None)
    assert agent.seen == [("each", 10.0), ("once", 10.0)]
    clock.fast_forward(0.5)
    agent.do(lambda: None)
    clock.fast_forward(0.5)
    agent.do(lambda: None)
    assert agent.seen[2:] == [("each", 11.0)]


def test_advancing_runs_the_timers_of_an_agent_in_order_at_their_moments(clock: FakeClock, agent: Agent) -> None:
    agent.do(lambda: (agent.every(1, "each"), agent.loop.set_timer(2.5, lambda: agent.loop.set_timer(1, lambda: agent.note("nested")))))
    clock.advance(4)
    agent.do(lambda: agent.note("asked afterwards"))
    assert agent.seen == [("each", 1.0), ("each", 2.0), ("each", 3.0), ("nested", 3.5), ("each", 4.0), ("asked afterwards", 4.0)]


def test_what_was_asked_before_time_moved_goes_first(clock: FakeClock) -> None:
    loop = EventLoop(clock, lambda steps: steps())
    seen: list[str] = []
    loop.set_timer(1, lambda: seen.append("timer"))
    loop.queue_a_task("engine", lambda: seen.append("before"))
    clock.advance(1)
    loop.queue_a_task("engine", lambda: seen.append("after"))
    loop.queue_a_task("engine", loop.stop)
    loop.run()
    assert seen == ["before", "timer", "after"]


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("inf")])
async def test_time_only_goes_on(clock: FakeClock, seconds: float) -> None:
    for move in (clock.advance, clock.fast_forward):
        with pytest.raises(ValueError, match="it is a number of seconds, 0 or more"):
            move(seconds)
    with pytest.raises(ValueError, match="it is a number of seconds, 0 or more"):
        await clock.run_for(seconds)
    assert clock.now() == 0


def test_a_loop_of_python_that_is_gone_does_not_keep_time_from_going_on(clock: FakeClock) -> None:
    loop = asyncio.new_event_loop()
    sleeper = loop.create_task(clock.sleep(5))
    loop.run_until_complete(asyncio.sleep(0))
    assert clock.sleepers == 1
    loop.close()
    clock.advance(10)
    assert clock.sleepers == 0
    assert repr(clock) == "<FakeClock 10 s after its start, 0 waiting>"
    del sleeper
