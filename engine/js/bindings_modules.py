"""The modules of `js_bindings` as source and as bytecode. See docs/BINDINGS.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Set
from functools import cache
from importlib import resources
from typing import Any

from engine.infra import EngineBug
from engine.js.errors import JSError
from engine.js.library import engine_build, ffi, lib
from engine.js.realm import Realm
from engine.js.runtime import Runtime
from engine.storage.cache_folder import CacheFolder, user_cache_folder

PREFIX = "js_bindings/"
_TABLES = PREFIX + "idl/tables/"
_INTRINSICS = PREFIX + "intrinsics.js"
_PAGE = PREFIX + "page.js"
_AS = {"globalThis": "global_object as globalThis"}
_FORMAT = 3  # of what this file makes of a source; one more whenever that changes
_bytecode: dict[str, bytes] = {}
_disk = CacheFolder(user_cache_folder() / "bytecode" / engine_build())


def bytecode_of(name: str) -> bytes:
    """The bytecode of the bindings module `name`: from memory, else the user's cache, else compiled now."""
    bytecode = _bytecode.get(name)
    if bytecode is None:
        is_table = name.startswith(_TABLES)
        source = "" if is_table else source_of(name)
        key = _key(name, _definitions_digest() if is_table else source)
        bytecode = _disk.get(key)
        if bytecode is None:
            bytecode = compile_module(name, source_of(name) if is_table else source)
            _disk.put(key, bytecode)
        _bytecode[name] = bytecode
    return bytecode


def is_a_module(name: str) -> bool:
    """Whether the bindings have a module of that name."""
    if name in _bytecode:
        return True
    if re.fullmatch(r"js_bindings/[\w/]+\.js", name, re.ASCII) is None:
        return False
    if not name.startswith(_TABLES):
        return resources.files("js_bindings").joinpath(name.removeprefix(PREFIX)).is_file()
    try:
        bytecode_of(name)
    except KeyError:
        return False
    return True


def exposed_interfaces(global_names: Set[str], secure: bool) -> list[str]:
    """What `Definitions.exposed_on` says, from memory or the user's cache, else found out now."""
    return _exposed(frozenset(global_names), secure)


@cache
def _exposed(global_names: frozenset[str], secure: bool) -> list[str]:
    # OPTIMIZATION: reading all definitions takes a tenth of a second; a process whose bytecode is cached never does.
    key = _key(f"exposed on {sorted(global_names)} {secure}", _definitions_digest())
    found = _disk.get(key)
    if found is None:
        from engine.webidl import load_definitions

        found = json.dumps(load_definitions().exposed_on(global_names, secure)).encode()
        _disk.put(key, found)
    exposed: list[str] = json.loads(found)
    return exposed


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join((str(_FORMAT), " ".join(_intrinsic_names()), *parts)).encode()).hexdigest()[:40]


@cache
def _definitions_digest() -> str:
    """Stands for everything that tables are made from: the definitions, and the code that reads them."""
    digest = hashlib.sha256()
    for folder, ending in ((resources.files("js_bindings") / "idl", ".idl"), (resources.files("engine.webidl"), ".py")):
        for file in sorted((file for file in folder.iterdir() if file.name.endswith(ending)), key=lambda file: file.name):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def source_of(name: str) -> str:
    """The source text of the bindings module `name`; interface tables are made from the interface definitions."""
    if name.startswith(_TABLES):
        from engine.webidl import table_module

        return table_module(name.removeprefix(_TABLES).removesuffix(".js"))
    try:
        return resources.files("js_bindings").joinpath(name.removeprefix(PREFIX)).read_text("utf-8")
    except FileNotFoundError:
        raise EngineBug(f"there is no bindings module {name}") from None


def with_intrinsics(name: str, source: str) -> str:
    """`source`, with the globals it names that are to be those of the scripts' realm imported as they were before any script ran.

    A name that the module declares itself, anywhere, is left alone. Lines keep their numbers.
    """
    if name in (_INTRINSICS, _PAGE) or name.startswith(_TABLES):
        return source
    used = set(_any_intrinsic().findall(source))
    imports = [_AS.get(name, name) for name in _intrinsic_names() if name in used and not _declares(source, name)]
    return f'import {{ {", ".join(imports)} }} from "{_INTRINSICS}"; {source}' if imports else source


@cache
def _intrinsic_names() -> tuple[str, ...]:
    listed = re.search(r"export const \{([^}]*)\} = originals;", source_of(_INTRINSICS))
    assert listed is not None
    return tuple(sorted({*re.findall(r"\w+", listed[1]), *_AS}))


@cache
def _any_intrinsic() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.$])(?:{'|'.join(_intrinsic_names())})(?![\w$])")


def _declares(source: str, name: str) -> bool:
    plain = rf"\b(?:class|const|function\*?|let|var)\s+{name}\b"
    in_braces = rf"\{{[^{{}}]*\b{name}\b[^{{}}]*\}}\s*(?:=(?![=>])|from\b)"
    return re.search(rf"{plain}|{in_braces}", source) is not None


def compile_module(name: str, source: str) -> bytes:
    """The bytecode of a bindings module. Raises EngineBug when it cannot be parsed."""
    source = with_intrinsics(name, source)
    runtime = Runtime()
    try:
        lib.JS_SetModuleLoaderFunc(runtime.runtime, ffi.NULL, _load_nothing, ffi.NULL)
        try:
            return runtime.new_realm().compile(source, name, module=True)
        except JSError as error:
            raise EngineBug(f"the bindings module {name} does not compile: {error}\n{error.stack or ''}") from error
    finally:
        runtime.dispose()


@ffi.callback("JSModuleLoaderFunc")
def _load_nothing(context: Any, name: Any, opaque: Any) -> Any:
    """While one module is compiled, what it imports does not matter."""
    return Realm.of_context(context).compile_module("", ffi.string(name).decode())
