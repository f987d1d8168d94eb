"""js_bindings/realm/timers.js"""

import pytest

from engine.event_loop import FakeClock


@pytest.fixture
def timed(new_realm):
    clock = FakeClock()
    realm = new_realm(clock=clock)

    def advance(seconds):
        clock.advance(seconds)
        for _ in range(2):  # Tasks that are queued already, as this one may be, go before timers.
            realm.run("0")

    realm.advance = advance
    return realm


def test_timeouts_run_in_order_of_time_then_of_setting(timed):
    timed.run("var seen = []; setTimeout(() => seen.push('c'), 20); setTimeout((...args) => seen.push(...args), 10, 'a', 1); setTimeout(() => seen.push('b'), 10)")
    timed.advance(0.015)
    assert timed.run("seen") == ["a", 1, "b"]
    timed.advance(0.01)
    assert timed.run("seen") == ["a", 1, "b", "c"]


def test_this_is_the_global(timed):
    timed.run("var same; setTimeout(function () { same = this === self })")
    timed.advance(0.01)
    assert timed.run("same") is True


def test_cleared_timers_do_not_run_whichever_function_clears_them(timed):
    timed.run("var seen = []; clearInterval(setTimeout(() => seen.push(1))); var id = setTimeout(() => seen.push(2)); setTimeout(() => 0); clearTimeout(id)")
    timed.advance(1)
    assert timed.run("seen") == []


def test_an_interval_goes_on_until_it_clears_itself(timed):
    timed.run("var count = 0; var id = setInterval(() => { if (++count === 3) clearInterval(id) }, 10)")
    for _ in range(10):
        timed.advance(0.01)
    assert timed.run("count") == 3
    assert timed.environment.agent.event_loop.pending_timers == 0


def test_deeply_nested_timeouts_wait_four_milliseconds(timed):
    timed.run("var level = 0; (function next() { setTimeout(() => { ++level; next() }, 0) })()")
    for _ in range(20):
        timed.advance(0.0005)
    assert 6 <= timed.run("level") <= 9


def test_a_string_is_a_script_of_its_own(timed):
    timed.run("setTimeout('var made = 1; let lexical = 2')")
    timed.advance(0.01)
    assert timed.run("made + lexical") == 3


def test_errors_of_timers_are_reported_and_the_interval_goes_on(timed):
    timed.run("var count = 0; setInterval(() => { ++count; throw new Error('no') }, 10); setTimeout('}', 5)")
    for _ in range(3):
        timed.advance(0.01)
    assert timed.run("count") == 3
    assert sum(message.text == "Uncaught Error: no" for message in timed.watcher.messages) == 3
    assert any(message.text.startswith("Uncaught SyntaxError") for message in timed.watcher.messages)


def test_microtasks_run_between_two_timers_of_one_time(timed):
    timed.run("var seen = []; for (const n of [1, 2]) setTimeout(() => { seen.push(n); queueMicrotask(() => seen.push('m' + n)) })")
    timed.advance(0.01)
    assert timed.run("seen") == [1, "m1", 2, "m2"]
