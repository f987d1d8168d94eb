"""Objects with indexed and named properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
[Exposed=*] interface Item { readonly attribute long n; };
[Exposed=*] interface ReadOnly {
  constructor();
  readonly attribute unsigned long length;
  getter Item? item(unsigned long index);
  getter Item? namedItem(DOMString name);
  attribute long plain;
};
[Exposed=*] interface Writable {
  constructor();
  readonly attribute unsigned long length;
  getter long (unsigned long index);
  setter undefined (unsigned long index, long value);
};
[Exposed=*, LegacyOverrideBuiltIns] interface Stored {
  constructor();
  getter DOMString? get(DOMString name);
  setter undefined set(DOMString name, DOMString value);
  deleter undefined remove(DOMString name);
  readonly attribute DOMString constant;
};
[Exposed=*, LegacyUnenumerableNamedProperties] interface Quiet : ReadOnly { constructor(); };
[Exposed=*] interface Growing : ReadOnly { constructor(); setter undefined (unsigned long index, long value); };
"""
CLASSES = """
export class Item { n; constructor(n) { this.n = n } }
export class ReadOnly {
  items = [new Item(0), new Item(1)]; plain = 3;
  get length() { return this.items.length }
  get_indexed(index) { return this.items[index] }
  item(index) { return this.items[index] ?? null }
  get_named(name) { return this.items[name === "first" ? 0 : 1] }
  namedItem(name) { return this.supported_names().includes(name) ? this.get_named(name) : null }
  supported_names() { return ["first", "item", "plain", "last"] }
}
export class Writable { values = [5]; get length() { return this.values.length } get_indexed(i) { return this.values[i] } set_indexed(i, value) { this.values[i] = value } }
export class Stored {
  map = new Map([["a", "1"]]); constant = "built in";
  get_named(name) { return this.map.get(name) }
  supported_names() { return [...this.map.keys()] }
  set_named(name, value) { this.map.set(name, value) }
  delete_named(name) { this.map.delete(name) }
  get(name) { return this.map.get(name) ?? null } set(name, value) { this.map.set(name, value) } remove(name) { this.map.delete(name) }
}
export class Quiet extends ReadOnly {}
export class Growing extends ReadOnly { set_indexed(index, value) { this.items[index] = new Item(value) } }
"""
Define = Callable[..., Any]


@pytest.fixture
def made(define: Define) -> Any:
    realm = define(IDL, CLASSES)
    realm.run(
        "globalThis.list = new ReadOnly(); globalThis.numbers = new Writable(); globalThis.store = new Stored(); 0"
    )
    return realm


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("list[1].n", 1),
        ("list['0'].n", 0),
        ("list[0] === list.item(0)", True),
        ("list[2] === undefined", True),
        ("list['01'] === undefined", True),
        ("list[-1] === undefined", True),
        ("list[4294967295] === undefined", True),
        ("0 in list", True),
        ("2 in list", False),
        ("list.first === list[0]", True),
        ("list.last === list[1]", True),
        ("typeof list.item", "function"),
        ("list.plain", 3),
        ("'first' in list", True),
        ("'absent' in list", False),
        ("Object.keys(list)", ["0", "1", "first", "last"]),
        ("Object.getOwnPropertyNames(list)", ["0", "1", "first", "last"]),
        ("const names = []; for (const name in list) names.push(name); names.slice(0, 4)", ["0", "1", "first", "last"]),
        ("Object.hasOwn(list, 'first') && Object.hasOwn(list, 1) && !Object.hasOwn(list, 'plain')", True),
        ("Object.keys(new Quiet())", ["0", "1"]),
        ("Object.getOwnPropertyNames(new Quiet())", ["0", "1", "first", "last"]),
        ("Array.prototype.map.call(list, (item) => item.n)", [0, 1]),
        ("JSON.stringify(numbers)", '{"0":5}'),
        ("list instanceof ReadOnly && Object.getPrototypeOf(list) === ReadOnly.prototype", True),
        ("list.length", 2),
    ],
)
def test_indexed_and_named_properties_are_there(made: Any, script: str, expected: object) -> None:
    assert made.run(script) == expected


def test_their_descriptors_say_what_can_be_done(made: Any) -> None:
    assert made.run(
        """const of = (object, key) => { const d = Object.getOwnPropertyDescriptor(object, key); return [d.writable, d.enumerable, d.configurable] };
        [of(list, 0), of(list, 'first'), of(numbers, 0), of(store, 'a'), of(new Quiet(), 'first')]"""
    ) == [[False, True, True], [False, True, True], [True, True, True], [True, True, True], [False, False, True]]


@pytest.mark.parametrize(
    "script",
    [
        "'use strict'; list[0] = 5",
        "'use strict'; list[9] = 5",
        "'use strict'; list.first = 5",
        "'use strict'; delete list[0]",
        "'use strict'; delete list.first",
        "Object.defineProperty(list, 0, { value: 5 })",
        "Object.defineProperty(list, 'first', { value: 5 })",
        "Object.defineProperty(numbers, 0, { get() {} })",
        "Object.preventExtensions(list)",
        "Object.freeze(list)",
    ],
)
def test_what_cannot_be_written_is_refused(made: Any, script: str) -> None:
    assert made.error_of(script).startswith("TypeError")


def test_a_script_can_put_other_things_on_them(made: Any) -> None:
    assert made.run("list.mine = 5; [list.mine, Object.keys(list).at(-1), delete list.mine, list.mine === undefined]") == [
        5, "mine", True, True,
    ]  # fmt: skip
    assert made.run("list.plain = '8'; [list.plain, Object.hasOwn(list, 'plain')]") == [8, False]
    assert made.run("list[Symbol.for('s')] = 1; list[Symbol.for('s')]") == 1


def test_an_own_property_hides_a_name_unless_names_override(made: Any) -> None:
    assert (
        made.run(
            "Object.defineProperty(ReadOnly.prototype, 'first', { value: 'hidden', configurable: true }); const v = list.first; delete ReadOnly.prototype.first; v"
        )
        == "hidden"
    )
    assert made.run("store.set('constant', 'mine'); store.constant") == "mine"


def test_indexed_setters_convert(made: Any) -> None:
    assert made.run("numbers[0] = '7.5'; numbers[1] = 8; [numbers[0], numbers[1], numbers.length]") == [7, 8, 2]
    assert made.run("Object.defineProperty(numbers, 0, { value: '9' }); numbers[0]") == 9
    assert made.error_of("numbers[0] = Symbol()").startswith("TypeError: Writable[0] is a symbol")


def test_named_setters_and_deleters(made: Any) -> None:
    assert made.run("store.b = 2; [store.b, store.get('b'), Object.keys(store), delete store.b, delete store.absent, store.b === undefined]") == [
        "2", "2", ["a", "b"], True, True, True,
    ]  # fmt: skip
    assert made.run("store['5'] = 'index'; store.get('5')") == "index"
    assert made.run("Object.defineProperty(store, 'c', { value: 3 }); store.c") == "3"


def test_attributes_that_do_not_fit_are_ignored_where_a_setter_decides(made: Any) -> None:
    assert made.run(
        "Object.defineProperty(store, 'd', { value: 4, writable: false, enumerable: false, configurable: false }) === store"
    )
    assert made.run(
        "const d = Object.getOwnPropertyDescriptor(store, 'd'); [d.value, d.writable, d.enumerable, d.configurable]"
    ) == ["4", True, True, True]
    assert made.run("Reflect.defineProperty(numbers, '0', { value: 3, configurable: false }) && numbers[0]") == 3
    assert made.run("Reflect.defineProperty(list, 'first', { value: 3 })") is False
    assert made.run("Object.defineProperty(list, 'bar', { value: 1, writable: true }).bar") == 1
    assert made.run("Object.getOwnPropertyDescriptor(list, 'bar').configurable") is False


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(store, 'x', 5)",
        "Object.defineProperty(store, 'x', { get: 5 })",
        "Object.defineProperty(store, 'x', { get() {}, value: 1 })",
        "Object.defineProperty(list, Symbol.iterator, { set: {} })",
    ],
)
def test_descriptors_that_are_none_are_refused(made: Any, script: str) -> None:
    assert made.error_of(script).startswith("TypeError")


def test_an_object_that_inherits_from_one_has_its_own_properties(made: Any) -> None:
    assert made.run("const child = Object.create(store); child.b = 5; [Object.hasOwn(child, 'b'), store.get('b')]") == [
        True,
        None,
    ]
    assert made.run("const heir = Object.create(numbers); [heir[0], Reflect.set(heir, 0, 1)]")[0] == 5


def test_a_derived_interface_adds_to_what_it_inherits(made: Any) -> None:
    assert made.run("const g = new Growing(); g[0] = 40; g[2] = 42; [g[0].n, g[2].n, g.first.n, g.length, g instanceof ReadOnly]") == [
        40, 42, 40, 3, True,
    ]  # fmt: skip


def test_a_script_cannot_reach_what_is_behind(made: Any) -> None:
    made.run(
        "Object.prototype.isExtensible = function (target) { globalThis.seen = target; return true }; Object.isExtensible(list)"
    )
    assert made.run("'seen' in globalThis") is False
