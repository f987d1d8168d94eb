"""Attributes, operations, constants and stringifiers as scripts see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
enum Colour { "red", "green" };
[Exposed=*] interface Thing : EventTarget {
  constructor();
  const unsigned short ONE = 1;
  const boolean YES = true;
  readonly attribute DOMString fixed;
  attribute long number;
  attribute Colour colour;
  attribute Colour? perhaps;
  attribute EventHandler onpoke;
  static attribute long shared;
  static readonly attribute DOMString sharedName;
  [Replaceable] readonly attribute long replaceable;
  [PutForwards=number] readonly attribute Thing other;
  [PutForwards=number] readonly attribute Thing? nobody;
  [LegacyUnforgeable] readonly attribute DOMString steady;
  [LegacyUnforgeable] DOMString stay();
  [LegacyLenientThis] attribute long lenient;
  [LegacyLenientSetter] readonly attribute long deaf;
  readonly attribute Promise<long> later;
  readonly attribute Promise<long> never;
  DOMString hello(DOMString name);
  Promise<long> work(long amount);
  static long twice(long number);
  static Promise<long> twiceLater(long number);
  undefined nothing();
  stringifier;
  [Unscopable] undefined hidden();
  readonly attribute DOMString missing;
  undefined gone();
  Promise<undefined> goneLater();
  readonly attribute Promise<undefined> missingLater;
  undefined forgotten();
};
[Exposed=*] interface Derived : Thing { constructor(); attribute DOMString own; };
[Exposed=*] interface Named { constructor(); stringifier attribute USVString href; };
[Exposed=*] interface Fixed { constructor(); [LegacyUnforgeable] stringifier attribute USVString href; };
[Exposed=*] interface Plain { attribute long x; };
"""
CLASSES = """
export class Thing extends EventTarget {
  static shared = 5;
  static sharedName = "all";
  fixed = "as it is"; number = 3; colour = "red"; perhaps = null; replaceable = 7; steady = "steady"; lenient = 1; deaf = 2;
  #other = null;
  nobody = null;
  get other() { return this.#other ??= new Thing() }
  get later() { return Promise.resolve(8) }
  get never() { throw new RangeError("never") }
  stay() { return "here" }
  hello(name) { if (name === "bad") throw new RangeError("no"); return `hello ${name}` }
  work(amount) { if (amount < 0) throw new RangeError("no"); return Promise.resolve(amount * 2) }
  static twice(number) { return number * 2 }
  static async twiceLater(number) { return number * 2 }
  nothing() { return 5 }
  hidden() {}
  toString() { return `thing ${this.number}` }
  static {
    for (const name of ["missing", "gone", "goneLater", "missingLater"]) this.prototype[name] = not_implemented("of a reason");
  }
}
export class Derived extends Thing { own = "mine" }
export class Named { href = "https://a.test/" }
export class Fixed { href = "https://a.test/" }
export class Plain { x = 1 }
"""
Define = Callable[..., Any]


@pytest.fixture
def things(define: Define) -> Any:
    realm = define(IDL, CLASSES)
    realm.run("globalThis.thing = new Thing(); 0")
    return realm


def test_attributes_are_enumerable_configurable_accessors_of_the_prototype(things: Any) -> None:
    assert things.run(
        """const of = (name) => { const d = Object.getOwnPropertyDescriptor(Thing.prototype, name);
             return [d.get.name, d.get.length, d.set?.name ?? null, d.set?.length ?? null, d.enumerable, d.configurable] };
           [of('fixed'), of('number'), of('onpoke')]"""
    ) == [
        ["get fixed", 0, None, None, True, True],
        ["get number", 0, "set number", 1, True, True],
        ["get onpoke", 0, "set onpoke", 1, True, True],
    ]


def test_operations_are_enumerable_writable_configurable_functions(things: Any) -> None:
    assert things.run(
        """const d = Object.getOwnPropertyDescriptor(Thing.prototype, 'hello');
        [typeof d.value, d.value.name, d.value.length, d.writable, d.enumerable, d.configurable, 'prototype' in d.value]"""
    ) == ["function", "hello", 1, True, True, True, False]
    assert things.error_of("new thing.hello('x')").startswith("TypeError")


def test_objects_have_no_own_properties_but_unforgeable_ones(things: Any) -> None:
    assert things.run("Reflect.ownKeys(thing)") == ["steady", "stay"]
    assert things.run("'steady' in Thing.prototype") is False
    assert things.run(
        """const d = Object.getOwnPropertyDescriptor(thing, 'steady'), o = Object.getOwnPropertyDescriptor(thing, 'stay');
        [d.enumerable, d.configurable, d.set === undefined, o.writable, o.enumerable, o.configurable, thing.stay()]"""
    ) == [True, False, True, False, True, False, "here"]


def test_unforgeable_members_are_the_same_functions_on_all_objects(things: Any) -> None:
    assert things.run(
        """const get = (object) => Object.getOwnPropertyDescriptor(object, 'steady').get;
        get(thing) === get(new Thing()) && thing.stay === new Derived().stay"""
    )


@pytest.mark.parametrize(
    "script",
    [
        "Thing.prototype.fixed",
        "Thing.prototype.number = 5",
        "Object.getOwnPropertyDescriptor(Thing.prototype, 'number').get.call({})",
        "Object.getOwnPropertyDescriptor(Thing.prototype, 'number').get.call(new EventTarget())",
        "Object.getOwnPropertyDescriptor(Thing.prototype, 'number').get.call(undefined)",
        "Object.getOwnPropertyDescriptor(Thing.prototype, 'number').set.call(new Plain2(), 5)",
        "Thing.prototype.hello('x')",
        "thing.hello.call(null, 'x')",
        "thing.hello.call(5, 'x')",
        "thing.hello.call(Object.create(thing), 'x')",
        "thing.hello.call(new Proxy(thing, {}), 'x')",
        "Thing.prototype.onpoke",
        "Thing.prototype.toString()",
    ],
)
def test_members_refuse_what_is_not_of_their_interface(things: Any, script: str) -> None:
    things.run("globalThis.Plain2 = class {}; 0")
    assert things.error_of(script).startswith("TypeError: Thing.")


def test_members_work_on_objects_of_derived_interfaces(things: Any) -> None:
    assert things.run("thing.hello.call(new Derived(), 'x')") == "hello x"
    assert things.run("new Derived().own + new Derived().number") == "mine3"
    assert things.error_of("Object.getOwnPropertyDescriptor(Derived.prototype, 'own').get.call(thing)").startswith(
        "TypeError"
    )


def test_what_an_operation_throws_is_thrown_and_an_undefined_one_gives_undefined(things: Any) -> None:
    assert things.error_of("thing.hello('bad')") == "RangeError: no"
    assert things.run("thing.nothing() === undefined")


def test_members_of_promises_reject_instead_of_throwing(things: Any) -> None:
    assert things.settled("thing.work('4')") == 8
    assert (
        things.run(
            "[thing.work(), thing.work(-1), thing.work(Symbol()), Thing.prototype.work.call(5, 1), Thing.twiceLater()]"
            ".map((promise) => { const is = promise instanceof Promise; promise.catch?.(() => {}); return is }).join()"
        )
        == "true,true,true,true,true"
    )
    assert things.error_of("thing.work(-1)") == "RangeError: no"
    assert things.settled("thing.later") == 8
    assert things.error_of("thing.never") == "RangeError: never"
    assert things.run("const p = Thing.prototype.later; p.catch(() => {}); p instanceof Promise")


def test_setters_convert_and_ignore_values_outside_their_enumeration(things: Any) -> None:
    assert things.run("thing.number = '7.9'; thing.number") == 7
    assert things.run("thing.colour = 'green'; thing.colour = 'blue'; thing.colour = null; thing.colour") == "green"
    assert things.run("thing.perhaps = 'red'; thing.perhaps = 'blue'; thing.perhaps") == "red"
    assert things.run("thing.perhaps = null; thing.perhaps") is None
    assert things.error_of("thing.colour = Symbol()").startswith("TypeError")
    assert things.error_of("thing.number = Symbol()").startswith("TypeError: Thing.number is a symbol")


def test_read_only_attributes_cannot_be_set(things: Any) -> None:
    assert things.run("thing.fixed = 5; thing.fixed") == "as it is"
    assert things.error_of("'use strict'; thing.fixed = 5").startswith("TypeError")


def test_event_handlers_take_objects_and_nothing_else(things: Any) -> None:
    assert things.run("const f = () => {}; thing.onpoke = f; thing.onpoke === f")
    assert things.run("const o = {}; thing.onpoke = o; thing.onpoke === o")
    assert things.run("thing.onpoke = 'text'; thing.onpoke") is None


def test_statics_belong_to_the_interface_object(things: Any) -> None:
    assert things.run("[Thing.shared, Thing.sharedName, Thing.twice('4'), 'shared' in thing, Thing.twice.length]") == [
        5, "all", 8, False, 1,
    ]  # fmt: skip
    assert things.run("Thing.shared = '9'; Thing.shared") == 9
    assert things.run("const { twice } = Thing; twice(2)") == 4
    assert things.run("Object.hasOwn(Derived, 'twice')") is False
    assert things.run("Derived.twice(3)") == 6


def test_replaceable_attributes_become_own_properties(things: Any) -> None:
    assert things.run(
        "thing.replaceable = 'mine'; const d = Object.getOwnPropertyDescriptor(thing, 'replaceable'); [d.value, d.writable, d.enumerable, d.configurable]"
    ) == ["mine", True, True, True]
    assert things.run("new Thing().replaceable") == 7
    assert things.error_of(
        "Object.getOwnPropertyDescriptor(Thing.prototype, 'replaceable').set.call({}, 1)"
    ).startswith("TypeError")


def test_put_forwards_sets_an_attribute_of_what_is_there(things: Any) -> None:
    assert things.run("thing.other = '12'; thing.other.number") == 12
    assert (
        things.error_of("thing.nobody = 1") == "TypeError: Thing.nobody is not an object, so its number cannot be set"
    )
    assert things.run("Object.freeze(thing.other); thing.other = 13; thing.other.number") == 13


def test_lenient_attributes_forgive(things: Any) -> None:
    assert things.run("Thing.prototype.lenient === undefined")
    assert things.run("Thing.prototype.lenient = 5; thing.lenient") == 1
    assert things.run("thing.lenient = 6; thing.lenient") == 6
    assert things.run("'use strict'; thing.deaf = 5; thing.deaf") == 2


def test_constants_are_on_the_interface_object_and_its_prototype(things: Any) -> None:
    assert (
        things.run(
            """[Thing, Thing.prototype].map((holder) => { const d = Object.getOwnPropertyDescriptor(holder, 'ONE');
             return [d.value, d.writable, d.enumerable, d.configurable] })"""
        )
        == [[1, False, True, False]] * 2
    )
    assert things.run("[thing.ONE, Derived.YES]") == [1, True]


def test_stringifiers(things: Any) -> None:
    assert things.run("[`${thing}`, Thing.prototype.toString.name, Thing.prototype.toString.length]") == [
        "thing 3", "toString", 0,
    ]  # fmt: skip
    assert things.run("String(new Named())") == "https://a.test/"
    assert things.run(
        """const d = Object.getOwnPropertyDescriptor(Named.prototype, 'toString'); [d.writable, d.enumerable, d.configurable]"""
    ) == [True, True, True]


def test_an_unforgeable_stringifier_is_on_the_object(things: Any) -> None:
    assert things.run(
        """const d = Object.getOwnPropertyDescriptor(new Fixed(), 'toString');
        [d.writable, d.enumerable, d.configurable, `${new Fixed()}`, Object.hasOwn(Fixed.prototype, 'toString')]"""
    ) == [False, True, False, "https://a.test/", False]


def test_unscopable_members_are_listed(things: Any) -> None:
    assert things.run("Object.keys(Thing.prototype[Symbol.unscopables])") == ["hidden"]
    assert things.run("Object.getPrototypeOf(Thing.prototype[Symbol.unscopables])") is None


def test_what_is_not_there_is_absent_for_scripts(things: Any) -> None:
    names = "['missing', 'gone', 'goneLater', 'missingLater', 'forgotten']"
    assert things.run(f"{names}.filter((name) => name in thing)") == []
    assert things.run("[typeof thing.gone, thing.missing?.deeper ?? null, thing.goneLater?.() ?? null]") == ["undefined", None, None]


def test_what_is_not_there_is_told_to_people(define: Define) -> None:
    realm = define(IDL, CLASSES)

    def look() -> Any:
        environment = realm.environment
        return environment.realm.call_for_wire(environment.bindings.load("webidl/gaps.js").get("gaps_of"), "Thing")

    assert realm._on_agent(look) == [
        ["Thing", "missing", "of a reason"],
        ["Thing", "gone", "of a reason"],
        ["Thing", "goneLater", "of a reason"],
        ["Thing", "missingLater", "of a reason"],
        ["Thing", "forgotten", "not written yet"],
    ]


def test_an_interface_without_constructor_cannot_be_constructed(things: Any) -> None:
    assert things.error_of("new Plain()") == "TypeError: Plain cannot be constructed by scripts"
    assert things.error_of("Reflect.construct(Plain, [], Object)").startswith("TypeError")
