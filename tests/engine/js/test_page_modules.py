"""Modules that are no scripts, and attributes of imports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.js import Handle, JSError, Realm, Runtime, set_import_meta
from engine.js.page_modules import use_page_modules
from engine.webidl.exceptions import JSTypeError


class Files:
    """Modules of a page, from a table."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.loaded: list[str] = []

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        if specifier == "":
            raise JSTypeError("nothing")
        return specifier.removeprefix("./")

    def source(self, realm: Realm, url: str) -> str:
        return self.text(realm, url, "script")

    def text(self, realm: Realm, url: str, module_type: str) -> str:
        self.loaded.append(f"{url} {module_type}")
        return self.files[url]


FILES = {
    "data": '{"a": [1, null, "\\u00e9"], "__proto__": {"b": 2}}',
    "two": '"json"',
    "broken": "{a: 1}",
    "\ufffd": "export default 'replaced'",
    "both": "globalThis.both = (globalThis.both ?? 0) + 1; export default 'script'",
}


@pytest.fixture
def realm() -> Iterator[Realm]:
    runtime = Runtime()
    realm = runtime.new_realm()
    realm.functions.error_factory = realm.eval_script("(message, name) => new globalThis[name](message)")
    runtime.page_modules = Files(FILES)
    use_page_modules(runtime)
    yield realm
    runtime.dispose()


def run(realm: Realm, source: str) -> object:
    realm.eval_script("var result")
    module = realm.compile_module(source, "https://a.test/main.js")
    set_import_meta(realm, module, "https://a.test/main.js")
    promise = realm.evaluate_module(module)
    realm.runtime.perform_jobs()
    if realm.promise_state(promise) == "rejected":
        reason = realm.promise_result(promise)
        return str(reason.get("name")) if isinstance(reason, Handle) else reason
    return realm.eval_script("globalThis.result")


def test_json_is_a_module_with_one_export(realm: Realm) -> None:
    assert run(realm, "import * as all from 'data' with { type: 'json' }; result = JSON.stringify([all, Object.keys(all.default)])") == (
        '[{"default":{"a":[1,null,"é"],"__proto__":{"b":2}}},["a","__proto__"]]'
    )
    assert run(realm, "import one from 'data' with { 'type': 'json', }; result = one === (await import('data', { with: { type: 'json' } })).default")
    assert realm.runtime.page_modules.loaded == ["data json"]  # type: ignore[union-attr]


def test_patched_parsers_are_not_asked(realm: Realm) -> None:
    realm.eval_script("JSON.parse = () => 'patched'; Object.prototype.toJSON = () => ({type: 'css'})")
    assert run(realm, "import text from 'two' with { type: 'json' }; result = text") == "json"


def test_a_script_and_json_of_one_address_are_two_modules(realm: Realm) -> None:
    modules = realm.runtime.page_modules
    assert isinstance(modules, Files)
    assert run(realm, "import script from 'both'; result = script") == "script"
    modules.files = {"both": "1"}
    assert run(realm, "import json from 'both' with { type: 'json' }; import script from 'both' with {}; result = [json, script, both].join()") == "1,script,1"


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("import 'data' with { kind: 'json' }", "SyntaxError"),
        ("import 'data' with { type: 'json', kind: 'x' }", "SyntaxError"),
        ("export * from 'data' with { '\\ud800': '' }", "SyntaxError"),
        ("import 'data' with { type: 'json', type: 'json' }", "SyntaxError"),
        ("import 'data' with { type: 'css' }", "TypeError"),
        ("import 'data' with { type: 'javascript' }", "TypeError"),
        ("import 'data' with { type: '' }", "TypeError"),
        ("import 'broken' with { type: 'json' }", "SyntaxError"),
        ("import { a } from 'data' with { type: 'json' }", "SyntaxError"),
    ],
)
def test_what_cannot_be_had_is_refused_when_it_is_linked(realm: Realm, script: str, name: str) -> None:
    with pytest.raises(JSError, match=name):
        run(realm, script)


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("await import('data', { with: { kind: 'json' } })", "TypeError"),
        ("await import('data', { with: { type: 'css' } })", "TypeError"),
        ("await import('data', { with: { type: 1 } })", "TypeError"),
        ("await import('data', { with: 1 })", "TypeError"),
        ("await import('broken', { with: { type: 'json' } })", "SyntaxError"),
        ("import.meta.resolve('')", "TypeError"),
        ("import.meta.resolve(Symbol())", "TypeError"),
        ("import.meta.resolve({ toString() { throw new RangeError } })", "RangeError"),
    ],
)
def test_what_cannot_be_had_is_refused_while_it_runs(realm: Realm, script: str, name: str) -> None:
    assert run(realm, script) == name


def test_specifiers_without_a_meaning_in_unicode_end_nothing(realm: Realm) -> None:
    assert run(realm, "result = (await import('\\ud800')).default") == "replaced"
    assert run(realm, "result = import.meta.resolve('\\udc00x')") == "\ufffdx"


def test_modules_can_ask_where_a_specifier_leads(realm: Realm) -> None:
    assert run(realm, "const { resolve } = import.meta; result = [resolve('./x'), resolve({ toString: () => 'y' }), resolve(), resolve.length, resolve.name].join()") == "x,y,undefined,1,resolve"
