"""js_bindings/webidl/immutable_prototypes.js"""

import pytest


@pytest.mark.parametrize("object", ["self", "WorkerGlobalScope.prototype", "EventTarget.prototype"])
def test_no_script_sets_another_prototype(realm, object):
    for change in ("Object.setPrototypeOf(o, {})", "o.__proto__ = {}", "Object.setPrototypeOf(o, null)"):
        assert realm.error_of(f"{{ const o = {object}; {change} }}").startswith("TypeError")
    assert realm.run(f"Reflect.setPrototypeOf({object}, {{}})") is False


def test_the_prototype_that_is_there_may_be_set(realm):
    assert realm.run("Object.setPrototypeOf(self, Object.getPrototypeOf(self)) === self") is True
    assert realm.run("Reflect.setPrototypeOf(self, Object.getPrototypeOf(self))") is True
    assert realm.run("self.__proto__ = self.__proto__; self.__proto__ = 5; 1") == 1


def test_other_objects_are_as_ever(realm):
    assert realm.run("Object.setPrototypeOf({}, null) instanceof Object") is False
    assert realm.run("const o = {}; o.__proto__ = Array.prototype; o instanceof Array") is True
    assert realm.run("Reflect.setPrototypeOf(Object.freeze({}), null)") is False
    assert realm.error_of("Object.setPrototypeOf({}, 1)").startswith("TypeError")
    assert realm.error_of("Object.setPrototypeOf(undefined, {})").startswith("TypeError")


def test_the_functions_look_as_before(realm):
    names = "[Object.setPrototypeOf, Reflect.setPrototypeOf, Object.getOwnPropertyDescriptor(Object.prototype, '__proto__').set]"
    assert realm.run(f"{names}.map((f) => [f.name, f.length])") == [
        ["setPrototypeOf", 2],
        ["setPrototypeOf", 2],
        ["set __proto__", 1],
    ]
    assert realm.run("Object.prototype.toString.call(self)") == "[object DedicatedWorkerGlobalScope]"
