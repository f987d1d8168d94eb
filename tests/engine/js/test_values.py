"""Every value that can cross crosses unchanged: the traps of embedding this engine, one test each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.infra import UNDEFINED, EngineBug
from engine.js import Handle, JSError, Realm, Runtime
from engine.webidl.exceptions import JSTypeError


@pytest.fixture
def realm() -> Iterator[Realm]:
    runtime = Runtime()
    yield runtime.new_realm()
    runtime.dispose()


def test_a_rope_crosses_as_one_string(realm: Realm) -> None:
    assert realm.eval_script("'a'.repeat(600) + 'b'.repeat(600)") == "a" * 600 + "b" * 600


def test_nul_characters_and_lone_surrogates_cross_both_ways(realm: Realm) -> None:
    text = "a\0\ud800b\U0001f600"
    identity = realm.eval_script("(value) => value")
    assert realm.call(identity, text) == text
    assert realm.eval_script(r"'a\0\ud800b\u{1f600}'") == text


@pytest.mark.parametrize("number", [0, -1, 2**31 - 1, 2**31, -(2**31), 2**40 + 5, 2**53, 0.5, -1e300, float("inf")])
def test_numbers_cross_both_ways(realm: Realm, number: float) -> None:
    assert realm.call(realm.eval_script("(value) => value"), number) == number


def test_big_integers_come_back_whole(realm: Realm) -> None:
    assert realm.eval_script("1n << 70n") == 1 << 70
    assert realm.eval_script("5n") == 5


def test_undefined_and_null_differ(realm: Realm) -> None:
    assert realm.eval_script("undefined") is UNDEFINED
    assert realm.eval_script("null") is None
    assert (
        realm.call(realm.eval_script("(a, b) => [a === undefined, b === null].join()"), UNDEFINED, None) == "true,true"
    )


def test_integral_floats_come_back_as_integers(realm: Realm) -> None:
    value = realm.eval_script("JSON.parse('5.0')")
    assert value == 5 and type(value) is int


def test_bytes_cross_as_copies(realm: Realm) -> None:
    data = bytes(range(256)) * 10
    keep = realm.eval_script("(buffer) => { globalThis.kept = new Uint8Array(buffer); return kept.subarray(256, 512) }")
    assert realm.call(keep, data) == bytes(range(256))
    assert realm.eval_script("kept[0] = 9; kept.length") == 2560
    assert data[0] == 0


def test_records_and_lists_cross_both_ways_and_undefined_members_are_absent(realm: Realm) -> None:
    echo = realm.eval_script("(value) => ({ ...value, gone: undefined, list: [1, ['x', null]] })")
    assert realm.call_for_wire(echo, {"text": "ä\ud800", "nested": {"yes": True}}) == {
        "text": "ä\ud800",
        "nested": {"yes": True},
        "list": [1, ["x", None]],
    }


def test_a_script_that_patches_to_json_does_not_change_what_crosses(realm: Realm) -> None:
    echo = realm.eval_script("(value) => value")
    realm.eval_script("Object.prototype.toJSON = () => 'patched'; Array.prototype.toJSON = () => 'patched'")
    assert realm.call_for_wire(echo, {"a": [1, {"b": 2}]}) == {"a": [1, {"b": 2}]}


def test_a_function_cannot_cross_as_a_wire_value(realm: Realm) -> None:
    with pytest.raises(JSTypeError, match="function"):
        realm.call_for_wire(realm.eval_script("() => () => 1"))


def test_objects_of_scripts_are_handles_and_keep_identity(realm: Realm) -> None:
    made = realm.eval_script("globalThis.object = { x: { y: 1 } }")
    assert isinstance(made, Handle)
    inner = made.get("x")
    assert isinstance(inner, Handle) and inner.get("y") == 1
    assert realm.call(realm.eval_script("(value) => value === object.x"), inner) is True


def test_a_handle_of_another_agent_is_refused(realm: Realm) -> None:
    other = Runtime()
    try:
        foreign = other.new_realm().eval_script("({})")
        with pytest.raises(ValueError, match="another agent"):
            realm.call(realm.eval_script("(value) => value"), foreign)
    finally:
        other.dispose()


def test_an_error_of_a_script_keeps_message_stack_place_and_identity(realm: Realm) -> None:
    with pytest.raises(JSError, match="TypeError: cannot read property 'x' of null") as caught:
        realm.eval_script("\n\nnull.x", "https://a.test/app.js", 10)
    assert caught.value.place is not None
    assert (caught.value.place.url, caught.value.place.line) == ("https://a.test/app.js", 12)
    with pytest.raises(JSError) as thrown:
        realm.eval_script("throw globalThis.error = new RangeError('r')")
    assert realm.call(realm.eval_script("(value) => value === error"), thrown.value.value) is True


def test_a_syntax_error_names_its_place(realm: Realm) -> None:
    with pytest.raises(JSError, match="SyntaxError") as caught:
        realm.eval_script("let a = 1;\nlet b = ;\n", "https://a.test/bad.js")
    assert caught.value.place is not None and caught.value.place.line == 2


def test_an_error_that_cannot_be_printed_is_still_an_error(realm: Realm) -> None:
    with pytest.raises(JSError, match="cannot be converted"):
        realm.eval_script("throw { toString() { throw 1 } }")


def test_a_python_error_in_a_host_function_cannot_be_caught_by_the_script_and_reaches_the_caller(realm: Realm) -> None:
    def fail() -> None:
        raise KeyError("boom")

    call = realm.eval_script("(f) => { try { f() } catch { return 'caught' } }")
    with pytest.raises(EngineBug, match="boom") as caught:
        realm.call(call, realm.new_function("fail", fail))
    assert isinstance(caught.value.__cause__, KeyError)
    assert realm.eval_script("1 + 1") == 2


def test_an_error_of_a_script_passes_through_python_unchanged(realm: Realm) -> None:
    inner = realm.eval_script("() => { throw globalThis.error = new RangeError('r') }")
    outer = realm.eval_script("(f) => { try { f() } catch (caught) { return caught === error } }")
    assert realm.call(outer, realm.new_function("again", lambda: realm.call(inner))) is True


@pytest.mark.parametrize(
    "thrown",
    ["new ArrayBuffer(4)", "new Uint8Array([1, 2])", "1n", "10n ** 30n", "Symbol('s')", "-0", "NaN", "() => 1", "'text'", "null", "undefined"],
)  # fmt: skip
def test_what_a_script_throws_comes_back_to_scripts_as_the_very_same(realm: Realm, thrown: str) -> None:
    realm.eval_script(f"globalThis.thrown = {thrown}; 0")
    throw = realm.eval_script("() => { throw thrown }")
    catch = realm.eval_script("(f) => { try { f() } catch (caught) { return Object.is(caught, thrown) } }")
    assert realm.call(catch, realm.new_function("through", lambda: realm.call(throw))) is True


def test_the_reason_of_a_rejection_and_a_promises_result_are_the_very_same_too(realm: Realm) -> None:
    reasons: list[object] = []
    realm.runtime.on_rejection = lambda of, promise, reason, handled: reasons.append(reason)
    promise = realm.eval_script("Promise.reject(globalThis.reason = new ArrayBuffer(2))")
    same = realm.eval_script("(value) => value === reason")
    assert realm.call(same, reasons[0]) is True
    assert realm.call(same, realm.promise_result(promise)) is True
    assert realm.promise_result(realm.eval_script("Promise.resolve('text')")) == "text"


@pytest.mark.parametrize("script", ["-0", "JSON.parse('-0')"])
def test_the_sign_of_zero_is_kept(realm: Realm, script: str) -> None:
    value = realm.eval_script(script)
    assert realm.call(realm.eval_script("(value) => Object.is(value, -0)"), value) is True


def test_an_error_whose_text_throws_errors_without_end_is_an_error(realm: Realm) -> None:
    with pytest.raises(JSError, match="cannot be converted"):
        realm.eval_script("class Evil { toString() { throw new Evil() } } throw new Evil()")
    with pytest.raises(JSError, match="Error: mine"):
        realm.eval_script(
            "const error = new Error('mine'); Object.defineProperty(error, 'stack', { get() { throw 1 } }); throw error"
        )
    assert realm.eval_script("1 + 1") == 2


def test_an_empty_and_a_detached_buffer_are_no_bytes(realm: Realm) -> None:
    assert realm.eval_script("new ArrayBuffer(0)") == b""
    assert realm.eval_script("const b = new ArrayBuffer(4); b.transfer(); b") == b""
    assert realm.eval_script("const c = new ArrayBuffer(4), v = new Uint8Array(c); c.transfer(); v") == b""
    assert realm.call(realm.eval_script("(b) => b.byteLength"), b"") == 0


def test_a_call_with_an_argument_that_cannot_cross_leaks_nothing(realm: Realm) -> None:
    call = realm.eval_script("(a, b) => 0")

    def count() -> int:
        realm.runtime.collect_garbage()
        return realm.runtime.memory_usage()["malloc_count"]

    before = count()
    for _ in range(10):
        with pytest.raises(TypeError, match="cannot cross"):
            realm.call(call, {"a": [1, 2]}, object())
    assert count() == before


def test_subclasses_of_str_and_wide_integers_cross(realm: Realm) -> None:
    class Name(str):
        pass

    same = realm.eval_script("(value) => value")
    assert realm.call(same, Name("name")) == "name"
    assert realm.call(same, 2**60) == 2**60
    assert realm.call(realm.eval_script("(value) => typeof value"), 2**31) == "number"
