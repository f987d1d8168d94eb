"""The global object gets its interfaces, and nobody can tell that they are made when first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LOOKS = [
    "const d = Object.getOwnPropertyDescriptor(globalThis, 'Headers'); return [typeof d.value, d.writable, d.enumerable, d.configurable, 'get' in d]",
    "const d = Reflect.getOwnPropertyDescriptor(globalThis, 'Headers'); return [typeof d.value, d.writable, d.enumerable, d.configurable, 'get' in d]",
    "const d = Object.getOwnPropertyDescriptors(globalThis).Headers; return [typeof d.value, d.writable, d.enumerable, d.configurable, 'get' in d]",
    "const d = Object.getOwnPropertyDescriptor(globalThis, { toString: () => 'Headers' }); return [typeof d.value, d.writable, d.enumerable, d.configurable, 'get' in d]",
]


@pytest.mark.parametrize("script", LOOKS)
def test_an_interface_that_has_not_been_made_looks_like_a_plain_property(realm: Any, script: str) -> None:
    assert realm.run(f"(() => {{ {script} }})()") == ["function", True, False, True, False]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("typeof globalThis.__lookupGetter__('Headers')", "undefined"),
        ("typeof globalThis.__lookupSetter__('Headers')", "undefined"),
        ("Headers === globalThis.Headers && new Headers() instanceof Headers", True),
        ("'Headers' in globalThis && Object.hasOwn(globalThis, 'Headers') && Reflect.has(globalThis, 'Headers')", True),
        ("Object.keys(globalThis).includes('Headers')", False),
        ("Object.getOwnPropertyNames(globalThis).includes('Headers')", True),
        ("globalThis.propertyIsEnumerable('Headers')", False),
        ("Object.create(globalThis).Headers === Headers", True),
        ("Reflect.get(globalThis, 'Headers', {}) === Headers", True),
        ("typeof Headers", "function"),
        (
            "delete globalThis.Headers && !('Headers' in globalThis) && Object.getOwnPropertyDescriptor(globalThis, 'Headers') === undefined",
            True,
        ),
        ("delete globalThis.Headers; Object.getOwnPropertyDescriptors(globalThis).Headers === undefined", True),
    ],
)
def test_other_ways_to_look(realm: Any, script: str, expected: object) -> None:
    assert realm.run(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        "globalThis.Headers = 5",
        "Headers = 5",
        "'use strict'; Headers = 5",
        "var Headers = 5",
        "Object.defineProperty(globalThis, 'Headers', { value: 5 })",
        "Reflect.defineProperty(globalThis, 'Headers', { value: 5 })",
        "Object.defineProperties(globalThis, { Headers: { value: 5 } })",
        "Object.assign(globalThis, { Headers: 5 })",
        "Reflect.set(globalThis, 'Headers', 5)",
    ],
)
def test_a_script_can_replace_an_interface_that_has_not_been_made(realm: Any, script: str) -> None:
    assert realm.run(
        f"{script}; [Headers, ...['writable', 'enumerable', 'configurable'].map((key) => Object.getOwnPropertyDescriptor(globalThis, 'Headers')[key])]"
    ) == [5, True, False, True]


def test_a_function_declaration_replaces_it_too(realm: Any) -> None:
    assert realm.run("function Headers() { return 'mine' } ; Headers()") == "mine"


def test_a_lexical_declaration_hides_it(realm: Any) -> None:
    assert realm.run("class Headers {} ; Headers !== globalThis.Headers && typeof globalThis.Headers === 'function'")


def test_what_inherits_from_the_global_object_gets_a_property_of_its_own(realm: Any) -> None:
    assert realm.run("const child = Object.create(globalThis); child.Headers = 5; [child.Headers, Object.keys(child), typeof Headers]") == [
        5, ["Headers"], "function",
    ]  # fmt: skip


def test_a_getter_can_be_put_in_its_place(realm: Any) -> None:
    assert realm.run("globalThis.__defineGetter__('Headers', () => 5); Headers") == 5


@pytest.mark.parametrize("how", ["freeze", "seal", "preventExtensions"])
def test_a_global_object_that_takes_no_more_still_has_its_interfaces(realm: Any, how: str) -> None:
    assert realm.run(f"Object.{how}(globalThis); [typeof Headers, Headers === Headers, new Headers({{ a: 'b' }}).get('a')]") == [
        "function", True, "b",
    ]  # fmt: skip


def test_functions_that_look_first_are_as_they_were(realm: Any) -> None:
    assert realm.run(
        """[Object.defineProperty, Reflect.getOwnPropertyDescriptor, Object.freeze, Object.prototype.__lookupGetter__]
        .map((f) => [f.name, f.length, 'prototype' in f, /native code/.test(f)])"""
    ) == [
        ["defineProperty", 3, False, True],
        ["getOwnPropertyDescriptor", 2, False, True],
        ["freeze", 1, False, True],
        ["__lookupGetter__", 1, False, True],
    ]
    assert realm.run("const d = Object.getOwnPropertyDescriptor(Object, 'defineProperty'); [d.writable, d.enumerable, d.configurable]") == [
        True, False, True,
    ]  # fmt: skip
    assert realm.run(
        "const o = {}; Object.defineProperty(o, 'x', { value: 1 }) === o && Object.getOwnPropertyDescriptor(5, 'x') === undefined"
    )
    assert realm.error_of("Reflect.getOwnPropertyDescriptor(5, 'x')").startswith("TypeError")


def test_the_global_object_is_the_platform_object_of_its_interface(new_realm: Callable[..., Any]) -> None:
    for name in ("DedicatedWorkerGlobalScope", "SharedWorkerGlobalScope", "ServiceWorkerGlobalScope"):
        realm = new_realm(name)
        assert realm.run(
            f"self instanceof {name} && self instanceof WorkerGlobalScope && self instanceof EventTarget && self.self === globalThis"
        )
        assert realm.error_of(f"new {name}()").startswith("TypeError")


def test_each_realm_of_a_heap_has_everything(realm: Any) -> None:
    """The engine leaves DOMException out of all but the first."""

    def names() -> tuple[set[str], set[str]]:
        first, second = realm.environment.realm, realm.environment.agent.runtime.new_realm()
        listed = "Object.getOwnPropertyNames(globalThis).join()"
        found = set(str(first.eval_script(listed)).split(",")), set(str(second.eval_script(listed)).split(","))
        assert second.eval_script("new DOMException('x', 'AbortError').code") == 20
        return found

    first, second = realm._on_agent(names)
    assert {"DOMException", "Map"} <= second and second - first <= {"atob", "btoa", "performance", "queueMicrotask"}
