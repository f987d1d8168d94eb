"""The border as the bindings see it: synchronous, asynchronous and blocking ops, and their errors."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from engine.event_loop import Cancelled
from engine.infra import EngineBug
from engine.js import AgentClosed, bindings_modules
from engine.ops import registry
from engine.ops.registry import Op
from engine.storage import StorageFull
from engine.webidl.exceptions import DOMException, JSRangeError, JSTypeError

WithOps = Callable[..., Any]


@pytest.fixture
def with_ops(monkeypatch: pytest.MonkeyPatch, new_realm: Callable[..., Any]) -> WithOps:
    """`with_ops(op, …)`: a realm that has these ops too; its scripts find all ops in `ops`."""
    name = "js_bindings/ops.js"
    source = bindings_modules.source_of(name) + "\nexport { ops };\n"

    def with_ops(*ops: Op) -> Any:
        known = registry.all_ops()
        monkeypatch.setattr(registry, "all_ops", lambda: (*known, *ops))
        monkeypatch.setattr(registry, "_names_of_ops", registry._names_of_ops.__wrapped__)
        monkeypatch.setitem(bindings_modules._bytecode, name, bindings_modules.compile_module(name, source))
        realm = new_realm()

        def give() -> None:
            environment = realm.environment
            environment.realm.set_property(
                environment.realm.global_this, "ops", environment.bindings.load("ops.js").get("ops")
            )

        realm._on_agent(give)
        return realm

    return with_ops


def raise_(environment: object, kind: str) -> None:
    raise {"type": JSTypeError("t"), "range": JSRangeError("r"), "dom": DOMException("d", "DataError")}[kind]


async def raise_later(environment: object, kind: str) -> None:
    raise_(environment, kind)


@pytest.mark.parametrize("op", [Op("op_test", "sync", raise_), Op("op_test", "async", raise_later), Op("op_test", "blocking", raise_later)])  # fmt: skip
def test_what_an_op_raises_for_scripts_is_an_error_of_the_realm(with_ops: WithOps, op: Op) -> None:
    realm = with_ops(op)
    assert realm.error_of("ops.op_test('type')") == "TypeError: t"
    assert realm.error_of("ops.op_test('range')") == "RangeError: r"
    assert realm.error_of("ops.op_test('dom')") == "DataError: d"
    assert realm.settled(
        "(async () => { try { await ops.op_test('type') } catch (error) { return error instanceof TypeError } })()"
    )
    assert realm.settled(
        "(async () => { try { await ops.op_test('dom') } catch (error) { return error instanceof DOMException } })()"
    )


@pytest.mark.parametrize("value", [None, True, 5, 1.5, "text\0\ud800", [1, ["x", None]], {"a": {"b": [1]}}])
@pytest.mark.parametrize("kind", ["sync", "async", "blocking"])
def test_wire_values_go_there_and_back(with_ops: WithOps, kind: Any, value: Any) -> None:
    def same(environment: object, given: Any) -> Any:
        return given

    async def same_later(environment: object, given: Any) -> Any:
        return given

    realm = with_ops(Op("op_test", kind, same if kind == "sync" else same_later))

    def give() -> None:
        realm.environment.realm.set_property(realm.environment.realm.global_this, "given", value)

    realm._on_agent(give)
    assert realm.settled("ops.op_test(given)") == value


def test_bytes_go_as_array_buffers_and_come_as_bytes(with_ops: WithOps) -> None:
    seen: list[Any] = []

    async def swap(environment: object, *given: Any) -> bytes:
        seen.extend(given)
        return b"\x01\x02"

    realm = with_ops(Op("op_test", "async", swap))
    assert realm.settled(
        "ops.op_test(new ArrayBuffer(2), new Uint8Array([7, 8, 9]).subarray(1), undefined).then((b) => [Object.prototype.toString.call(b) === '[object ArrayBuffer]', ...new Uint8Array(b)])"
    ) == [True, 1, 2]
    assert seen[:2] == [b"\0\0", b"\x08\x09"]


def test_synchronous_ops_run_on_the_agents_thread_and_others_on_the_browsers(with_ops: WithOps) -> None:
    threads: dict[str, int] = {}

    def now(environment: Any) -> None:
        threads["sync"] = threading.get_ident()

    async def later(environment: Any, kind: str) -> None:
        threads[kind] = threading.get_ident()

    realm = with_ops(Op("op_now", "sync", now), Op("op_later", "async", later), Op("op_wait", "blocking", later))
    realm.settled("Promise.all([ops.op_now(), ops.op_later('async'), ops.op_wait('blocking')]).then(() => 0)")
    agent = realm._on_agent(threading.get_ident)
    assert threads["sync"] == agent
    assert threads["async"] == threads["blocking"] != agent


def test_an_asynchronous_op_is_settled_in_a_task_of_its_source(
    with_ops: WithOps, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(environment: Any) -> int:
        return 1

    realm = with_ops(Op("op_test", "async", answer, "networking task source"))
    sources: list[str] = []
    queue = realm.environment.agent.event_loop.queue_a_task
    monkeypatch.setattr(
        realm.environment.agent.event_loop,
        "queue_a_task",
        lambda source, steps: (sources.append(source), queue(source, steps)),
    )
    assert realm.settled("ops.op_test()") == 1
    assert "networking task source" in sources


def test_answers_may_come_in_any_order(with_ops: WithOps) -> None:
    async def answer(environment: Any, turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    realm = with_ops(Op("op_test", "async", answer))
    assert realm.settled(
        "(async () => { const order = []; await Promise.all([20, 0, 9].map((n) => ops.op_test(n).then((v) => order.push(v)))); return order.sort((a, b) => a - b) })()"
    ) == [0, 9, 20]


@pytest.mark.parametrize("kind", ["sync", "async", "blocking"])
def test_any_other_error_of_an_op_is_a_bug_and_not_for_scripts(with_ops: WithOps, kind: Any) -> None:
    def fail(environment: Any) -> None:
        raise KeyError("lost")

    async def fail_later(environment: Any) -> None:
        raise KeyError("lost")

    realm = with_ops(Op("op_test", kind, fail if kind == "sync" else fail_later))
    script = "try { ops.op_test() } catch { globalThis.caught = true }; 0"
    if kind == "async":
        realm.run(script)
    else:
        with pytest.raises(EngineBug, match="lost"):
            realm.run(script)
    for _ in range(200):
        if realm.watcher.bugs or kind != "async":
            break
        realm.run("0")
    if kind == "async":
        assert [type(bug) for bug in realm.watcher.bugs] == [EngineBug]
        realm.watcher.bugs.clear()
    assert realm.run("'caught' in globalThis") is False


def test_a_promise_whose_op_meets_a_fault_of_ours_is_rejected(with_ops: WithOps) -> None:
    async def fail_later(environment: Any) -> None:
        raise KeyError("lost")

    realm = with_ops(Op("op_test", "async", fail_later))
    assert realm.settled("ops.op_test().catch((error) => [error.name, error.message])") == ["UnknownError", "test failed"]
    assert [type(bug) for bug in realm.watcher.bugs] == [EngineBug]
    realm.watcher.bugs.clear()


def test_a_promise_whose_op_has_no_answer_for_a_realm_is_rejected(with_ops: WithOps) -> None:
    async def answer(environment: Any) -> object:
        return object()

    realm = with_ops(Op("op_test", "async", answer))
    assert realm.settled("ops.op_test().catch((error) => [error.name, error.message])") == ["UnknownError", "test failed"]
    assert [isinstance(bug, EngineBug) for bug in realm.watcher.bugs] == [True]
    realm.watcher.bugs.clear()


@pytest.mark.parametrize("error", [Cancelled(), AgentClosed("another page")])
def test_a_promise_whose_op_is_cancelled_or_needs_what_has_gone_is_rejected(with_ops: WithOps, error: BaseException) -> None:
    async def fail_later(environment: Any) -> None:
        raise error

    realm = with_ops(Op("op_test", "async", fail_later))
    assert realm.settled("ops.op_test().catch((error) => error.name)") == "AbortError"
    assert not realm.watcher.bugs


@pytest.mark.parametrize("error", [OSError(5, "the disk is gone"), StorageFull("index", "no room"), MemoryError()])
@pytest.mark.parametrize("kind", ["sync", "async", "blocking"])
def test_what_the_machine_does_to_an_op_can_be_caught(with_ops: WithOps, kind: Any, error: Exception) -> None:
    def fail(environment: Any) -> None:
        raise error

    async def fail_later(environment: Any) -> None:
        raise error

    realm = with_ops(Op("op_test", kind, fail if kind == "sync" else fail_later))
    assert realm.settled("(async () => ops.op_test())().catch((error) => error.name)") == "UnknownError"
    assert realm.watcher.bugs == [error]
    realm.watcher.bugs.clear()


def test_a_promise_whose_op_needed_somebody_who_has_gone_is_rejected(with_ops: WithOps) -> None:
    async def gone(environment: Any) -> None:
        raise AgentClosed("another worker has been closed")

    realm = with_ops(Op("op_test", "async", gone))
    assert realm.settled("ops.op_test().catch((error) => error.name)") == "AbortError"


def test_nothing_is_answered_to_a_destroyed_environment(with_ops: WithOps) -> None:
    release = threading.Event()

    async def wait(environment: Any) -> None:
        while not release.is_set():
            await asyncio.sleep(0)

    realm = with_ops(Op("op_test", "async", wait))
    realm.run("globalThis.answered = false; ops.op_test().then(() => { answered = true }); 0")
    realm._loop.call_soon_threadsafe(realm.environment.destroy)
    release.set()
    for _ in range(20):
        realm.run("0")
    assert realm.run("answered") is False


def test_a_script_that_gives_all_objects_a_then_does_not_get_the_answer(with_ops: WithOps) -> None:
    async def answer(environment: Any) -> Any:
        return {"secret": 1}

    realm = with_ops(Op("op_test", "async", answer))
    realm.run(
        "globalThis.shown = []; Object.defineProperty(Object.prototype, 'then', { get() { shown.push(this.secret); return undefined }, configurable: true }); 0"
    )
    realm.run("globalThis.kept = undefined; ops.op_test().then(undefined, () => {}); 0")
    for _ in range(50):
        realm.run("0")
    assert 1 not in realm.run("shown")
