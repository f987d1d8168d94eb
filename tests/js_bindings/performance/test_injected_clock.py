"""Where the clock is not the machine's, scripts see the time of that clock, and cannot tell."""

import pytest

from engine.event_loop import FakeClock, SystemClock

START = 1_700_000_000_000


@pytest.fixture(params=["DedicatedWorkerGlobalScope", "Window", "ServiceWorkerGlobalScope"])
def timed(new_realm, request):
    realm = new_realm(request.param, clock=FakeClock())
    realm.clock = realm.environment.user_agent.clock
    return realm


NOW = ["Date.now()", "new Date().getTime()", "+new Date()", "Reflect.construct(Date, []).getTime()", "new (class extends Date {})().getTime()"]


@pytest.mark.parametrize("script", NOW)
def test_a_date_of_now_is_the_clocks(timed, script):
    assert timed.run(script) == START
    timed.clock.advance(1.5)
    assert timed.run(script) == START + 1500


def test_called_as_a_function_it_is_a_text_of_now(timed):
    assert timed.run("Date() === new Date().toString()") is True
    assert timed.run(f"Date(5, 6) === new Date({START}).toString()") is True
    assert timed.run("Date.call({}, 5) === Date()") is True


def test_dates_of_other_moments_are_as_ever(timed):
    assert timed.run("[new Date(5).getTime(), new Date(new Date(7)).getTime(), new Date('2020-01-01').getTime(), Date.UTC(2020), Date.parse('2020-01-01')]") == [
        5, 7, 1577836800000, 1577836800000, 1577836800000,
    ]
    assert timed.run("[isNaN(new Date(undefined)), isNaN(new Date(NaN)), new Date(2020, 1, 3).getDate()]") == [True, True, 3]


def test_performance_and_what_is_stamped_follow_it(timed):
    assert timed.run("[performance.now(), performance.timeOrigin, new Event('x').timeStamp]") == [0, START, 0]
    timed.clock.advance(2.5)
    assert timed.run("[performance.now(), performance.timeOrigin, new Event('x').timeStamp]") == [2500, START, 2500]
    assert timed.run("[new File([], 'a').lastModified, new Date(new File([], 'b').lastModified).getTime()]") == [START + 2500] * 2
    assert timed.run("performance.mark('here').startTime") == 2500


def test_times_are_as_coarse_as_ever(timed):
    timed.clock.advance(0.00123456)
    assert timed.run("[performance.now(), Date.now()]") == [1.2, START + 1]
    timed.clock.advance(181.508 - 0.00123456)
    assert timed.run("performance.now()") == 181508


FACTS = [
    "Reflect.ownKeys(Date).sort().join()",
    "JSON.stringify(Reflect.ownKeys(Date).map((key) => { const { value, ...rest } = Object.getOwnPropertyDescriptor(Date, key); return [key, typeof value, rest] }).sort())",
    "[Date.name, Date.length, Date.now.name, Date.now.length].join()",
    "Date.toString() + Date.now.toString() + Function.prototype.toString.call(Date)",
    "[Date.prototype.constructor === Date, new Date().constructor === Date, Object.getPrototypeOf(Date) === Function.prototype].join()",
    "Reflect.ownKeys(Date.prototype).map(String).join()",
    "JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, 'Date'))",
    "JSON.stringify(Object.getOwnPropertyDescriptor(Date.prototype, 'constructor'))",
    "Object.prototype.toString.call(new Date()) + Object.keys(new Date())",
    "'prototype' in Date.now",
    "try { new Date.now() } catch (error) { error.name + error.message }",
    "try { Reflect.construct(Date, [], () => 1) } catch (error) { error.name + error.message }",
    "try { new Date(Symbol()) } catch (error) { error.name + error.message }",
    "try { new Date(1n) } catch (error) { error.name + error.message }",
    "try { Date.prototype.getTime.call(Date.prototype) } catch (error) { error.name + error.message }",
    "class Mine extends Date { more() { return 1 } }; const mine = new Mine(); [mine.more(), mine instanceof Mine, mine instanceof Date, mine.constructor === Mine].join()",
    "[Reflect.construct(Date, [5], Array) instanceof Array, Object.getPrototypeOf(Reflect.construct(Date, [], Object)) === Object.prototype].join()",
    "function Old() {}; Old.prototype = 3; Object.getPrototypeOf(Reflect.construct(Date, [], Old)) === Date.prototype",
    "[Date.hasOwnProperty('caller'), Date.hasOwnProperty('arguments')].join()",
    "structuredClone(new Date(5)) instanceof Date",
    "[typeof performance, 'now' in performance, Object.keys(performance).length].join()",
]


@pytest.mark.parametrize("fact", FACTS)
def test_nothing_else_can_be_told_from_the_engines_own(new_realm, fact):
    own, injected = new_realm("Window", clock=SystemClock()), new_realm("Window", clock=FakeClock())
    assert injected.run(fact) == own.run(fact)


def test_a_script_that_patches_what_the_replacement_uses_changes_nothing(timed):
    timed.run("Reflect.construct = Reflect.apply = Date.prototype.toString = Array.prototype[Symbol.iterator] = () => { throw new Error('patched') }; 0")
    assert timed.run("[new Date().getTime(), Date.now(), new Date(7).getTime()]") == [START, START, 7]
    assert timed.run("typeof Date()") == "string"


def test_on_the_clock_of_the_machine_the_date_is_the_engines(new_realm):
    realm = new_realm(clock=SystemClock())
    assert realm.run("(() => { try { new Date(Symbol()) } catch (error) { return error.stack.includes('injected_clock') } })()") is False
