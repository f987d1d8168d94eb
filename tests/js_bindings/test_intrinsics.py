"""The engine's own functions as they were before any script."""

from __future__ import annotations

from typing import Any

import pytest

from engine.js.bindings_modules import source_of, with_intrinsics


def test_globals_of_the_language_are_imported_into_modules_that_name_them() -> None:
    assert with_intrinsics("js_bindings/x.js", "new TypeError(RangeError)") == (
        'import { RangeError, TypeError } from "js_bindings/intrinsics.js"; new TypeError(RangeError)'
    )
    assert with_intrinsics("js_bindings/x.js", "globalThis.x") == (
        'import { global_object as globalThis } from "js_bindings/intrinsics.js"; globalThis.x'
    )


@pytest.mark.parametrize(
    "source",
    [
        "a.Error; MyError; Error_; $Error",
        "class Error {}",
        "const Error = 1",
        "function Error() {}",
        "function* Error() {}",
        'import { a, Error } from "./x.js"',
        'import { X as Error, b } from "./x.js"',
        "const {\n  a, Error,\n} = b",
        "export const { Error } = c",
        "new Map([Promise])",
    ],
)
def test_a_module_that_has_the_name_itself_is_left_alone(source: str) -> None:
    assert with_intrinsics("js_bindings/x.js", source) == source


def test_lines_keep_their_numbers() -> None:
    source = "// one\nnew Error()\n"
    assert with_intrinsics("js_bindings/x.js", source).count("\n") == source.count("\n")


def test_every_global_of_the_list_exists_in_a_realm(realm: Any) -> None:
    names = source_of("js_bindings/intrinsics.js").partition("export const {")[2].partition("}")[0]
    assert realm.run(f"[{names}].some((value) => typeof value !== 'function' && typeof value !== 'object')") is False


def test_the_language_of_the_bindings_is_not_that_of_scripts(realm: Any) -> None:
    environment = realm.environment

    def give() -> None:
        module = environment.bindings.load("intrinsics.js")
        for name in ("page_intrinsics", "uncurry"):
            environment.realm.set_property(environment.realm.global_this, name, module.get(name))

    realm._on_agent(give)
    assert realm.run(
        "const bindings = Object.getPrototypeOf(uncurry).constructor; [bindings === Function, page_intrinsics.Function === Function]"
    ) == [False, True]


def test_what_a_script_gets_of_the_bindings_realm_can_neither_be_changed_nor_make_code(realm: Any) -> None:
    realm._on_agent(
        lambda: realm.environment.realm.set_property(
            realm.environment.realm.global_this, "leak", realm.environment.bindings.load("intrinsics.js").get("uncurry")
        )
    )
    assert realm.run(
        """globalThis.theirs = leak.constructor; globalThis.tried = [];
        for (const make of [() => theirs('return 1'), () => new theirs('return 1'), () => Object.getPrototypeOf(async () => {}).constructor && theirs.prototype.constructor('1')]) {
          try { make(); tried.push('made') } catch { tried.push('refused') }
        }
        tried"""
    ) == ["refused"] * 3
    assert realm.run(
        """'use strict'; const prototype = Object.getPrototypeOf(theirs.prototype); tried = [];
        for (const change of [() => { prototype[3] = 1 }, () => { theirs.prototype.call = 1 }, () => Object.defineProperty(prototype, 'then', { get() {} }),
          () => { prototype.constructor.keys = 1 }, () => { prototype.constructor.getPrototypeOf.x = 1; theirs.prototype.constructor.x = 1 }]) {
          try { change(); tried.push('changed') } catch { tried.push('refused') }
        }
        tried"""
    ) == ["refused"] * 5


def test_replaced_globals_are_not_those_of_the_bindings(realm: Any) -> None:
    realm.run(
        "globalThis.Promise = class {}; globalThis.TypeError = class {}; globalThis.Map = class {}; globalThis.DOMException = class {}; 0"
    )
    assert realm.run("new Response('x').text().constructor.name") == "Promise"
    assert realm.run("try { new Headers(5) } catch (error) { error instanceof TypeError }") is False
    assert realm.run("Object.prototype.toString.call(structuredClone(new Set([1])))") == "[object Set]"
