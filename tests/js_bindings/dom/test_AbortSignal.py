"""js_bindings/dom/AbortSignal.js and AbortController.js"""

import pytest

from engine.event_loop import FakeClock


def test_abort_sets_the_reason_before_the_event_and_only_once(realm):
    script = """
    var c = new AbortController(), seen = [];
    c.signal.onabort = (event) => seen.push(event.isTrusted, c.signal.aborted, c.signal.reason);
    c.abort('why'); c.abort('again'); [...seen, c.signal.reason]
    """
    assert realm.run(script) == [True, True, "why", "why"]


def test_without_a_reason_it_is_an_abort_error(realm):
    assert realm.run("var c = new AbortController(); c.abort(); [c.signal.reason.name, AbortSignal.abort().reason instanceof DOMException]") == [
        "AbortError", True,
    ]


def test_throw_if_aborted_throws_the_very_reason(realm):
    assert realm.run("var o = {}; try { AbortSignal.abort(o).throwIfAborted() } catch (error) { error === o }") is True


def test_a_dependent_signal_follows_the_sources_of_its_sources(realm):
    script = """
    var a = new AbortController(), b = new AbortController(), seen = [];
    var inner = AbortSignal.any([a.signal, b.signal]), outer = AbortSignal.any([inner]);
    a.signal.onabort = () => seen.push('a', inner.aborted, outer.aborted);
    inner.onabort = () => seen.push('inner'); outer.onabort = () => seen.push('outer');
    a.abort(1); b.abort(2); [...seen, inner.reason, outer.reason]
    """
    assert realm.run(script) == ["a", True, True, "inner", "outer", 1, 1]


def test_a_dependent_signal_that_only_has_a_listener_stays_alive(realm):
    realm.run("var c = new AbortController(), heard = 0; AbortSignal.any([c.signal]).addEventListener('abort', () => ++heard)")
    realm._on_agent(realm.environment.agent.runtime.collect_garbage)
    assert realm.run("c.abort(); heard") == 1


def test_dependent_signals_that_nobody_holds_are_forgotten(realm):
    count = realm.environment.agent.runtime.memory_usage
    make_many = "for (let index = 0; index < 2000; ++index) AbortSignal.any([c.signal])"
    realm.run(f"var c = new AbortController(); {make_many}")
    before = realm._on_agent(count)["obj_count"]
    realm.run(f"{make_many}; {make_many}")
    assert realm._on_agent(count)["obj_count"] < before + 2000


def test_timeout_aborts_with_a_timeout_error_when_the_time_has_come(new_realm):
    clock = FakeClock()
    realm = new_realm(clock=clock)
    realm.run("var s = AbortSignal.timeout(5000)")
    clock.advance(4.9)
    assert realm.run("s.aborted") is False
    clock.advance(0.2)
    realm.run("0")
    assert realm.run("[s.aborted, s.reason.name]") == [True, "TimeoutError"]


@pytest.mark.parametrize(
    "passing",
    [
        "const listener = () => 0; target.addEventListener('x', listener, { signal }); target.removeEventListener('x', listener)",
        "target.addEventListener('x', () => 0, { signal, once: true }); target.dispatchEvent(new Event('x'))",
    ],
)
def test_a_signal_forgets_listeners_that_are_no_more(realm, passing):
    def objects():
        realm._on_agent(realm.environment.agent.runtime.collect_garbage)
        return realm._on_agent(realm.environment.agent.runtime.memory_usage)["obj_count"]

    many = f"for (let i = 0; i < 500; i++) {{ {passing} }}"
    realm.run(f"var {{ signal }} = new AbortController(), target = new EventTarget(); {many}; undefined")
    before = objects()
    realm.run(f"{many}; undefined")
    assert objects() < before + 100


def test_a_signal_does_not_keep_the_targets_of_listeners(realm):
    realm.run("var controller = new AbortController(), gone = new WeakRef((() => { const t = new EventTarget(); t.addEventListener('x', () => t, { signal: controller.signal }); return t })()); undefined")
    realm._on_agent(realm.environment.agent.runtime.collect_garbage)
    assert realm.run("gone.deref() === undefined") is True
    realm.run("controller.abort()")
