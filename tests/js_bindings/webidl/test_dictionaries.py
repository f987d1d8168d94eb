"""Dictionaries: members in order, defaults, and what is required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

IDL = """
dictionary Base { long zeta = 1; DOMString beta; };
dictionary Options : Base {
  required long must;
  boolean apple = true;
  sequence<long> list = [];
  Inner inner = {};
  Inner other;
  DOMString? text = null;
  double number = 1.5;
  any anything;
};
dictionary Inner { long x = 7; };
[Exposed=*] interface Taker {
  constructor();
  any take(Options options);
  any takeOptional(optional Inner options = {});
};
"""
CLASS = "export class Taker { take(options) { return { ...options } } takeOptional(options) { return { ...options } } }"
Define = Callable[..., Any]


def test_defaults_fill_what_is_absent_and_members_without_one_stay_absent(define: Define) -> None:
    assert define(IDL, CLASS).run("new Taker().take({ must: '3', beta: undefined })") == {
        "zeta": 1,
        "must": 3,
        "apple": True,
        "list": [],
        "inner": {"x": 7},
        "text": None,
        "number": 1.5,
    }


def test_default_lists_and_dictionaries_are_new_each_time(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.run("const t = new Taker(); t.take({ must: 1 }).list !== t.take({ must: 1 }).list")


def test_members_are_read_once_ancestors_first_and_then_by_name(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.run(
        "const read = []; new Taker().take(new Proxy({ must: 1 }, { get(target, key) { read.push(key); return target[key] } })); read"
    ) == ["beta", "zeta", "anything", "apple", "inner", "list", "must", "number", "other", "text"]


def test_a_missing_required_member_is_told_by_name(define: Define) -> None:
    realm = define(IDL, CLASS)
    message = "TypeError: Taker.take: argument 1 (options): the required member must is missing"
    assert realm.error_of("new Taker().take({})") == message
    assert realm.error_of("new Taker().take(null)") == message
    assert realm.error_of("new Taker().take(undefined)") == message


def test_other_primitives_are_no_dictionaries(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.error_of("new Taker().take(5)") == "TypeError: Taker.take: argument 1 (options) is not an object"
    assert realm.error_of("new Taker().takeOptional('x')").startswith("TypeError")
    assert realm.run("new Taker().takeOptional()") == {"x": 7}
    assert realm.run("new Taker().takeOptional(null)") == {"x": 7}


def test_errors_in_members_name_the_way_to_them(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.error_of("new Taker().take({ must: 1, inner: { x: Symbol() } })") == (
        "TypeError: Taker.take: argument 1 (options): inner: x is a symbol, which cannot be converted to a number"
    )


def test_what_a_getter_throws_is_thrown(define: Define) -> None:
    realm = define(IDL, CLASS)
    assert realm.error_of("new Taker().take({ get must() { throw new RangeError('mine') } })") == "RangeError: mine"
