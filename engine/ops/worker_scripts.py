"""importScripts(): https://html.spec.whatwg.org/#import-scripts-into-worker-global-scope"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.fetch import fetch
from engine.fetch.worker_scripts import ImportedScript, fetch_a_classic_worker_imported_script
from engine.infra import FAILURE
from engine.js import JSError
from engine.ops.registry import blocking_op, sync_op
from engine.service_worker.running import RunningWorker
from engine.service_worker.worker_scripts import perform_the_fetch
from engine.url import parse_url
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.http import Request, Response
    from engine.realms import Environment


@blocking_op
async def op_worker_scripts_fetch(environment: Environment, url: str) -> int:
    """A handle to an imported script, for `op_worker_scripts_run`. Raises DOMException "NetworkError"; JSTypeError in a module worker."""
    parsed = parse_url(url)
    assert parsed is not FAILURE
    running = environment.global_scope
    if isinstance(running, RunningWorker):
        if running.worker.type == "module":
            raise JSTypeError("module workers import modules; importScripts() is not for them")
        hook = partial(perform_the_fetch, running)
    else:
        hook = partial(_fetch, environment)
    return environment.handles.add(await fetch_a_classic_worker_imported_script(parsed, environment, hook))


async def _fetch(environment: Environment, request: Request) -> Response:
    return await fetch(request, environment.user_agent).response()


@sync_op
def op_worker_scripts_run(environment: Environment, script: int) -> None:
    """https://html.spec.whatwg.org/#run-a-classic-script, with errors rethrown. The handle ends."""
    imported = environment.handles.take(script, ImportedScript)
    try:
        environment.realm.eval_script(imported.source, imported.url)
    except JSError as error:
        if imported.muted_errors:
            raise DOMException("a script of another origin failed", "NetworkError") from error
        raise
