"""js_bindings/dom/event_handlers.js"""


def test_the_attribute_gives_back_what_was_set(realm):
    assert realm.run("var s = new AbortController().signal, f = () => {}; s.onabort = f; var same = s.onabort === f; s.onabort = 5; [same, s.onabort]") == [
        True, None,
    ]


def test_a_handler_keeps_its_place_among_the_listeners_until_it_is_null(realm):
    script = """
    var c = new MessageChannel().port1, seen = [];
    c.onmessage = () => seen.push('a'); c.addEventListener('message', () => seen.push('b')); c.onmessage = () => seen.push('c');
    c.dispatchEvent(new Event('message'));
    c.onmessage = null; c.onmessage = () => seen.push('d'); c.dispatchEvent(new Event('message')); seen
    """
    assert realm.run(script) == ["c", "b", "b", "d"]


def test_returning_false_cancels(realm):
    script = "var c = new MessageChannel().port1; c.onmessage = () => false; c.dispatchEvent(new Event('message', {cancelable: true}))"
    assert realm.run(script) is False


def test_an_object_that_cannot_be_called_does_nothing(realm):
    script = "var c = new MessageChannel().port1, o = {handleEvent() { throw 1 }}; c.onmessage = o; [c.onmessage === o, c.dispatchEvent(new Event('message'))]"
    assert realm.run(script) == [True, True]
    assert realm.watcher.messages == []


def test_onerror_of_a_global_gets_five_arguments_and_true_handles(realm):
    realm.run("var seen; onerror = (...args) => { seen = [args.length, args[0], typeof args[2], args[4].name]; return true }; 0")
    realm.run("reportError(new RangeError('far'))")
    assert realm.run("seen") == [5, "Uncaught RangeError: far", "number", "RangeError"]
    assert realm.watcher.messages == []


def test_onerror_gets_the_event_if_it_is_no_error_event(realm):
    assert realm.run("var seen; onerror = (...args) => { seen = [args.length, args[0] instanceof Event] }; dispatchEvent(new Event('error')); seen") == [
        1, True,
    ]
