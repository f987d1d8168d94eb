"""Scripts and modules in steps: parse, link, run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.js import JSError, Realm, Runtime


@pytest.fixture
def realm() -> Iterator[Realm]:
    runtime = Runtime()
    yield runtime.new_realm()
    runtime.dispose()


def test_a_script_can_be_parsed_before_it_runs(realm: Realm) -> None:
    script = realm.parse_script("globalThis.ran = (globalThis.ran ?? 0) + 1", "https://example.test/a.js")
    assert realm.eval_script("globalThis.ran === undefined")
    assert realm.run_script(script) == 1
    assert realm.run_script(script) == 2


def test_a_script_that_cannot_be_parsed_is_told_from_one_that_throws(realm: Realm) -> None:
    with pytest.raises(JSError, match="SyntaxError"):
        realm.parse_script("a b", "https://example.test/a.js")
    script = realm.parse_script("\nthrow new SyntaxError('mine')", "https://example.test/a.js")
    with pytest.raises(JSError) as caught:
        realm.run_script(script)
    assert (caught.value.place and caught.value.place.line) == 2


def test_what_a_module_imports_is_loaded_before_it_runs(realm: Realm) -> None:
    loaded = []

    class Modules:
        def resolve(self, realm: Realm, base: str, specifier: str) -> str:
            return f"{base}/{specifier}"

        def source(self, realm: Realm, url: str) -> str:
            loaded.append(url)
            return "globalThis.ran = true"

    realm.runtime.page_modules = Modules()
    realm.runtime.use_page_modules()
    module = realm.compile_module("import 'b'", "a")
    realm.link_module(module)
    assert loaded == ["a/b"]
    assert realm.eval_script("globalThis.ran === undefined")
    realm.evaluate_module(module)
    assert realm.eval_script("ran") is True


def test_what_a_handle_holds_is_given_back_once(realm: Realm) -> None:
    """Its last reference may go on another thread in the very moment in which the heap is freed."""
    runtime = realm.runtime
    before = len(runtime._dead)
    handle = realm.new_object()
    runtime.free_later(handle._number)
    runtime.free_later(handle._number)
    del handle
    assert len(runtime._dead) == before + 1
