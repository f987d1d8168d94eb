"""Objects that exchange what they are: an engine without WindowProxy objects has them all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.js import Limits, Realm, Runtime


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    runtime = Runtime(Limits(stack=1 << 20))
    yield runtime
    runtime.dispose()


@pytest.fixture
def holder(runtime: Runtime) -> Realm:
    """A realm that keeps another's global object as `w`, also in a WeakMap and in a Set."""
    holder = runtime.new_realm()
    holder.eval_script("globalThis.weak = new WeakMap(); globalThis.set = new Set(); globalThis.keep = w => { globalThis.w = w; weak.set(w, 'weak'); set.add(w) }; 0")
    return holder


def keep(holder: Realm, realm: Realm) -> None:
    holder.call(holder.global_this.get("keep"), realm.global_this)


KNOWN = "[weak.get(w), set.has(w), set.size].join()"


def test_a_new_realm_takes_the_place_of_a_global_object(runtime: Runtime, holder: Realm) -> None:
    first = runtime.new_realm()
    first.eval_script("var x = 'first'; function f() { return this.x + x }; 0")
    keep(holder, first)
    old_function = first.global_this.get("f")
    second = runtime.new_realm(first.global_this)
    second.eval_script("var x = 'second'; let lexical = 1; 0")
    assert holder.eval_script("w.x") == "second"
    assert holder.eval_script(KNOWN) == "weak,true,1"
    assert second.eval_script("[this === globalThis, (function () { return this })() === this, lexical, typeof f].join()") == "true,true,1,undefined"
    assert second.eval_script("try { undeclared } catch (error) { error.name }") == "ReferenceError"
    assert second.call(old_function) == "firstfirst"


def test_a_global_object_becomes_a_proxy_and_its_realm_goes_on(runtime: Runtime, holder: Realm) -> None:
    realm = runtime.new_realm()
    realm.eval_script("var x = 5; 0")
    keep(holder, realm)
    proxy = holder.eval_script("new Proxy({}, { get: (target, key) => 'trapped ' + String(key) })")
    runtime.exchange(holder.eval_script("w"), proxy)
    assert holder.eval_script("w.x") == "trapped x"
    assert holder.eval_script(KNOWN) == "weak,true,1"
    assert realm.eval_script("var y = 6; x + y") == 11
    again = runtime.new_realm(holder.eval_script("w"))
    again.eval_script("var x = 7; 0")
    assert holder.eval_script("w.x") == 7


def test_exchanged_objects_are_collected_as_others_are(runtime: Runtime, holder: Realm) -> None:
    def round_of_three() -> int:
        first = runtime.new_realm()
        keep(holder, first)
        window = first.global_this
        runtime.exchange(window, holder.eval_script("new Proxy({}, {})"))
        second = runtime.new_realm(window)
        runtime.discard_realm(first)
        holder.eval_script("w = null; set.clear(); 0")
        del window
        runtime.discard_realm(second)
        runtime.collect_garbage()
        return runtime.memory_usage()["obj_count"]

    round_of_three()
    before = round_of_three()
    for _ in range(20):
        after = round_of_three()
    assert after == before
