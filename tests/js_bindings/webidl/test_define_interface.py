"""Interface objects, prototypes, namespaces, exposure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
[Exposed=*] interface Base { constructor(); attribute long x; };
[Exposed=*] interface Middle : Base { constructor(optional long a); };
[Exposed=(Window,ServiceWorker)] interface Elsewhere {};
[Exposed=Worker, SecureContext] interface Secret {};
[Exposed=*] interface Partly {
  constructor();
  readonly attribute long everywhere;
  [Exposed=Window] readonly attribute long onlyWindow;
  [SecureContext] readonly attribute long onlySecure;
  [Exposed=DedicatedWorker] undefined onlyDedicated();
};
[Exposed=*] namespace tools {
  readonly attribute DOMString version;
  long add(long a, long b);
  Promise<long> addLater(long a);
};
[Exposed=*] callback interface Filter { const unsigned short ACCEPT = 1; unsigned short accept(any node); };
[Exposed=*, LegacyNoInterfaceObject] interface Invisible { readonly attribute long y; };
[Exposed=*] interface Maker { constructor(); Invisible make(); };
"""
CLASSES = """
export class Base { x = 1 }
export class Middle extends Base {}
export class Partly { everywhere = 1; onlyWindow = 2; onlySecure = 3; onlyDedicated() {} }
export const tools = { version: "1", add(a, b) { return a + b }, async addLater(a) { return a } };
export class Invisible { y = 4 }
export class Maker { make() { return new Invisible() } }
"""
Define = Callable[..., Any]


@pytest.fixture
def made(define: Define) -> Any:
    return define(IDL, CLASSES)


def test_an_interface_object_looks_as_the_standard_says(made: Any) -> None:
    assert made.run(
        """const d = Object.getOwnPropertyDescriptor(globalThis, 'Middle'), p = Object.getOwnPropertyDescriptor(Middle, 'prototype');
        [d.writable, d.enumerable, d.configurable, p.writable, p.enumerable, p.configurable, Middle.name, Middle.length, typeof Middle]"""
    ) == [True, False, True, False, False, False, "Middle", 0, "function"]
    assert made.run("Reflect.ownKeys(Middle).slice(0, 3)") == ["length", "name", "prototype"]
    assert (
        made.run(
            """[Object.getPrototypeOf(Middle) === Base, Object.getPrototypeOf(Base) === Function.prototype,
        Object.getPrototypeOf(Middle.prototype) === Base.prototype, Object.getPrototypeOf(Base.prototype) === Object.prototype]"""
        )
        == [True] * 4
    )


def test_a_prototype_has_constructor_and_tag(made: Any) -> None:
    assert made.run(
        """const c = Object.getOwnPropertyDescriptor(Middle.prototype, 'constructor'), t = Object.getOwnPropertyDescriptor(Middle.prototype, Symbol.toStringTag);
        [c.value === Middle, c.writable, c.enumerable, c.configurable, t.value, t.writable, t.enumerable, t.configurable]"""
    ) == [True, True, False, True, "Middle", False, False, True]
    assert made.run("Object.prototype.toString.call(new Middle())") == "[object Middle]"


def test_functions_of_the_bindings_do_not_show_their_source(made: Any) -> None:
    assert made.run(
        "[Base, new Middle().constructor, tools.add].every((f) => /\\[native code\\]/.test(f) && !/convert/.test(f))"
    )


@pytest.mark.parametrize(
    ("global_interface", "url", "names"),
    [
        ("DedicatedWorkerGlobalScope", "https://a.test/", ["Base", "Secret"]),
        ("DedicatedWorkerGlobalScope", "http://a.test/", ["Base"]),
        ("ServiceWorkerGlobalScope", "https://a.test/", ["Base", "Elsewhere", "Secret"]),
    ],
)
def test_interfaces_are_exposed_where_they_say(
    define: Define, global_interface: str, url: str, names: list[str]
) -> None:
    realm = define(IDL, CLASSES, global_interface, url)
    assert realm.run("['Base', 'Elsewhere', 'Secret', 'Invisible'].filter((name) => name in globalThis)") == names


@pytest.mark.parametrize(
    ("global_interface", "url", "names"),
    [
        ("DedicatedWorkerGlobalScope", "https://a.test/", ["everywhere", "onlyDedicated", "onlySecure"]),
        ("SharedWorkerGlobalScope", "http://a.test/", ["everywhere"]),
    ],
)
def test_members_are_exposed_where_they_say(define: Define, global_interface: str, url: str, names: list[str]) -> None:
    realm = define(IDL, CLASSES, global_interface, url)
    assert realm.run("Object.keys(Partly.prototype).sort()") == names


def test_a_namespace_is_an_object_of_functions(made: Any) -> None:
    assert made.run("[tools.add('1', 2), tools.add.length, tools.version, Object.prototype.toString.call(tools)]") == [
        3, 2, "1", "[object tools]",
    ]  # fmt: skip
    assert made.run("const { add } = tools; add(1, 1)") == 2
    assert made.error_of("tools.add(1)") == "TypeError: tools.add needs 2 arguments, but got 1"
    assert made.error_of("tools()").startswith("TypeError")
    assert made.run("const p = tools.addLater(); p.catch(() => {}); p instanceof Promise")
    assert made.run(
        "const d = Object.getOwnPropertyDescriptor(globalThis, 'tools'); [d.writable, d.enumerable, d.configurable, Object.getPrototypeOf(tools) === Object.prototype]"
    ) == [True, False, True, True]


def test_a_callback_interface_with_constants_has_an_object_that_cannot_be_called(made: Any) -> None:
    assert made.run("[Filter.ACCEPT, Filter.name, Filter.length, typeof Filter, 'prototype' in Filter]") == [
        1, "Filter", 0, "function", False,
    ]  # fmt: skip
    assert made.error_of("Filter()").startswith("TypeError")
    assert made.error_of("new Filter()").startswith("TypeError")


def test_an_interface_without_interface_object_still_has_a_prototype(made: Any) -> None:
    assert made.run("const it = new Maker().make(); [it.y, Object.prototype.toString.call(it), 'Invisible' in globalThis]") == [
        4, "[object Invisible]", False,
    ]  # fmt: skip


def test_the_global_object_inherits_from_its_interfaces(made: Any) -> None:
    assert made.run(
        """[Object.getPrototypeOf(globalThis) === DedicatedWorkerGlobalScope.prototype, globalThis instanceof EventTarget,
        Object.prototype.toString.call(globalThis), self === globalThis, Object.hasOwn(globalThis, 'postMessage')]"""
    ) == [True, True, "[object DedicatedWorkerGlobalScope]", True, True]


def test_members_of_the_global_work_without_an_object(made: Any) -> None:
    assert made.run("const { addEventListener } = globalThis; addEventListener('x', () => {}); 1") == 1
    assert made.run("Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'self').get.call(undefined) === self")


def test_an_implementation_finds_nothing_that_scripts_put_on_all_objects(define: Define) -> None:
    realm = define(
        "[Exposed=*] interface Bare { constructor(); any peek(); undefined absent(); };",
        "export class Bare { peek() { return [this.stolen, typeof this.toString, 'hasOwnProperty' in this] } }",
    )
    realm.run("Object.prototype.stolen = 'stolen'; Object.prototype.absent = function () { globalThis.seen = this }; 0")
    assert realm.run("new Bare().peek()") == [None, "undefined", False]
    assert realm.run("const bare = new Bare(); bare.absent(); seen === bare") is True
