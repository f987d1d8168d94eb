"""js_bindings/dom/Event.js and CustomEvent.js"""


def test_attributes_come_from_the_dictionary(realm):
    assert realm.run("var e = new Event('x', {bubbles: true, cancelable: true}); [e.type, e.bubbles, e.cancelable, e.composed, e.isTrusted]") == [
        "x", True, True, False, False,
    ]


def test_is_trusted_is_an_own_unforgeable_accessor(realm):
    assert realm.run("var d = Object.getOwnPropertyDescriptor(new Event('x'), 'isTrusted'); [typeof d.get, d.set === undefined, d.configurable]") == [
        "function", True, False,
    ]


def test_a_polluted_object_prototype_does_not_make_events_trusted(realm):
    assert realm.run("Object.prototype.isTrusted = true; var e = new Event('x', {}); delete Object.prototype.isTrusted; e.isTrusted") is False


def test_prevent_default_needs_a_cancelable_event(realm):
    assert realm.run("var e = new Event('x'); e.preventDefault(); e.defaultPrevented") is False
    assert realm.run("var e = new Event('x', {cancelable: true}); e.returnValue = false; [e.defaultPrevented, e.returnValue]") == [True, False]


def test_init_event_starts_over_but_not_during_dispatch(realm):
    script = """
    var target = new EventTarget(), seen = [];
    var e = new Event('x', {cancelable: true});
    target.addEventListener('x', () => { e.initEvent('y', true, true); seen.push(e.type, e.bubbles) });
    e.preventDefault(); target.dispatchEvent(e);
    e.initEvent('z', true, false);
    [...seen, e.type, e.bubbles, e.cancelable, e.defaultPrevented]
    """
    assert realm.run(script) == ["x", False, "z", True, False, False]


def test_custom_event_keeps_its_detail(realm):
    script = "var o = {}; var e = new CustomEvent('x', {detail: o}); var same = e.detail === o; e.initCustomEvent('y', false, false, 5); [same, e.detail, e.type]"
    assert realm.run(script) == [True, 5, "y"]


def test_constants_are_on_constructor_and_prototype(realm):
    assert realm.run("[Event.AT_TARGET, Event.prototype.BUBBLING_PHASE]") == [2, 3]
