"""The scripts of documents: https://html.spec.whatwg.org/multipage/webappapis.html#scripting"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeAlias

from engine.js import Handle, JSError, set_import_meta
from engine.ops.document import document_of
from engine.ops.registry import async_op, sync_op
from engine.realms import ConsoleMessage
from engine.url import URL
from engine.webidl.exceptions import JSTypeError
from engine.window.documents import Document
from engine.window.import_maps import parse_an_import_map_string
from engine.window.scripts import ClassicScript, ScriptOptionsRecord, fetch_a_classic_script, script_options

if TYPE_CHECKING:
    from engine.infra.sentinels import Record
    from engine.realms import Environment


def is_a_place(number: int) -> bool:
    """Whether it can be the number of a line or a column of a document."""
    return 0 <= number < 1 << 24


Place: TypeAlias = Annotated[int, is_a_place]


@async_op(task_source="networking task source")
async def op_scripts_fetch_classic(environment: Environment, url: URL, options: ScriptOptionsRecord) -> Record | None:
    """A handle for `op_scripts_run_classic`; null when the script cannot be had."""
    with _under_way(environment):
        try:
            script = await fetch_a_classic_script(environment, url, script_options(options))
            document_of(environment).modules.set_options(script.url, script_options(options))
        except JSTypeError as error:
            _explain(environment, url.serialized, error)
            return None
    return {"handle": environment.handles.add(script), "muted_errors": script.muted_errors}


@async_op(task_source="networking task source")
async def op_scripts_fetch_module(environment: Environment, url: URL, options: ScriptOptionsRecord) -> Record | None:
    """A module for `op_scripts_run_module`; null when it cannot be had."""
    with _under_way(environment):
        reason = await document_of(environment).modules.fetch(url.serialized, script_options(options))
    if reason is not None:
        _explain(environment, url.serialized, JSTypeError(reason))
        return None
    return {"handle": None, "muted_errors": False}


@contextmanager
def _under_way(environment: Environment) -> Iterator[None]:
    document = environment.global_scope
    if not isinstance(document, Document):
        yield
        return
    document.scripts_under_way += 1
    try:
        yield
    finally:
        document.scripts_under_way -= 1


def _explain(environment: Environment, url: str, error: JSTypeError) -> None:
    message = ConsoleMessage("error", f"The script {url} cannot be loaded: {error.message}", "page")
    environment.user_agent.embedder.console(environment, message)


@sync_op
def op_scripts_run_classic(environment: Environment, handle: int) -> None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#run-a-classic-script, once; what it throws goes to the caller."""
    script = environment.handles.take(handle, ClassicScript)
    environment.realm.eval_script(script.source, script.url)


@sync_op
def op_scripts_run_classic_text(
    environment: Environment,
    source: str,
    url: str,
    line: Place,
    column: Place,
    options: ScriptOptionsRecord | None = None,
) -> None:
    """The same for a script inside a document, which begins at `line` and `column`. `options`: for what it imports."""
    if options is not None:
        document_of(environment).modules.set_options(url, script_options(options))
    environment.realm.eval_script(_indented(source, column), url, line)


def _indented(source: str, column: int) -> str:
    """Ours: the columns of the first line are then those of the document."""
    return " " * (column - 1) + source


@sync_op
def op_scripts_compile_function(environment: Environment, source: str, url: str) -> object:
    """The function that a function expression gives. Throws what the engine throws."""
    return environment.realm.eval_script(source, url)


@sync_op
def op_scripts_run_module(
    environment: Environment,
    url: str,
    source: str | None,
    line: Place,
    column: Place,
    options: ScriptOptionsRecord | None,
) -> Handle | None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#run-a-module-script: the evaluation promise.

    `source`: of a module inside the document; null: it has been fetched. Returns null, and tells on the console, when
    something it imports cannot be had.
    """
    realm, modules = environment.realm, document_of(environment).modules
    modules.failure = None
    try:
        if source is not None:
            modules.set_options(url, script_options(options or {}))
            module = realm.compile_module("\n" * (line - 1) + _indented(source, column), url)
            set_import_meta(realm, module, url)
            return realm.evaluate_module(module)
        if url in modules.imported and url not in modules.known:
            # The engine has it already, as something that another module has imported.
            promise = realm.eval_script(f"import({_literal(url)})", url)
            assert isinstance(promise, Handle)
            return promise
        if url not in modules.known:
            if not modules.is_there(url):
                raise JSTypeError("no such module has been fetched")
            module = realm.compile_module(modules.taken(url), url)
            set_import_meta(realm, module, url)
            modules.known[url] = module
        return realm.evaluate_module(modules.known[url])
    except JSError:
        if modules.failure is None:
            raise
        environment.user_agent.embedder.console(environment, ConsoleMessage("error", f"In {url}: {modules.failure}", "page"))
        return None


@sync_op
def op_scripts_register_import_map(environment: Environment, text: str) -> None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#register-an-import-map, of JSON. Raises JSTypeError."""

    def warn(message: str) -> None:
        environment.user_agent.embedder.console(environment, ConsoleMessage("warn", message, "page"))

    import_map = parse_an_import_map_string(text, environment.api_base_url, warn)
    document_of(environment).modules.import_map.merge(import_map, warn)


@sync_op
def op_scripts_integrity_of(environment: Environment, url: URL) -> str:
    """https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-module-integrity-metadata"""
    return document_of(environment).modules.import_map.integrity_of(url)


def _literal(url: str) -> str:
    return '"' + url.replace("\\", "\\\\").replace('"', '\\"') + '"'
