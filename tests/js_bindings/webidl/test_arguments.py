"""Arguments: how many, which are optional, and which overload they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IDL = """
enum Colour { "red", "green" };
dictionary Options { long x; };
callback Callback = undefined ();
callback interface Visitor { undefined visit(); };
[Exposed=*] interface Thing { constructor(); };
[Exposed=*] interface Other { constructor(); };
[Exposed=*] interface Caller {
  constructor(DOMString first, optional long second = 2);
  any required(DOMString a, DOMString b);
  any withOptional(DOMString a, optional long b, optional DOMString c = "c");
  any variadic(DOMString a, long... rest);
  any onlyVariadic((DOMString or Thing)... nodes);

  any byType(Thing thing);
  any byType(Other other);
  any byType(sequence<DOMString> list);
  any byType(ArrayBuffer buffer);
  any byType(boolean flag);
  any byType(double number);
  any byType(DOMString text);

  any byNothing(Thing? thing);
  any byNothing(DOMString text);

  any byOptions(DOMString a, optional Options options = {});
  any byOptions(DOMString a, Thing thing);

  any byFunction(Callback callback);
  any byFunction(Options options);

  any byCount(DOMString a);
  any byCount(DOMString a, DOMString b, DOMString c);

  any byUnion((Thing or Other) object);
  any byUnion((DOMString or sequence<long>) plain);

  any byObject(object object);
  any byObject(DOMString text);

  DOMString results(DOMString text);
  Thing results(long number);
};
"""
CLASS = """
export class Thing {}
export class Other {}
const shown = (args) => args.map((arg) => arg instanceof Thing ? 'Thing' : arg instanceof Other ? 'Other' : typeof arg === 'function' ? 'function'
  : Object.prototype.toString.call(arg) === '[object ArrayBuffer]' ? 'ArrayBuffer' : arg === undefined ? 'undefined' : Array.isArray(arg) ? arg
  : typeof arg === 'object' && arg !== null ? { ...arg } : arg);
export class Caller {
  first; second;
  constructor(first, second) { this.first = first; this.second = second }
  results(value) { return typeof value === 'string' ? value : new Thing() }
}
for (const name of ['required', 'withOptional', 'variadic', 'onlyVariadic', 'byType', 'byNothing', 'byOptions', 'byFunction', 'byCount', 'byUnion', 'byObject']) {
  Caller.prototype[name] = (...args) => shown(args);
}
"""
Define = Callable[..., Any]


@pytest.fixture
def call(define: Define) -> Callable[[str], Any]:
    realm = define(IDL, CLASS)
    return lambda script: realm.run(f"new Caller('').{script}")


@pytest.fixture
def refusal(define: Define) -> Callable[[str], str]:
    realm = define(IDL, CLASS)
    return lambda script: str(realm.error_of(f"new Caller('').{script}"))


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("required()", "TypeError: Caller.required needs 2 arguments, but got 0"),
        ("required(1)", "TypeError: Caller.required needs 2 arguments, but got 1"),
        ("variadic()", "TypeError: Caller.variadic needs 1 argument, but got 0"),
        ("byCount()", "TypeError: Caller.byCount needs 1 argument, but got 0"),
        ("byCount(1, 2)", "TypeError: Caller.byCount cannot be called with 2 arguments"),
        ("variadic('a', 1, Symbol())", "TypeError: Caller.variadic: argument 3 is a symbol"),
        ("byFunction(5)", "TypeError: Caller.byFunction: argument 1 is of a type that no form of it takes"),
    ],
)
def test_wrong_arguments_are_refused_with_their_place(refusal: Callable[[str], str], script: str, message: str) -> None:
    assert refusal(script).startswith(message)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("required(1, 2, 3)", ["1", "2"]),
        ("withOptional('a')", ["a", "undefined", "c"]),
        ("withOptional('a', undefined, undefined)", ["a", "undefined", "c"]),
        ("withOptional('a', null, null)", ["a", 0, "null"]),
        ("withOptional('a', '7')", ["a", 7, "c"]),
        ("variadic('a')", ["a"]),
        ("variadic('a', '1', 2.5)", ["a", 1, 2]),
        ("onlyVariadic()", []),
        ("onlyVariadic('x', new Thing(), undefined)", ["x", "Thing", "undefined"]),
    ],
)
def test_arguments_are_converted_one_by_one(call: Callable[[str], Any], script: str, expected: object) -> None:
    assert call(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("byType(new Thing())", ["Thing"]),
        ("byType(new Other())", ["Other"]),
        ("byType(['a'])", [["a"]]),
        ("byType(new Set([1]))", [["1"]]),
        ("byType(new ArrayBuffer(1))", ["ArrayBuffer"]),
        ("byType(true)", [True]),
        ("byType(5)", [5]),
        ("byType('x')", ["x"]),
        ("byType(null)", ["null"]),
        ("byType(undefined)", ["undefined"]),
        ("byType({})", ["[object Object]"]),
        ("byType(new Date(NaN))", ["Invalid Date"]),
        ("byType(new String('ab'))", [["a", "b"]]),
        ("byNothing(null)", [None]),
        ("byNothing(undefined)", [None]),
        ("byNothing('x')", ["x"]),
        ("byNothing(new Thing())", ["Thing"]),
        ("byOptions('a')", ["a", {}]),
        ("byOptions('a', undefined)", ["a", {}]),
        ("byOptions('a', null)", ["a", {}]),
        ("byOptions('a', { x: 1 })", ["a", {"x": 1}]),
        ("byOptions('a', new Thing())", ["a", "Thing"]),
        ("byFunction(() => {})", ["function"]),
        ("byFunction({ x: 1 })", [{"x": 1}]),
        ("byFunction(null)", [{}]),
        ("byCount('a')", ["a"]),
        ("byCount('a', 'b', 'c', 'd')", ["a", "b", "c"]),
        ("byUnion(new Other())", ["Other"]),
        ("byUnion('x')", ["x"]),
        ("byUnion([1, 2])", [[1, 2]]),
        ("byObject(new Thing())", [{}]),
        ("byObject({ a: 1 })", [{"a": 1}]),
        ("byObject('x')", ["x"]),
    ],
)
def test_the_overload_is_the_one_the_standard_says(call: Callable[[str], Any], script: str, expected: object) -> None:
    assert call(script) == expected


def test_each_overload_has_its_own_type_of_result(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.run("new Caller('').results('text')") == "text"
    assert realm.run("new Caller('').results(5) instanceof Thing") is True


def test_lengths_count_what_is_required(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.run("['required', 'withOptional', 'variadic', 'onlyVariadic', 'byCount', 'byOptions'].map((name) => Caller.prototype[name].length)") == [
        2, 1, 1, 0, 1, 1,
    ]  # fmt: skip
    assert realm.run("Caller.length") == 1


def test_a_constructor_has_arguments_too(define: Define) -> None:
    realm = define(IDL + "partial interface Caller { attribute DOMString first; attribute long second; };", CLASS)
    assert realm.run("const made = new Caller(5); [made.first, made.second]") == ["5", 2]
    assert realm.error_of("new Caller()") == "TypeError: new Caller needs 1 argument, but got 0"
    assert realm.error_of("Caller('x')") == "TypeError: class constructors must be invoked with 'new'"
