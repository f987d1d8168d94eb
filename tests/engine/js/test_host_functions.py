"""Functions of Python that scripts call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.infra import UNDEFINED, EngineBug
from engine.js import JSError, Realm, Runtime, host_functions
from engine.webidl.exceptions import DOMException, JSRangeError, JSTypeError


@pytest.fixture
def realm() -> Iterator[Realm]:
    runtime = Runtime()
    realm = runtime.new_realm()
    realm.functions.error_factory = realm.eval_script(
        "(message, name, dom) => dom ? new DOMException(message, name) : new globalThis[name](message)"
    )
    yield realm
    runtime.dispose()


def call(realm: Realm, function: Any, script: str = "(f) => f()") -> Any:
    return realm.call(realm.eval_script(script), realm.new_function("f", function))


def test_arguments_and_results_are_of_the_wire_types(realm: Realm) -> None:
    seen: list[object] = []
    result = call(
        realm,
        lambda *given: seen.extend(given) or {"list": [1, None], "yes": True},
        "(f) => JSON.stringify(f(1, 'x', null, undefined, true, [1, { a: 2 }], new Uint8Array([3]), 1.5))",
    )
    assert seen == [1, "x", None, UNDEFINED, True, [1, {"a": 2}], b"\x03", 1.5]
    assert result == '{"list":[1,null],"yes":true}'


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (JSTypeError("t"), "TypeError: t"),
        (JSRangeError("r"), "RangeError: r"),
        (DOMException("d", "DataError"), "DataError: d"),
    ],
)
def test_what_scripts_may_see_they_can_catch(realm: Realm, error: Exception, expected: str) -> None:
    def fail() -> None:
        raise error

    assert call(realm, fail, "(f) => { try { f() } catch (e) { return `${e.name}: ${e.message}` } }") == expected


@pytest.mark.parametrize(
    "script", ["(f) => { try { f() } catch { return 'caught' } finally { } }", "(f) => [1].map(f)"]
)
@pytest.mark.parametrize("error", [KeyError("k"), EngineBug("k"), KeyboardInterrupt("k"), SystemExit("k")])
def test_what_scripts_may_not_see_ends_them_and_arrives_whole(realm: Realm, error: BaseException, script: str) -> None:
    def fail(*arguments: object) -> None:
        raise error

    with pytest.raises((EngineBug, KeyboardInterrupt, SystemExit)) as caught:
        call(realm, fail, script)
    assert caught.value is error or caught.value.__cause__ is error
    assert realm.eval_script("1 + 1") == 2


def test_an_error_is_not_kept_alive_once_it_has_arrived(realm: Realm) -> None:
    def fail() -> None:
        raise KeyError("k")

    with pytest.raises(EngineBug):
        call(realm, fail)
    assert realm.runtime.fatal is None


def test_what_cannot_cross_is_a_bug(realm: Realm) -> None:
    with pytest.raises(EngineBug, match="cannot cross"):
        call(realm, lambda: object())
    assert realm.eval_script("1") == 1


DEEP = "(() => { let deep = []; for (let i = 0; i < 2000; i++) deep = [deep]; return deep })()"


@pytest.mark.parametrize("value", ["() => 1", "Symbol()", "1n", "10n ** 5000n", DEEP])
def test_what_a_script_hands_over_and_cannot_leave_its_realm_is_refused(realm: Realm, value: str) -> None:
    realm.functions.error_factory = realm.eval_script("(message, name) => new TypeError(message)")
    script = f"(f) => {{ try {{ f({value}) }} catch (error) {{ return error.name }} }}"
    assert call(realm, lambda given: None, script) == "TypeError"


def test_a_cycle_cannot_cross(realm: Realm) -> None:
    with pytest.raises(JSError, match="circular"):
        call(realm, lambda given: None, "(f) => { const a = {}; a.a = a; f(a) }")


def test_functions_of_a_realm_end_with_it() -> None:
    before = len(host_functions._functions)
    runtime = Runtime()
    realm = runtime.new_realm()
    realm.set_property(realm.global_this, "f", realm.new_function("f", lambda: 1))
    assert len(host_functions._functions) == before + 1
    runtime.dispose()
    assert len(host_functions._functions) == before


def test_ctrl_c_before_the_first_statement_of_a_callback_ends_the_script(
    realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(dict[int, Any]):
        def get(self, *arguments: object) -> Any:
            raise KeyboardInterrupt

    function = realm.new_function("f", lambda: 1)
    run = realm.eval_script("(f) => { try { f() } catch { } return 'went on' }")
    with monkeypatch.context() as patched:
        patched.setattr(host_functions, "_functions", Interrupted(host_functions._functions))
        with pytest.raises(KeyboardInterrupt):
            realm.call(run, function)
    assert realm.eval_script("1") == 1


def test_functions_have_their_name_and_cannot_be_constructed(realm: Realm) -> None:
    assert realm.call(realm.eval_script("(f) => f.name"), realm.new_function("greet", lambda: 1)) == "greet"
    with pytest.raises(JSError, match="TypeError"):
        call(realm, lambda: 1, "(f) => new f()")
