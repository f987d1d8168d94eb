"""The bindings' modules: their bytecode and its cache, loading, upcalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.infra import EngineBug
from engine.js import Bindings, Handle, JSError, Realm, Runtime, ScriptInterrupted, bindings_modules, exposed_interfaces
from engine.js.bindings_modules import PREFIX, bytecode_of
from engine.storage.cache_folder import CacheFolder

NAME = PREFIX + "webidl/lists.js"
TABLE = PREFIX + "idl/tables/Event.js"


class Compiler:
    """Counts what is compiled."""

    def __init__(self) -> None:
        self.compiled: list[str] = []
        self.compile = bindings_modules.compile_module

    def __call__(self, name: str, source: str) -> bytes:
        self.compiled.append(name)
        return self.compile(name, source)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    compiler = Compiler()
    monkeypatch.setattr(bindings_modules, "compile_module", compiler)
    return compiler


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """`process()`: as if a new process had started, whose cache is a folder of the test."""

    def process(folder: Path = tmp_path / "bytecode") -> None:
        monkeypatch.setattr(bindings_modules, "_bytecode", {})
        monkeypatch.setattr(bindings_modules, "_disk", CacheFolder(folder))
        bindings_modules._exposed.cache_clear()
        bindings_modules._definitions_digest.cache_clear()

    process()
    return process


@pytest.mark.parametrize("name", [NAME, TABLE])
def test_a_module_is_compiled_once_and_then_comes_from_memory_or_the_cache(
    process: Callable[..., None], compiler: Compiler, name: str
) -> None:
    first = bytecode_of(name)
    assert bytecode_of(name) is first
    process()
    assert bytecode_of(name) == first
    assert compiler.compiled == [name]


def test_the_cache_is_private(process: Callable[..., None], tmp_path: Path) -> None:
    bytecode_of(NAME)
    assert (tmp_path / "bytecode").stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o077 for file in (tmp_path / "bytecode").iterdir()] == [0]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
        lambda data: b"",
        lambda data: b"nonsense" * 100,
        lambda data: b"afterpage cache 0\n" + data[18:],
    ],
)
def test_a_damaged_or_foreign_file_is_compiled_anew(
    process: Callable[..., None], compiler: Compiler, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    right = bytecode_of(NAME)
    (file,) = (tmp_path / "bytecode").iterdir()
    file.write_bytes(damage(file.read_bytes()))
    process()
    assert bytecode_of(NAME) == right
    assert compiler.compiled == [NAME, NAME]
    process()
    assert bytecode_of(NAME) == right and len(compiler.compiled) == 2


def test_a_cache_that_cannot_be_written_or_read_is_no_error(
    process: Callable[..., None], compiler: Compiler, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    process(tmp_path / "file" / "below")
    assert bytecode_of(NAME)
    process(tmp_path / "file" / "below")
    assert bytecode_of(NAME)
    assert compiler.compiled == [NAME, NAME]


def test_another_source_has_another_key(
    process: Callable[..., None], compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_of = bindings_modules.source_of
    bytecode_of(NAME)
    process()
    monkeypatch.setattr(
        bindings_modules, "source_of", lambda name: source_of(name) + ("// more" if name == NAME else "")
    )
    bytecode_of(NAME)
    assert compiler.compiled == [NAME, NAME]


def test_other_definitions_or_another_reader_make_other_tables(
    process: Callable[..., None], compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    bytecode_of(TABLE)
    exposed_interfaces({"Window"}, True)
    process()
    monkeypatch.setattr(bindings_modules, "_definitions_digest", lambda: "another")
    bytecode_of(TABLE)
    assert compiler.compiled == [TABLE, TABLE]


def test_a_warm_process_does_not_read_the_definitions(
    process: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = exposed_interfaces({"Worker", "ServiceWorker"}, True)
    assert "FetchEvent" in names and "Document" not in names
    bytecode_of(TABLE)
    process()
    monkeypatch.setattr("engine.webidl.definitions.load_definitions", lambda: pytest.fail("it was cached"))
    assert exposed_interfaces({"ServiceWorker", "Worker"}, True) == names
    bytecode_of(TABLE)


def test_what_is_exposed_depends_on_the_global_and_on_security(process: Callable[..., None]) -> None:
    assert "Cache" not in exposed_interfaces({"Window"}, False)
    assert {"Cache", "Document"} <= set(exposed_interfaces({"Window"}, True))


def test_bindings_do_not_show_their_source() -> None:
    assert b"which a byte string cannot have" in bytecode_of(PREFIX + "webidl/converters.js")
    assert b"OPTIMIZATION" not in bytecode_of(PREFIX + "webidl/converters.js")


def test_a_module_that_cannot_be_parsed_or_found_is_a_bug_that_names_it() -> None:
    with pytest.raises(EngineBug, match=r"js_bindings/x\.js does not compile: SyntaxError"):
        bindings_modules.compile_module("js_bindings/x.js", "let a = ;")
    with pytest.raises(EngineBug, match=r"no bindings module js_bindings/nowhere\.js"):
        bytecode_of("js_bindings/nowhere.js")


class TestInARealm:
    @pytest.fixture
    def bindings(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bindings]]:
        """`bindings(name=source, …)`: a realm whose bindings are these modules and nothing else but a small boot."""
        runtime = Runtime()

        def bindings(host: dict[str, Any] | None = None, **modules: str) -> Bindings:
            modules.setdefault("ops", "export const host = import.meta.host;")
            modules.setdefault(
                "boot",
                "import { host } from './ops.js'; export const boot = () => {};"
                "export const make_error = (message, name) => new globalThis[name](message);"
                "export const find_upcall = (name) => host.load('upcalls.js')[name];",
            )
            modules.setdefault("upcalls", "")
            for name, source in modules.items():
                path = f"{PREFIX}{name}.js"
                monkeypatch.setitem(bindings_modules._bytecode, path, bindings_modules.compile_module(path, source))
            return Bindings(runtime.new_realm(), host or {})

        yield bindings
        runtime.dispose()

    def test_a_module_is_evaluated_once_and_found_again(self, bindings: Callable[..., Bindings]) -> None:
        made = bindings(once="globalThis.times = (globalThis.times ?? 0) + 1; export const value = {};")
        first, second = made.load("once.js"), made.load("once.js")
        assert made._realm.call(made._realm.eval_script("(a, b) => a === b && times === 1"), first, second) is True

    def test_only_one_module_is_given_the_host_object(self, bindings: Callable[..., Bindings]) -> None:
        made = bindings({"fact": 5}, other="export const host = import.meta.host; export const url = import.meta.url;")
        assert isinstance(made.load("ops.js").get("host"), Handle)
        assert str(made.load("other.js").get("host")) == "Undefined.UNDEFINED"

    def test_upcalls_are_found_once_and_give_wire_values(self, bindings: Callable[..., Bindings]) -> None:
        made = bindings(upcalls="export const up_add = (a, b) => ({ sum: a + b }); export const up_fail = () => { throw new RangeError('r') };")  # fmt: skip
        assert made.upcall("up_add", 1, 2) == {"sum": 3}
        assert made.upcall("up_add", "a", "b") == {"sum": "ab"}
        with pytest.raises(JSError, match="RangeError: r"):
            made.upcall("up_fail")
        assert made._realm.call(
            made._realm.eval_script("(e) => e instanceof TypeError"), made.make_error("m", "TypeError")
        )

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ("throw new RangeError('mine')", "does not evaluate: mine"),
            ("import './nowhere.js'", "no bindings module"),
            ("import { absent } from './ops.js'", "does not load: SyntaxError"),
            ("await new Promise(() => {})", "does not evaluate"),
        ],
    )
    def test_a_module_that_fails_is_a_bug_that_names_it(
        self, bindings: Callable[..., Bindings], source: str, message: str
    ) -> None:
        made = bindings(bad=source)
        with pytest.raises(EngineBug, match=message):
            made.load("bad.js")
        assert made._realm.eval_script("1") == 1

    def test_an_interruption_waits_until_a_module_is_there(self, bindings: Callable[..., Bindings]) -> None:
        made = bindings(slow="for (let i = 0; i < 1000000; i += 1); export const value = 1;")
        made._realm.runtime.interrupt()
        assert made.load("slow.js").get("value") == 1
        with pytest.raises(ScriptInterrupted):
            made._realm.eval_script("for (;;);")

    def test_a_heap_that_has_been_stopped_loads_nothing_and_that_is_no_bug(
        self, bindings: Callable[..., Bindings]
    ) -> None:
        made = bindings(slow="for (let i = 0; i < 1000000; i += 1);")
        made._realm.runtime.stop_for_good()
        with pytest.raises(ScriptInterrupted):
            made.load("slow.js")

    def test_realms_of_a_heap_share_one_object(self, bindings: Callable[..., Bindings]) -> None:
        first = bindings()
        second = Bindings(first._realm.runtime.new_realm(), {})
        shared: Realm = first._realm
        assert shared.call(
            shared.eval_script("(a, b) => a === b"),
            *(
                shared.get_property(made._own.bindings_meta[f"{PREFIX}ops.js"]["host"], "shared")
                for made in (first, second)
            ),
        )
