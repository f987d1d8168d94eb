"""One heap: its limits, its threads, its garbage."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from engine.js import AgentClosed, Handle, JSError, Limits, Realm, Runtime, ScriptInterrupted
from engine.webidl.exceptions import JSTypeError


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    runtime = Runtime(Limits(stack=1 << 20))
    yield runtime
    runtime.dispose()


def test_another_thread_can_stop_an_endless_loop_and_the_next_script_runs(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    began = threading.Event()
    realm.set_property(realm.global_this, "began", realm.new_function("began", began.set))
    threading.Thread(target=lambda: (began.wait(), runtime.interrupt())).start()
    with pytest.raises(ScriptInterrupted):
        realm.eval_script("try { began(); for (;;); } catch { } finally { }")
    assert realm.eval_script("2") == 2


def test_an_endless_loop_over_a_host_function_can_be_stopped(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == 1000:
            runtime.interrupt()

    with pytest.raises(ScriptInterrupted):
        realm.call(realm.eval_script("(f) => { for (;;) f() }"), realm.new_function("count", count))


def test_a_task_ends_when_its_time_is_over() -> None:
    runtime = Runtime(Limits(task_time=0.02))
    realm = runtime.new_realm()
    runtime.start_task()
    with pytest.raises(ScriptInterrupted, match=r"longer than 0\.02 s"):
        realm.eval_script("for (;;);")
    runtime.start_task()
    assert realm.eval_script("3") == 3
    runtime.dispose()


def test_a_regular_expression_that_explodes_can_be_stopped() -> None:
    runtime = Runtime(Limits(task_time=0.02))
    realm = runtime.new_realm()
    runtime.start_task()
    with pytest.raises(ScriptInterrupted):
        realm.eval_script("/^(a+)+$/.test('a'.repeat(40) + 'b')")
    runtime.dispose()


def test_ctrl_c_ends_the_script_and_is_raised(runtime: Runtime) -> None:
    realm = runtime.new_realm()

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        realm.call(realm.eval_script("(f) => { try { f() } catch { } }"), realm.new_function("interrupt", interrupt))
    assert realm.eval_script("1") == 1


def test_too_much_memory_is_an_error_and_not_the_end() -> None:
    runtime = Runtime(Limits(memory=16 << 20))
    realm = runtime.new_realm()
    with pytest.raises((JSError, ScriptInterrupted)):
        realm.eval_script("{ const all = []; for (;;) all.push(new Uint8Array(1 << 20)) }")
    assert realm.eval_script("4") == 4
    runtime.dispose()


def test_a_script_that_recurses_for_ever_gets_a_range_error(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    assert (
        realm.eval_script("(function f() { f() }); try { (function f() { f() })() } catch (error) { error.name }")
        == "RangeError"
    )


def test_recursion_between_python_and_javascript_ends_in_a_clean_error(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    recurse = realm.eval_script("(f, g) => g(f)")
    again = realm.new_function("again", lambda: realm.call(realm.eval_script("() => globalThis.step()")))
    realm.set_property(realm.global_this, "step", again)
    with pytest.raises((JSError, RecursionError, Exception)) as caught:
        realm.call(again)
    assert "stack" in str(caught.value).lower() or "recursion" in str(caught.value).lower()
    assert realm.eval_script("5") == 5
    del recurse


def test_realms_share_objects_but_not_intrinsics(runtime: Runtime) -> None:
    main, frame = runtime.new_realm(), runtime.new_realm()
    main.set_property(main.global_this, "frame", frame.global_this)
    assert main.eval_script("frame.Array !== Array && frame.eval('[]') instanceof frame.Array") is True


def test_a_host_function_knows_the_realm_it_was_made_for_whoever_calls_it(runtime: Runtime) -> None:
    main, frame = runtime.new_realm(), runtime.new_realm()
    main.set_property(main.global_this, "frame", frame.global_this)
    frame.set_property(frame.global_this, "make", main.new_function("make", lambda: {"of": "main"}))
    assert main.eval_script("Object.getPrototypeOf(frame.eval('make()')) === Object.prototype") is True


def test_rejections_are_told_with_realm_promise_and_reason_and_again_when_handled(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    news: list[tuple[Realm, object, bool]] = []
    runtime.on_rejection = lambda of, promise, reason, handled: news.append((of, reason, handled))
    realm.eval_script("globalThis.late = (async () => { throw 'b' })(); Promise.reject(1).catch(() => {}); 0")
    runtime.perform_jobs()
    realm.eval_script("late.catch(() => {}); 0")
    assert news == [(realm, "b", False), (realm, 1, False), (realm, 1, True), (realm, "b", True)]


def test_handles_may_die_on_another_thread_and_nothing_leaks(runtime: Runtime) -> None:
    realm = runtime.new_realm()

    def workload() -> None:
        function = realm.eval_script("(x) => ({ x, more: [x, 'text'] })")
        held = [realm.call(function, index) for index in range(20)]
        with pytest.raises(JSError):
            realm.eval_script("throw new Error('an error')")
        echo = realm.new_function("echo", lambda value: value)
        realm.call(realm.eval_script("(f) => f({ a: [1, 2], b: 'text' })"), echo)
        thread = threading.Thread(target=held.clear)
        thread.start()
        thread.join()
        realm.functions.release()

    def count() -> int:
        gc.collect()
        runtime.collect_garbage()
        return runtime.memory_usage()["malloc_count"]

    for _ in range(3):
        workload()
    before = count()
    for _ in range(30):
        workload()
    assert count() == before


def test_a_runtime_is_refused_to_other_threads(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    errors: list[BaseException] = []

    def enter() -> None:
        try:
            realm.eval_script("1")
        except AssertionError as error:
            errors.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert len(errors) == 1


def test_handles_are_inert_after_the_heap_is_gone() -> None:
    runtime = Runtime()
    kept = runtime.new_realm().eval_script("({ a: 1 })")
    assert isinstance(kept, Handle)
    runtime.dispose()
    with pytest.raises(AgentClosed):
        kept.get("a")
    del kept


def test_an_interruption_that_comes_when_nothing_runs_stops_nothing(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    runtime.interrupt()
    runtime.start_task()
    assert realm.eval_script("let n = 0; while (n < 1e6) n++; n") == 1_000_000


def test_an_interruption_is_used_up_by_the_script_it_stopped(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    stop = realm.new_function("stop", runtime.interrupt)
    for _ in range(2):
        with pytest.raises(ScriptInterrupted):
            realm.call(realm.eval_script("(stop) => { stop(); for (;;); }"), stop)
        assert realm.eval_script("(() => { let n = 0; while (n < 1e6) n++; return n })()") == 1_000_000


def test_a_runtime_that_was_stopped_for_good_runs_nothing_any_more(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    runtime.stop_for_good()
    for _ in range(2):
        with pytest.raises(ScriptInterrupted):
            realm.eval_script("for (;;);")
    realm.eval_script("Promise.resolve().then(() => { for (;;); })")
    with pytest.raises(ScriptInterrupted):
        runtime.perform_jobs()


def test_an_interruption_reaches_the_outermost_caller_through_python(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    stop = realm.new_function("stop", runtime.interrupt)
    inner = realm.eval_script("(stop) => { stop(); for (;;); }")

    def between() -> None:
        realm.call(inner, stop)

    outer = realm.eval_script("(f) => { try { f() } catch { } finally { } return 'went on' }")
    with pytest.raises(ScriptInterrupted):
        realm.call(outer, realm.new_function("between", between))
    assert realm.eval_script("1") == 1


def test_a_script_that_is_stopped_while_its_error_is_described_is_stopped(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    realm.set_property(realm.global_this, "stop", realm.new_function("stop", runtime.interrupt))
    with pytest.raises(ScriptInterrupted):
        realm.eval_script("throw { toString() { stop(); for (;;); } }")
    assert realm.eval_script("1") == 1


def test_a_job_that_is_stopped_leaves_the_others_queued(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    realm.set_property(realm.global_this, "stop", realm.new_function("stop", runtime.interrupt))
    realm.eval_script(
        "globalThis.ran = []; Promise.resolve().then(() => { stop(); for (;;); }); Promise.resolve().then(() => ran.push('second')); 0"
    )
    with pytest.raises(ScriptInterrupted):
        runtime.perform_jobs()
    runtime.perform_jobs()
    assert realm.eval_script("ran.join()") == "second"


def test_microtasks_never_run_in_the_middle_of_a_script(runtime: Runtime) -> None:
    realm = runtime.new_realm()
    drain = realm.new_function("drain", runtime.perform_jobs)
    order = realm.call(
        realm.eval_script("(drain) => { const order = []; Promise.resolve().then(() => order.push('job')); drain(); order.push('script'); return order.join() }"),
        drain,
    )  # fmt: skip
    assert order == "script"


def test_a_script_cannot_block_its_thread(runtime: Runtime) -> None:
    with pytest.raises(JSError, match="TypeError"):
        runtime.new_realm().eval_script("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)")


def test_depth_of_recursion_follows_the_stack_limit() -> None:
    depths = []
    for size in (256 << 10, 1 << 20):
        runtime = Runtime(Limits(stack=size))
        depths.append(
            runtime.new_realm().eval_script("let depth = 0; (function f() { depth++; try { f() } catch {} })(); depth")
        )
        runtime.dispose()
    assert depths[1] > 3 * depths[0] > 100


def test_functions_of_pythons_are_let_go_with_the_last_of_their_realm(runtime: Runtime) -> None:
    main, frame = runtime.new_realm(), runtime.new_realm()
    watched = weakref.ref(given_to := _Answer())
    frame.set_property(frame.global_this, "host", frame.new_function("host", given_to.get))
    main.set_property(main.global_this, "held", frame.eval_script("() => host()"))
    del given_to
    runtime.discard_realm(frame)
    runtime.collect_garbage()
    assert main.eval_script("held()") == "answer"
    main.eval_script("delete globalThis.held; 0")
    runtime.collect_garbage()
    runtime.perform_jobs()
    gc.collect()
    assert watched() is None


class _Answer:
    def get(self) -> str:
        return "answer"


def test_realms_come_and_go_and_leave_nothing(runtime: Runtime) -> None:
    main = runtime.new_realm()

    def visit() -> None:
        frame = runtime.new_realm()
        main.set_property(main.global_this, "frame", frame.global_this)
        frame.set_property(frame.global_this, "host", frame.new_function("host", lambda: 1))
        assert main.eval_script("frame.eval('globalThis.kept = [1, {}, () => host()]; kept[2]()')") == 1
        main.eval_script("delete globalThis.frame")
        runtime.discard_realm(frame)

    def count() -> int:
        gc.collect()
        runtime.collect_garbage()
        runtime.perform_jobs()
        return runtime.memory_usage()["malloc_count"]

    for _ in range(3):
        visit()
    before = count()
    for _ in range(10):
        visit()
    assert count() == before


def test_what_scripts_hold_of_a_discarded_realm_lives_on_without_python(runtime: Runtime) -> None:
    main, frame = runtime.new_realm(), runtime.new_realm()
    frame.set_property(frame.global_this, "host", frame.new_function("host", lambda: 1))
    held = frame.eval_script("({ x: [5], call: () => host(), fail: async () => { throw 1 } })")
    main.set_property(main.global_this, "held", held)
    runtime.discard_realm(frame)
    gc.collect()
    runtime.collect_garbage()
    assert held.get("x").get("0") == 5
    assert main.eval_script("held.x[0]") == 5
    assert main.eval_script("held.call()") == 1
    with pytest.raises(JSTypeError, match="the document that this script belongs to has gone"):
        frame.eval_script("1")
    main.eval_script("held.fail().catch(() => {}); 0")
    runtime.perform_jobs()
