"""https://html.spec.whatwg.org/#scripting: running the scripts of pages and workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.js import Handle, JSError, set_import_meta, use_page_modules

if TYPE_CHECKING:
    from engine.realms.environment import Environment


def run_a_classic_script(
    environment: Environment,
    source: str | Handle,
    url: str,
    *,
    line: int = 1,
    muted_errors: bool = False,
    rethrow: bool = False,
) -> None:
    """https://html.spec.whatwg.org/#run-a-classic-script

    `source`: its text, or what `Realm.parse_script` made of it. `line`: the number of the first line, for scripts inside a
    document. An uncaught error is reported to the global; with `rethrow` it is raised as JSError instead (importScripts, a
    service worker's own script). On the agent's thread.
    """
    try:
        if isinstance(source, Handle):
            environment.realm.run_script(source)
        else:
            environment.realm.eval_script(source, url, line)
    except JSError as error:
        if rethrow:
            raise
        environment.bindings.upcall("up_report_an_exception", error.value, muted_errors)
    finally:
        environment.agent.perform_a_microtask_checkpoint()


def run_a_module_script(
    environment: Environment,
    source: str,
    url: str,
    *,
    report: bool = False,
    when_linked: Callable[[], object] | None = None,
) -> Handle:
    """https://html.spec.whatwg.org/#run-a-module-script

    Its dependencies are loaded while this agent waits. Returns the evaluation promise; a module that does not parse or
    link raises JSError. With `report` what the promise is rejected with is reported to the global; else the caller sees
    to that. `when_linked` is called before it runs, when everything that it imports is there.
    """
    realm = environment.realm
    use_page_modules(realm.runtime)
    module = realm.compile_module(source, url)
    set_import_meta(realm, module, url)
    if when_linked is not None:
        realm.link_module(module)
        when_linked()
    promise = realm.evaluate_module(module)
    if report:
        environment.bindings.upcall("up_report_when_rejected", promise)
    environment.agent.perform_a_microtask_checkpoint()
    return promise
