"""Scripts and modules in steps: parse, link, run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.js import Handle, JSError, Realm, Runtime
from engine.js.page_modules import use_page_modules
from engine.webidl.exceptions import JSTypeError


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
    use_page_modules(realm.runtime)
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


def test_bytecode_runs_as_its_source_would_and_hides_it_unless_it_is_kept(realm: Realm) -> None:
    stripped = realm.compile("(function f() { return 1 })", "https://a.test/f.js", module=False)
    kept = realm.compile("(function f() { return 1 })", "https://a.test/f.js", module=False, keep_source=True)
    text = realm.eval_script("(f) => f.toString()")
    assert "return 1" not in realm.call(text, realm.run_script(realm.read_script(stripped)))
    assert "return 1" in realm.call(text, realm.run_script(realm.read_script(kept)))
    with pytest.raises(JSError, match="SyntaxError"):
        realm.compile("a b", "https://a.test/bad.js", module=False)


def test_bytecode_that_is_none_is_an_error(realm: Realm) -> None:
    with pytest.raises(JSError):
        realm.read_script(b"nonsense")


def test_a_script_that_is_not_ascii_and_has_nul_characters_runs(realm: Realm) -> None:
    assert realm.eval_script("'ä\0ö'.length /* \0 */") == 3
    assert realm.eval_script("'\ud800'.length") == 1


def test_errors_of_another_agent_are_told_but_not_given(realm: Realm) -> None:
    other = Runtime()
    try:
        foreign = other.new_realm().eval_script("() => { throw new RangeError('theirs') }")

        def theirs() -> None:
            foreign()

        with pytest.raises(Exception, match="theirs"):
            realm.call(realm.eval_script("(f) => f()"), realm.new_function("theirs", theirs))
        assert realm.eval_script("1") == 1
    finally:
        other.dispose()


class Files:
    """Modules of a page, from a table."""

    def __init__(self, **files: str) -> None:
        self.files = files

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        return specifier.removeprefix("./")

    def source(self, realm: Realm, url: str) -> str:
        if url not in self.files:
            raise JSTypeError(f"{url} is not there")
        return self.files[url]


def run_module(realm: Realm, source: str, **files: str) -> object:
    realm.runtime.page_modules = Files(**files)
    use_page_modules(realm.runtime)
    realm.functions.error_factory = realm.eval_script("(message, name) => new globalThis[name](message)")
    module = realm.compile_module(source, "https://a.test/main.js")
    realm.set_import_meta(module, "url", "https://a.test/main.js")
    promise = realm.evaluate_module(module)
    realm.runtime.perform_jobs()
    if realm.promise_state(promise) == "rejected":
        reason = realm.promise_result(promise)
        return reason.get("message") if isinstance(reason, Handle) else reason
    return realm.eval_script("globalThis.result")


def test_modules_have_live_bindings_cycles_namespaces_and_meta(realm: Realm) -> None:
    assert run_module(realm, "import { n, add } from 'counter'; add(); globalThis.result = n", counter="export let n = 1; export const add = () => { n++ }") == 2  # fmt: skip
    assert run_module(realm, "import { a } from 'one'; globalThis.result = a()", one="import { b } from 'two'; export const a = () => b() + 1", two="import { a } from 'one'; export const b = () => typeof a === 'function' ? 1 : 0") == 2  # fmt: skip
    assert run_module(realm, "import * as all from 'space'; globalThis.result = Object.keys(all).join()", space="export const x = 1, y = 2; export default 3") == "default,x,y"  # fmt: skip
    assert run_module(realm, "globalThis.result = import.meta.url") == "https://a.test/main.js"
    assert run_module(realm, "globalThis.result = await Promise.resolve(7)") == 7


def test_what_goes_wrong_in_modules_is_told(realm: Realm) -> None:
    assert run_module(realm, "throw new Error('mine')") == "mine"
    assert run_module(realm, "await import('nowhere')") == "nowhere is not there"
    assert run_module(realm, "globalThis.result = (await import('dynamic')).x", dynamic="export const x = 9") == 9
    with pytest.raises(JSError, match="is not there"):
        run_module(realm, "import 'missing'")
    with pytest.raises(JSError, match="SyntaxError"):
        run_module(realm, "import 'broken'", broken="export {")
    with pytest.raises(JSError, match="SyntaxError"):
        run_module(realm, "import { absent } from 'poor'", poor="export const present = 1")


def test_without_modules_of_a_page_nothing_can_be_imported(realm: Realm) -> None:
    use_page_modules(realm.runtime)
    realm.functions.error_factory = realm.eval_script("(message, name) => new globalThis[name](message)")
    with pytest.raises(JSError, match="modules cannot be imported here"):
        realm.evaluate_module(realm.compile_module("import 'x'", "https://a.test/main.js"))


def test_every_realm_of_a_heap_has_the_class_of_exceptions(realm: Realm) -> None:
    for other in (realm, realm.runtime.new_realm(), realm.runtime.new_realm()):
        assert other.eval_script("new DOMException('x', 'AbortError').code") == 20
        assert other.eval_script("try { atob('%') } catch (error) { error instanceof DOMException }") is True
