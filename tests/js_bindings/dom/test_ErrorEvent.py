"""js_bindings/dom/: ErrorEvent.js, PromiseRejectionEvent.js"""


def test_an_error_event_has_no_error_unless_given(realm):
    assert realm.run("var e = new ErrorEvent('error', {message: 'm', lineno: 3}); [e.message, e.filename, e.lineno, e.colno, e.error === undefined]") == [
        "m", "", 3, 0, True,
    ]


def test_a_promise_rejection_event_needs_its_promise(realm):
    assert realm.error_of("new PromiseRejectionEvent('x')").startswith("TypeError")
    assert realm.run("var p = Promise.resolve(), e = new PromiseRejectionEvent('x', {promise: p}); [e.promise === p, e.reason === undefined]") == [True, True]
