"""js_bindings/realm/report_an_exception.js and rejected_promises.js"""


def report(realm, script):
    return realm.run(f"var information; addEventListener('error', (event) => {{ information = event; event.preventDefault() }}, {{once: true}}); {script}")


def test_the_event_tells_what_and_where(realm):
    report(realm, "\n  reportError(new TypeError('bad'))")
    assert realm.run("[information.message, information.filename, information.lineno, information.colno > 2, information.error.name, information.isTrusted]") == [
        "Uncaught TypeError: bad", "test.js", 2, True, "TypeError", True,
    ]
    assert realm.watcher.messages == []


def test_anything_can_be_reported(realm):
    for value, text in [("undefined", "Uncaught undefined"), ("Symbol('s')", "Uncaught Symbol(s)"), ("{toString() { throw 1 }}", "Uncaught an object that cannot be described")]:
        realm.run(f"reportError({value})")
        assert realm.watcher.messages[-1].text == text


def test_an_error_in_an_error_handler_is_not_dispatched_again(realm):
    realm.run("var count = 0; onerror = () => { ++count; throw new Error('second') }; reportError(new Error('first'))")
    assert realm.run("count") == 1
    assert [message.text for message in realm.watcher.messages] == ["Uncaught Error: second", "Uncaught Error: first"]


def test_the_stack_shows_no_function_of_the_bindings(realm):
    realm.run("function fail() { throw new Error('deep') } var t = new EventTarget(); t.addEventListener('x', fail); t.dispatchEvent(new Event('x'))")
    stack = realm.watcher.messages[-1].stack
    assert "fail (test.js" in stack and "js_bindings" not in stack


def test_what_is_not_a_function_is_named(realm):
    realm.run("var o = { a: {} };\n  reportError((() => { try {\n o.a.missing(1) } catch (e) { return e } })())")
    assert realm.watcher.messages[-1].text == "Uncaught TypeError: o.a.missing is not a function"
    realm.run("reportError((() => { try { new o.Thing() } catch (e) { return e } })())")
    assert realm.watcher.messages[-1].text == "Uncaught TypeError: o.Thing is not a constructor"
    realm.run("reportError((() => { try { [1].map(o.a) } catch (e) { return e } })())")
    assert realm.watcher.messages[-1].text == "Uncaught TypeError: map() was given something that is not a function"


def test_an_error_that_a_script_calls_so_keeps_its_words(realm):
    realm.run("reportError(new TypeError('o is not a function'))")
    assert realm.watcher.messages[-1].text == "Uncaught TypeError: o is not a function"


def notify(realm, script):
    """Run a script and give the bindings the engine's news, as a host does after the checkpoint."""
    news = []

    def collect(agent, rejections):
        arguments = [part for _, promise, reason, handled in rejections for part in (promise, reason, handled)]
        news.append(arguments)
        realm.environment.bindings.upcall("up_notify_about_rejected_promises", *arguments)

    realm.watcher.notify_about_rejected_promises = collect
    realm.run(f"{script}; 0")
    for _ in range(3):
        realm.run("0")
    return news


SEEN = "var seen = []; for (const type of ['unhandledrejection', 'rejectionhandled']) addEventListener(type, (event) => { seen.push(type, event.reason, event.promise === p) }); "


def test_unhandled_rejections_fire_an_event_and_reach_the_embedder(realm):
    notify(realm, SEEN + "var p = Promise.reject('why')")
    assert realm.run("seen") == ["unhandledrejection", "why", True]
    assert realm.watcher.messages[-1].text == "Uncaught (in promise) why"


def test_a_cancelled_one_does_not_reach_the_embedder(realm):
    notify(realm, SEEN + "onunhandledrejection = (event) => event.preventDefault(); var p = Promise.reject('why')")
    assert realm.watcher.messages == []


def test_one_that_is_handled_in_time_is_no_news(realm):
    notify(realm, SEEN + "var p = Promise.reject('why'); queueMicrotask(() => p.catch(() => {}))")
    assert realm.run("seen") == []


def test_one_that_is_handled_late_is_told_of(realm):
    notify(realm, SEEN + "var p = Promise.reject('why')")
    realm.run("p.catch(() => {}); 0")
    realm.run("0")
    assert realm.run("seen") == ["unhandledrejection", "why", True, "rejectionhandled", "why", True]


def test_one_that_its_own_event_handles_is_not_told_of_again(realm):
    notify(realm, SEEN + "onunhandledrejection = (event) => { event.promise.catch(() => {}) }; var p = Promise.reject('why')")
    realm.run("0")
    assert realm.run("seen") == ["unhandledrejection", "why", True]
