"""The engine's own functions as they were before any script."""

from __future__ import annotations

from typing import Any

import pytest

from engine.js.bindings_modules import source_of, with_intrinsics


def test_globals_of_the_language_are_imported_into_modules_that_name_them() -> None:
    assert with_intrinsics("js_bindings/x.js", "new Map([Promise])") == (
        'import { Map, Promise } from "js_bindings/intrinsics.js"; new Map([Promise])'
    )
    assert with_intrinsics("js_bindings/x.js", "globalThis.x") == (
        'import { global_object as globalThis } from "js_bindings/intrinsics.js"; globalThis.x'
    )


@pytest.mark.parametrize(
    "source",
    [
        "a.Map; MyMap; Map_; $Map",
        "class Map {}",
        "const Map = 1",
        "function Map() {}",
        "function* Map() {}",
        'import { a, Map } from "./x.js"',
        'import { X as Map, b } from "./x.js"',
        "const {\n  a, Map,\n} = b",
        "export const { Map } = c",
    ],
)
def test_a_module_that_has_the_name_itself_is_left_alone(source: str) -> None:
    assert with_intrinsics("js_bindings/x.js", source) == source


def test_lines_keep_their_numbers() -> None:
    source = "// one\nnew Map()\n"
    assert with_intrinsics("js_bindings/x.js", source).count("\n") == source.count("\n")


def test_every_global_of_the_list_exists_in_a_realm(realm: Any) -> None:
    names = source_of("js_bindings/intrinsics.js").partition("export const {")[2].partition("}")[0]
    assert realm.run(f"[{names}].some((value) => typeof value !== 'function' && typeof value !== 'object')") is False


def test_collections_of_the_bindings_keep_their_methods(realm: Any) -> None:
    environment = realm.environment

    def give() -> None:
        module = environment.bindings.load("intrinsics.js")
        for name in ("SafeMap", "SafeSet", "SafeWeakMap", "uncurry"):
            environment.realm.set_property(environment.realm.global_this, name, module.get(name))

    realm._on_agent(give)
    assert realm.run(
        """Map.prototype.get = Map.prototype.set = Set.prototype.add = WeakMap.prototype.set = Map.prototype.forEach = () => { throw new Error('patched') };
        Function.prototype.call = Function.prototype.bind = Function.prototype.apply = () => { throw new Error('patched') };
        const map = new SafeMap(), set = new SafeSet(), weak = new SafeWeakMap(), key = {};
        map.set('a', 1); set.add(1); weak.set(key, 2);
        let visited = ''; map.forEach((value, name) => { visited += name + value });
        [map.get('a'), map.size, set.has(1), weak.get(key), visited, uncurry(Array.prototype.join)(['x', 'y'], '-'), Object.getPrototypeOf(SafeMap.prototype)]"""
    ) == [1, 1, True, 2, "a1", "x-y", None]


def test_replaced_globals_are_not_those_of_the_bindings(realm: Any) -> None:
    realm.run(
        "globalThis.Promise = class {}; globalThis.TypeError = class {}; globalThis.Map = class {}; globalThis.DOMException = class {}; 0"
    )
    assert realm.run("new Response('x').text().constructor.name") == "Promise"
    assert realm.run("try { new Headers(5) } catch (error) { error instanceof TypeError }") is False
    assert realm.run("Object.prototype.toString.call(structuredClone(new Set([1])))") == "[object Set]"
