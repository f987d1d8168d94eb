"""js_bindings/html/: MessageEvent.js, ErrorEvent.js, PromiseRejectionEvent.js"""


def test_a_message_event_keeps_its_ports_frozen_and_the_same(realm):
    script = """
    var {port1} = new MessageChannel(), e = new MessageEvent('message', {data: 1, origin: 'o', lastEventId: '5', ports: [port1], source: port1});
    [e.data, e.origin, e.lastEventId, e.ports === e.ports, Object.isFrozen(e.ports), e.ports[0] === port1, e.source === port1]
    """
    assert realm.run(script) == [1, "o", "5", True, True, True, True]


def test_init_message_event(realm):
    assert realm.run("var e = new MessageEvent('a'); e.initMessageEvent('b', true, false, 7); [e.type, e.bubbles, e.data, e.origin, e.ports.length]") == [
        "b", True, 7, "", 0,
    ]


def test_an_error_event_has_no_error_unless_given(realm):
    assert realm.run("var e = new ErrorEvent('error', {message: 'm', lineno: 3}); [e.message, e.filename, e.lineno, e.colno, e.error === undefined]") == [
        "m", "", 3, 0, True,
    ]


def test_a_promise_rejection_event_needs_its_promise(realm):
    assert realm.error_of("new PromiseRejectionEvent('x')").startswith("TypeError")
    assert realm.run("var p = Promise.resolve(), e = new PromiseRejectionEvent('x', {promise: p}); [e.promise === p, e.reason === undefined]") == [True, True]
