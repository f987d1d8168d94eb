"""Agents: threads that start, run tasks, can be stopped, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.event_loop import BrowserThread, FakeClock, SystemClock, run_on_its_own_thread
from engine.infra import EngineBug
from engine.js import Agent, AgentClosed, Handle, JSError, Limits, Realm, ScriptInterrupted
from engine.js import agent as agent_module
from engine.js.agent import threads_left_behind


class Host:
    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self.interruptions: list[Exception] = []
        self.sentences: list[str] = []
        self.bugs: list[Exception] = []
        self.lost: list[str] = []
        self.rejections: list[tuple[object, bool]] = []

    def report_exception(self, agent: Agent, error: JSError) -> None:
        self.errors.append(error)

    def report_interruption(self, agent: Agent, interruption: ScriptInterrupted) -> None:
        self.interruptions.append(interruption)

    def report_full_budget(self, agent: Agent, sentence: str) -> None:
        self.sentences.append(sentence)

    def report_bug(self, agent: Agent, error: Exception) -> None:
        self.bugs.append(error)

    def report_lost(self, agent: Agent, why: str) -> None:
        self.lost.append(why)

    def notify_about_rejected_promises(self, agent: Agent, rejections: list[Any]) -> None:
        self.rejections.extend((reason, handled) for _, _, reason, handled in rejections)


NewAgent = Callable[..., Awaitable[Agent]]


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
async def new_agent(host: Host) -> AsyncIterator[NewAgent]:
    made: list[Agent] = []

    async def new_agent(**options: Any) -> Agent:
        agent = Agent("test", clock=SystemClock(), browser_thread=BrowserThread(), host=host, **options)
        made.append(agent)
        await agent.start()
        return agent

    yield new_agent
    for agent in made:
        agent.begin_closing()
        assert await run_on_its_own_thread(agent.join, 10)


async def realm_of(agent: Agent) -> Realm:
    return await agent.run(agent.runtime.new_realm)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("fault", ["in a task", "in the event loop"])
async def test_an_agent_that_ends_by_a_fault_is_waited_for_by_nobody(host: Host, fault: str) -> None:
    ended = threading.Event()
    agent = Agent("test", clock=SystemClock(), browser_thread=BrowserThread(), host=host)
    agent.on_end = ended.set
    await agent.start()

    def fail(*arguments: Any) -> None:
        raise KeyError("a fault")

    if fault == "in a task":
        # Whoever is told of it fails, too.
        host.report_bug = fail  # type: ignore[method-assign]
        agent.queue_a_task("engine", fail)
    else:
        agent.queue_a_task("engine", lambda: setattr(agent.event_loop, "_run_task", fail))
    with pytest.raises(AgentClosed):
        await agent.run(lambda: None)
    assert await run_on_its_own_thread(ended.wait, 10)


async def test_everything_runs_on_the_agents_thread_and_results_come_back(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    assert await agent.run(realm.eval_script, "6 * 7") == 42
    assert await agent.run(threading.get_ident) != threading.get_ident()
    assert await agent.run(lambda: threading.current_thread().name) == "test"


async def test_errors_of_a_script_come_to_the_caller_and_are_not_reported(new_agent: NewAgent, host: Host) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    with pytest.raises(JSError, match="mine"):
        await agent.run(realm.eval_script, "throw new Error('mine')")
    assert host.errors == []


async def test_errors_in_tasks_are_reported_and_the_next_task_runs(new_agent: NewAgent, host: Host) -> None:
    agent = await new_agent(limits=Limits(task_time=0.05))
    realm = await realm_of(agent)

    def bug() -> None:
        raise KeyError("a bug")

    agent.queue_a_task("engine", lambda: realm.eval_script("throw new Error('mine')"))
    agent.queue_a_task("engine", lambda: realm.eval_script("for (;;);"))
    agent.queue_a_task("engine", bug)
    assert await agent.run(realm.eval_script, "1") == 1
    assert [str(error) for error in host.errors] == ["Error: mine"]
    assert [str(error) for error in host.interruptions] == ["the script was stopped: it ran longer than 0.05 s"]
    assert [type(error) for error in host.bugs] == [KeyError]


async def test_microtasks_run_after_each_task(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    await agent.run(realm.eval_script, "globalThis.order = []; Promise.resolve().then(() => order.push('micro')); 0")
    assert await agent.run(realm.eval_script, "order.join()") == "micro"


async def test_rejections_are_told_after_the_checkpoint_and_again_when_they_are_handled(
    new_agent: NewAgent, host: Host
) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    await agent.run(
        realm.eval_script, "globalThis.late = Promise.reject('late'); Promise.reject('caught').catch(() => {}); 0"
    )
    await agent.run(realm.eval_script, "late.catch(() => {}); 0")
    await agent.run(realm.eval_script, "0")  # by now the checkpoint of the task before is over
    assert ("late", False) in host.rejections and ("late", True) in host.rejections
    assert host.rejections.index(("late", False)) < host.rejections.index(("late", True))


async def test_a_script_that_never_ends_can_be_stopped_and_the_agent_goes_on(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    began = threading.Event()
    await agent.run(lambda: realm.set_property(realm.global_this, "began", realm.new_function("began", began.set)))
    running = asyncio.ensure_future(agent.run(realm.eval_script, "began(); for (;;);"))
    await run_on_its_own_thread(began.wait)
    agent.interrupt()
    with pytest.raises(ScriptInterrupted):
        await running
    assert await agent.run(realm.eval_script, "let n = 0; while (n < 1e6) n++; n") == 1_000_000


async def test_stopping_an_agent_that_does_nothing_stops_nothing(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    agent.interrupt()
    assert await agent.run(realm.eval_script, "let n = 0; while (n < 1e6) n++; n") == 1_000_000


async def blocked(agent: Agent, realm: Realm) -> tuple[asyncio.Future[Any], asyncio.Event]:
    """A script that waits for a blocking op which never ends. Returns the run, and what tells that the op was cancelled."""
    waiting, cancelled = asyncio.Event(), asyncio.Event()

    async def never() -> None:
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    def give() -> Handle:
        wait = realm.new_function("wait", lambda: agent.wait_for(never()))
        realm.set_property(realm.global_this, "wait", wait)
        return wait

    await agent.run(give)
    run = asyncio.ensure_future(agent.run(realm.eval_script, "try { wait() } catch { } finally { } 'went on'"))
    await waiting.wait()
    return run, cancelled


async def test_an_agent_that_is_blocked_can_be_stopped(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    run, cancelled = await blocked(agent, realm)
    agent.interrupt()
    with pytest.raises(ScriptInterrupted, match="while it waited"):
        await run
    await asyncio.wait_for(cancelled.wait(), 5)
    assert await agent.run(realm.eval_script, "let n = 0; while (n < 1e6) n++; n") == 1_000_000


async def test_an_agent_that_is_blocked_can_be_closed(new_agent: NewAgent, host: Host) -> None:
    agent = await new_agent()
    run, cancelled = await blocked(agent, await realm_of(agent))
    agent.begin_closing()
    with pytest.raises(AgentClosed):
        await run
    assert await run_on_its_own_thread(agent.join, 10)
    await asyncio.wait_for(cancelled.wait(), 5)
    assert host.interruptions == [] and host.bugs == []


async def test_an_agent_that_loops_in_its_microtasks_can_be_closed(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    began = threading.Event()
    await agent.run(lambda: realm.set_property(realm.global_this, "began", realm.new_function("began", began.set)))
    agent.queue_a_task(
        "engine",
        lambda: realm.eval_script("(function again() { began(); Promise.resolve().then(again) })(); Promise.resolve().then(() => { for (;;); })"),
    )  # fmt: skip
    await run_on_its_own_thread(began.wait)
    agent.begin_closing()
    assert await run_on_its_own_thread(agent.join, 10)


async def test_many_who_want_garbage_collected_have_it_done_once(new_agent: NewAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await new_agent()
    collected: list[bool] = []
    monkeypatch.setattr(agent.runtime, "collect_garbage", lambda: collected.append(True))

    def ask_often() -> None:
        for _ in range(100):
            agent.collect_garbage_soon()

    for rounds in (1, 2):
        await agent.run(ask_often)
        await agent.run(lambda: None)
        assert len(collected) == rounds


async def test_a_closed_agent_refuses_what_comes_and_ends_what_waits(new_agent: NewAgent) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    hold, held = threading.Event(), threading.Event()
    agent.queue_a_task("engine", lambda: (held.set(), hold.wait()))
    await run_on_its_own_thread(held.wait)
    queued = [asyncio.ensure_future(agent.run(realm.eval_script, "1")) for _ in range(3)]
    await asyncio.sleep(0)
    agent.begin_closing()
    agent.begin_closing()
    hold.set()
    for run in queued:
        with pytest.raises(AgentClosed):
            await run
    with pytest.raises(AgentClosed):
        await agent.run(realm.eval_script, "1")
    agent.queue_a_task("engine", lambda: pytest.fail("a closed agent runs nothing"))
    assert await run_on_its_own_thread(agent.join, 10)
    assert agent.closing


async def test_answers_that_come_after_the_end_are_dropped(new_agent: NewAgent, host: Host) -> None:
    agent = await new_agent()
    realm = await realm_of(agent)
    agent.begin_closing()
    assert await run_on_its_own_thread(agent.join, 10)
    agent.queue_a_task("networking task source", lambda: realm.eval_script("1"))
    held = realm.runtime
    assert held.closed and host.bugs == []


async def test_an_agent_can_be_closed_before_it_was_started(host: Host) -> None:
    agent = Agent("early", clock=SystemClock(), browser_thread=BrowserThread(), host=host)
    agent.begin_closing()
    await agent.start()
    assert await run_on_its_own_thread(agent.join, 10)


async def test_an_agent_that_was_never_started_is_forgotten_by_the_clock(host: Host) -> None:
    clock = FakeClock()
    for _ in range(3):
        agent = Agent("never", clock=clock, browser_thread=BrowserThread(), host=host)
        agent.begin_closing()
        await agent.start()
        assert await run_on_its_own_thread(agent.join, 10)
    assert not clock._loops and not clock._wakers


async def test_an_agent_that_is_closed_while_it_starts_ends(host: Host) -> None:
    agent = Agent("brief", clock=SystemClock(), browser_thread=BrowserThread(), host=host)
    starting = asyncio.ensure_future(agent.start())
    await asyncio.sleep(0)
    agent.begin_closing()
    await starting
    assert await run_on_its_own_thread(agent.join, 10)
    with pytest.raises(AgentClosed):
        await agent.run(lambda: None)


async def test_what_keeps_the_heap_from_being_made_is_raised_by_start(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_heap(limits: Limits) -> None:
        raise EngineBug("no heap")

    monkeypatch.setattr(agent_module, "Runtime", no_heap)
    agent = Agent("none", clock=SystemClock(), browser_thread=BrowserThread(), host=host)
    with pytest.raises(EngineBug, match="no heap"):
        await agent.start()
    agent.begin_closing()
    assert await run_on_its_own_thread(agent.join, 10)


class TestGivingUp:
    """A call of the engine that never asks whether it may go on is here one of Python that does not."""

    @pytest.fixture
    def hold(self) -> Iterator[threading.Event]:
        hold = threading.Event()
        yield hold
        hold.set()

    async def test_what_does_not_stop_is_given_up_and_nobody_waits_for_it(
        self, new_agent: NewAgent, host: Host, hold: threading.Event
    ) -> None:
        agent = await new_agent(limits=Limits(task_time=0.02, grace=0.02))
        realm = await realm_of(agent)
        stuck = asyncio.ensure_future(agent.run(hold.wait))
        queued = asyncio.ensure_future(agent.run(realm.eval_script, "1"))
        for run in (stuck, queued):
            with pytest.raises(AgentClosed):
                await run
        assert host.lost == [
            "test is inside a call that cannot be interrupted, and does not come out of it: it has been given up, with all that it held"
        ]
        assert agent.closing and agent.name in threads_left_behind()
        hold.set()
        assert await run_on_its_own_thread(agent.join, 10)
        assert host.bugs == [] and len(host.lost) == 1

    async def test_a_script_that_stops_when_it_is_told_is_not(self, new_agent: NewAgent, host: Host) -> None:
        agent = await new_agent(limits=Limits(task_time=0.02, grace=60))
        realm = await realm_of(agent)
        for _ in range(3):
            with pytest.raises(ScriptInterrupted):
                await agent.run(realm.eval_script, "for (;;);")
        assert host.lost == [] and not agent.closing

    async def test_one_that_waits_for_somebody_else_is_not(self, new_agent: NewAgent, host: Host) -> None:
        agent = await new_agent(limits=Limits(task_time=0.02, grace=0.02))
        realm = await realm_of(agent)
        looked, go_on = [0], asyncio.Event()
        watch = agent._watch

        def counted() -> None:
            looked[0] += 1
            watch()
            if looked[0] > 3:
                go_on.set()

        agent._watch = counted  # type: ignore[method-assign]
        await agent.run(
            lambda: realm.set_property(
                realm.global_this, "wait", realm.new_function("wait", lambda: agent.wait_for(returning_after(go_on)))
            )
        )
        assert await agent.run(realm.eval_script, "wait()") == 5
        assert host.lost == [] and looked[0] > 3

    async def test_microtasks_after_a_script_that_was_stopped_are_stopped_too(self, new_agent: NewAgent, host: Host) -> None:
        agent = await new_agent(limits=Limits(task_time=0.02, grace=60))
        realm = await realm_of(agent)
        agent.queue_a_task("engine", lambda: realm.eval_script("Promise.resolve().then(() => { for (;;); }); for (;;);"))
        assert await agent.run(realm.eval_script, "2") == 2
        assert len(host.interruptions) == 2

    async def test_giving_up_one_that_is_closed_says_nothing(self, new_agent: NewAgent, host: Host) -> None:
        agent = await new_agent()
        agent.begin_closing()
        agent.give_up("is late")
        assert host.lost == []


class TestMemory:
    FILL = "globalThis.kept = []; for (;;) kept.push(new Array(1000).fill(0));"

    async def test_an_agent_whose_heap_is_full_is_given_up(self, new_agent: NewAgent, host: Host) -> None:
        agent = await new_agent(limits=Limits(memory=16 << 20))
        realm = await realm_of(agent)
        with pytest.raises(JSError, match="out of memory"):
            await agent.run(realm.eval_script, self.FILL)
        assert await run_on_its_own_thread(agent.join, 10)
        await asyncio.sleep(0)
        assert host.lost == ["test has run out of memory (16 MB): it has been given up, with all that it held"]
        assert host.bugs == []

    @pytest.mark.parametrize(
        "script",
        [
            "let one = []; for (;;) one.push(new Array(1000).fill(0));".join("{}"),
            "new ArrayBuffer(1e9)",
            "throw Object.assign(new Error('out of memory'), { name: 'InternalError' })",
            "throw null",
        ],
    )
    async def test_one_whose_heap_has_room_again_is_not(self, new_agent: NewAgent, host: Host, script: str) -> None:
        agent = await new_agent(limits=Limits(memory=16 << 20))
        realm = await realm_of(agent)
        with pytest.raises(JSError):
            await agent.run(realm.eval_script, f"(() => {{ {script} }})()")
        assert await agent.run(realm.eval_script, "'goes on'") == "goes on"
        assert host.lost == []

    async def test_a_full_heap_is_found_when_an_error_cannot_be_reported(self, new_agent: NewAgent, host: Host) -> None:
        agent = await new_agent(limits=Limits(memory=16 << 20))
        realm = await realm_of(agent)
        agent.queue_a_task("engine", lambda: realm.eval_script(self.FILL))
        assert await run_on_its_own_thread(agent.join, 10)
        await asyncio.sleep(0)
        assert len(host.lost) == 1 and host.errors == [] and host.bugs == []


async def returning_after(event: asyncio.Event) -> int:
    await event.wait()
    return 5


async def test_the_stack_of_the_thread_fits_the_limit_of_the_engine(new_agent: NewAgent) -> None:
    agent = await new_agent(limits=Limits(stack=8 << 20))
    realm = await realm_of(agent)
    depth = "let depth = 0; (function f() { depth++; try { f() } catch {} })(); depth"
    assert await agent.run(realm.eval_script, depth) > 3000
    assert threading.stack_size() == 0


async def test_agents_that_come_and_go_leave_no_memory_behind(new_agent: NewAgent) -> None:
    async def visit() -> None:
        agent = await new_agent()
        realm = await realm_of(agent)
        await agent.run(realm.eval_script, "globalThis.garbage = Array.from({ length: 20000 }, (_, n) => ({ n })); 0")
        promise = await agent.run(realm.eval_script, "new Promise(() => {})")
        assert isinstance(promise, Handle)
        agent.begin_closing()
        assert await run_on_its_own_thread(agent.join, 10)

    for _ in range(10):
        await visit()
    gc.collect()
    before = resident_kb()
    for _ in range(50):
        await visit()
    gc.collect()
    assert resident_kb() - before < 8_000, "one such agent has two megabytes of heap alone"
    assert not [thread for thread in threading.enumerate() if thread.name == "test"]


def resident_kb() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("the system does not tell")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
