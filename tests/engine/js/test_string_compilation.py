"""Who is asked before strings are compiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.js import JSError, Realm, Runtime, ask_before_strings_are_compiled
from engine.webidl.exceptions import JSTypeError


@pytest.fixture
def realm() -> Iterator[Realm]:
    runtime = Runtime()
    realm = runtime.new_realm()
    realm.functions.error_factory = realm.eval_script("(message, name) => new globalThis[name](message)")
    yield realm
    runtime.dispose()


def test_whoever_asked_to_be_asked_sees_the_source_and_may_refuse(realm: Realm) -> None:
    asked: list[str] = []

    def ensure(source: str) -> None:
        asked.append(source)
        if "bad" in source:
            raise JSTypeError("no")

    ask_before_strings_are_compiled(realm, ensure)
    assert realm.eval_script("[eval('1 + 1'), (0, eval)('2'), Function('a', 'return a')(3), eval(4)]").get("length") == 4
    assert [source.split() for source in asked] == [["1", "+", "1"], ["2"], ["(function", "anonymous(a", ")", "{", "return", "a", "})"]]
    with pytest.raises(JSError, match="TypeError: no"):
        realm.eval_script("eval('bad')")
    assert realm.eval_script("try { Function('bad') } catch (error) { error.message }") == "no"
    asked.clear()
    realm.eval_script("0")
    realm.evaluate_module(realm.compile_module("globalThis.x = 1", "https://a.test/m.js"))
    assert asked == []


def test_other_realms_are_not_asked(realm: Realm) -> None:
    def refuse(source: str) -> None:
        raise JSTypeError("no")

    other = realm.runtime.new_realm()
    ask_before_strings_are_compiled(realm, refuse)
    assert other.eval_script("eval('1')") == 1
    realm.set_property(realm.global_this, "compile", other.eval_script("eval"))
    assert realm.eval_script("compile('1')") == 1


def test_what_was_asked_about_is_refused_when_the_realm_has_gone(realm: Realm) -> None:
    frame = realm.runtime.new_realm()
    ask_before_strings_are_compiled(frame, lambda source: None)
    realm.set_property(realm.global_this, "compile", frame.eval_script("eval"))
    assert realm.eval_script("compile('1')") == 1
    realm.runtime.discard_realm(frame)
    with pytest.raises(JSError, match="not supported"):
        realm.eval_script("compile('1')")


def test_recursion_through_eval_ends_in_an_error_of_the_script(realm: Realm) -> None:
    errors: Any = []
    ask_before_strings_are_compiled(realm, lambda source: errors.append(source) if len(errors) < 1 else None)
    realm.eval_script("var depth = 0; function again() { ++depth; eval('again()') } try { again() } catch (error) { var name = error.name }")
    assert realm.eval_script("[depth > 50, name].join()") in ("true,RangeError", "true,InternalError")
    assert realm.eval_script("1") == 1
