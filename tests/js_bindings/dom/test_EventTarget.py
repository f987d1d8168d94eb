"""js_bindings/dom/EventTarget.js"""


def test_a_listener_is_called_with_the_event_and_the_target_as_this(realm):
    script = """
    var target = new EventTarget(), seen = [];
    target.addEventListener('x', function (event) {
      seen.push(this === target, event.target === target, event.currentTarget === target, event.eventPhase, event.composedPath()[0] === target);
    });
    var e = new Event('x'); target.dispatchEvent(e);
    [...seen, e.target === target, e.currentTarget, e.eventPhase, e.composedPath().length]
    """
    assert realm.run(script) == [True, True, True, 2, True, True, None, 0, 0]


def test_the_same_listener_is_added_once_for_each_phase(realm):
    script = """
    var target = new EventTarget(), count = 0, f = () => { ++count };
    target.addEventListener('x', f); target.addEventListener('x', f, {once: true}); target.addEventListener('x', f, true);
    target.dispatchEvent(new Event('x')); target.dispatchEvent(new Event('x'));
    target.removeEventListener('x', f, {capture: true}); target.dispatchEvent(new Event('x')); count
    """
    assert realm.run(script) == 5


def test_once_listeners_go_before_they_run(realm):
    script = """
    var target = new EventTarget(), count = 0;
    target.addEventListener('x', () => { ++count; target.dispatchEvent(new Event('x')) }, {once: true});
    target.dispatchEvent(new Event('x')); count
    """
    assert realm.run(script) == 1


def test_a_listener_removed_or_added_during_dispatch_is_not_called(realm):
    script = """
    var target = new EventTarget(), seen = [];
    var second = () => seen.push('second');
    target.addEventListener('x', () => { seen.push('first'); target.removeEventListener('x', second); target.addEventListener('x', () => seen.push('late')) });
    target.addEventListener('x', second);
    target.dispatchEvent(new Event('x')); seen
    """
    assert realm.run(script) == ["first"]


def test_passive_listeners_cannot_cancel(realm):
    script = """
    var target = new EventTarget();
    target.addEventListener('x', (event) => event.preventDefault(), {passive: true});
    var passive = target.dispatchEvent(new Event('x', {cancelable: true}));
    target.addEventListener('x', (event) => event.preventDefault());
    [passive, target.dispatchEvent(new Event('x', {cancelable: true}))]
    """
    assert realm.run(script) == [True, False]


def test_an_aborted_signal_removes_the_listener(realm):
    script = """
    var target = new EventTarget(), controller = new AbortController(), count = 0;
    target.addEventListener('x', () => ++count, {signal: controller.signal});
    target.dispatchEvent(new Event('x')); controller.abort(); target.dispatchEvent(new Event('x'));
    target.addEventListener('x', () => ++count, {signal: controller.signal}); target.dispatchEvent(new Event('x')); count
    """
    assert realm.run(script) == 1


def test_handle_event_is_looked_up_at_each_call(realm):
    script = """
    var target = new EventTarget(), seen = [], object = {handleEvent() { seen.push(1, this === object) }};
    target.addEventListener('x', object); target.dispatchEvent(new Event('x'));
    object.handleEvent = () => seen.push(2); target.dispatchEvent(new Event('x')); seen
    """
    assert realm.run(script) == [1, True, 2]


def test_what_a_listener_throws_is_reported_and_stops_nothing(realm):
    script = """
    var target = new EventTarget(), seen = [];
    target.addEventListener('x', () => { throw new Error('first') });
    target.addEventListener('x', () => seen.push('second'));
    target.addEventListener('x', {});
    target.dispatchEvent(new Event('x')); seen
    """
    assert realm.run(script) == ["second"]
    first, second = realm.watcher.messages
    assert first.text == "Uncaught Error: first" and first.uncaught and first.place.line == 3
    assert second.text.startswith("Uncaught TypeError")


def test_an_event_cannot_be_dispatched_inside_its_own_dispatch(realm):
    script = """
    var target = new EventTarget(), name;
    target.addEventListener('x', (event) => { try { target.dispatchEvent(event) } catch (error) { name = error.name } });
    target.dispatchEvent(new Event('x')); name
    """
    assert realm.run(script) == "InvalidStateError"


def test_stop_immediate_propagation_ends_the_phase_and_the_next(realm):
    script = """
    var target = new EventTarget(), seen = [];
    target.addEventListener('x', (event) => { seen.push(1); event.stopImmediatePropagation() }, true);
    target.addEventListener('x', () => seen.push(2), true);
    target.addEventListener('x', () => seen.push(3));
    target.dispatchEvent(new Event('x')); seen
    """
    assert realm.run(script) == [1]


def test_listeners_of_the_global_may_be_added_without_this(realm):
    assert realm.run("var heard; addEventListener('x', (event) => { heard = event.target === self }); dispatchEvent(new Event('x')); heard") is True


def test_ten_thousand_listeners_are_quick_enough(realm):
    script = """
    var target = new EventTarget(), count = 0;
    for (let index = 0; index < 10000; ++index) target.addEventListener('x', () => ++count);
    target.dispatchEvent(new Event('x')); count
    """
    assert realm.run(script) == 10000


SEEN_WITH_MICROTASKS = "var seen = []; for (const n of [1, 2]) target.addEventListener('message', () => { seen.push(n); Promise.resolve().then(() => seen.push('m' + n)) }); "


def test_microtasks_run_after_each_listener_when_no_script_is_on_the_stack(realm):
    script = "var {port1, port2: target} = new MessageChannel(); " + SEEN_WITH_MICROTASKS + "target.start(); port1.postMessage(0); 0"
    realm.run(script)
    realm.run("0")
    assert realm.run("seen") == [1, "m1", 2, "m2"]


def test_microtasks_wait_for_the_script_that_dispatches(realm):
    realm.run("var target = new EventTarget(); " + SEEN_WITH_MICROTASKS + "target.dispatchEvent(new Event('message')); 0")
    assert realm.run("seen") == [1, 2, "m1", "m2"]
    realm.run("seen.length = 0; setTimeout(`target.dispatchEvent(new Event('message'))`); 0")
    assert realm.settled("new Promise((resolve) => setTimeout(() => resolve(seen), 5))") == [1, 2, "m1", "m2"]
