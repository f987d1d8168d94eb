"""From an implementation's result to the script's value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
[Exposed=*] interface Item { readonly attribute long n; };
[Exposed=*] interface Other {};
dictionary Outer { Item item; DOMString text; sequence<Item> list; Inner inner; any absent; };
dictionary Inner { Item item; };
dictionary Plain { DOMString b; any a; };
dictionary PlainBase { long z; };
[Exposed=*] interface Giver {
  constructor();
  sequence<Item> items();
  sequence<DOMString> texts();
  record<DOMString, Item> byName();
  readonly attribute FrozenArray<Item> frozen;
  undefined replaceFrozen();
  Outer outer();
  Plain plain();
  Promise<Item> laterItem();
  Promise<sequence<Item>> laterItems();
  Promise<FrozenArray<DOMString>> laterFrozen();
  Promise<any> laterAny();
  Promise<undefined> laterNothing();
  Promise<Plain> laterPlain();
  (Item or DOMString) either(boolean item);
  (Item or sequence<Item>) oneOrMore(boolean more);
  (Item or Plain) itemOrPlain(boolean item);
  (Item or object)? itemOrObject(DOMString which);
  (ArrayBuffer or Item) bufferOrItem(boolean item);
  Item? nullable(boolean there);
  any anything(any value);
  object same(object value);
  undefined nothing();
  sequence<any>? maybe(boolean there);
  readonly attribute DOMString innerText;
};
"""
CLASSES = """
export class Item { n; constructor(n) { this.n = n } }
export class Other {}
const kept = a_promise_resolved_with("any");
const texts = ["a", "b"];
export class Giver {
  frozen = [new Item(0), new Item(1)];
  replaceFrozen() { this.frozen = [new Item(2)] }
  items() { return this.frozen }
  texts() { return texts }
  byName() { return { __proto__: null, one: new Item(1), "__proto__x": new Item(2) } }
  outer() { return { text: "t", item: new Item(5), list: [new Item(6)], inner: { item: new Item(7) }, extra: 1, absent: undefined } }
  plain() { return { __proto__: null, b: "b", a: 1 } }
  async laterItem() { return this.frozen[0] }
  async laterItems() { return this.frozen }
  async laterFrozen() { return texts }
  laterAny() { return kept }
  laterNothing() { return kept }
  laterPlain() { return Promise.resolve({ __proto__: null, b: "b", a: 1 }) }
  either(item) { return item ? this.frozen[0] : "text" }
  oneOrMore(more) { return more ? this.frozen : this.frozen[0] }
  itemOrPlain(item) { return item ? this.frozen[0] : { a: 1 } }
  itemOrObject(which) { return which === "item" ? this.frozen[0] : which === "null" ? null : globalThis[which] }
  bufferOrItem(item) { return item ? this.frozen[0] : new ArrayBuffer(3) }
  nullable(there) { return there ? this.frozen[0] : null }
  anything(value) { return value }
  same(value) { return value }
  nothing() { return "something" }
  maybe(there) { return there ? [1] : null }
}
"""
Define = Callable[..., Any]


@pytest.fixture
def giver(define: Define) -> Any:
    realm = define(IDL, CLASSES)
    realm.run("globalThis.giver = new Giver(); globalThis.mine = { own: 1 }; globalThis.first = giver.frozen[0]; 0")
    return realm


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("giver.items().map((item) => item.n)", [0, 1]),
        ("giver.items()[0] === first", True),
        ("giver.items() !== giver.items() && Array.isArray(giver.items()) && !Object.isFrozen(giver.items())", True),
        ("giver.texts().push('c'); giver.texts()", ["a", "b"]),
        (
            "const r = giver.byName(); [Object.keys(r), r.one instanceof Item, Object.getPrototypeOf(r) === Object.prototype]",
            [["one", "__proto__x"], True, True],
        ),
        ("Object.isFrozen(giver.frozen) && giver.frozen === giver.frozen", True),
        (
            "const before = giver.frozen; giver.replaceFrozen(); [before === giver.frozen, giver.frozen[0].n]",
            [False, 2],
        ),
        ("const o = giver.outer(); [o.item.n, o.list[0].n, o.inner.item.n, o.text]", [5, 6, 7, "t"]),
        ("Object.keys(giver.outer())", ["inner", "item", "list", "text"]),
        ("Object.keys(giver.plain())", ["a", "b"]),
        ("Object.getPrototypeOf(giver.plain()) === Object.prototype", True),
        ("giver.either(true) === first && giver.either(false)", "text"),
        ("giver.oneOrMore(true)[0] === giver.oneOrMore(false)", True),
        ("[giver.itemOrPlain(true) === first, giver.itemOrPlain(false)]", [True, {"a": 1}]),
        (
            "[giver.itemOrObject('item') === first, giver.itemOrObject('mine') === mine, giver.itemOrObject('null')]",
            [True, True, None],
        ),
        ("[giver.bufferOrItem(true) === first, giver.bufferOrItem(false).byteLength]", [True, 3]),
        ("[giver.nullable(true) === first, giver.nullable(false)]", [True, None]),
        ("giver.anything(mine) === mine && giver.same(mine) === mine", True),
        ("giver.nothing() === undefined", True),
        ("[giver.maybe(true), giver.maybe(false)]", [[1], None]),
        ("giver.innerText === undefined", True),
    ],
)
def test_results_are_converted_by_their_type(giver: Any, script: str, expected: object) -> None:
    assert giver.run(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("giver.laterItem().then((item) => item === first)", True),
        ("giver.laterItems().then((items) => items[0] === first)", True),
        ("giver.laterFrozen().then((list) => Object.isFrozen(list))", True),
    ],
)
def test_what_a_promise_gives_is_converted(giver: Any, script: str, expected: object) -> None:
    assert giver.settled(script) == expected


def test_a_promise_that_needs_no_conversion_is_handed_on_as_it_is(giver: Any) -> None:
    assert giver.run("giver.laterAny() === giver.laterNothing() && giver.laterAny() instanceof Promise")


def test_a_promise_of_the_bindings_own_becomes_one_of_the_realm_of_scripts(giver: Any) -> None:
    assert giver.run("giver.laterPlain().constructor === Promise")
    assert giver.settled("giver.laterPlain().then((plain) => Object.getPrototypeOf(plain) === Object.prototype)")
