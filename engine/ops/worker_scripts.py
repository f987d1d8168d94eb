"""importScripts(): https://html.spec.whatwg.org/#import-scripts-into-worker-global-scope"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.fetch import fetch
from engine.fetch.worker_scripts import ImportedScript, fetch_a_classic_worker_imported_script
from engine.js import JSError
from engine.ops.dedicated_and_shared_workers import with_blob_url_entry
from engine.ops.registry import blocking_op, sync_op
from engine.service_worker import ServiceWorker
from engine.service_worker.running import RunningWorker
from engine.service_worker.worker_scripts import perform_the_fetch
from engine.url import URL
from engine.webidl.exceptions import DOMException, JSTypeError
from engine.workers import Worker

if TYPE_CHECKING:
    from engine.http import Request, Response
    from engine.realms import Environment


@sync_op
def op_worker_scripts_check(environment: Environment) -> None:
    """https://html.spec.whatwg.org/#import-scripts-into-worker-global-scope, its step 1. Raises JSTypeError in a module worker."""
    running = environment.global_scope
    worker = running.worker if isinstance(running, RunningWorker) else running
    if isinstance(worker, ServiceWorker | Worker) and worker.type == "module":
        raise JSTypeError("module workers import modules; importScripts() is not for them")


@blocking_op
async def op_worker_scripts_fetch(
    environment: Environment, url: URL, blob_url_entry: int | None
) -> list[int | str | None]:
    """A handle to an imported script, for `op_worker_scripts_run`, and its URL if its errors are muted.

    Raises DOMException "NetworkError".
    """
    url = with_blob_url_entry(url, blob_url_entry, environment)
    running = environment.global_scope
    hook = partial(perform_the_fetch, running) if isinstance(running, RunningWorker) else partial(_fetch, environment)
    script = await fetch_a_classic_worker_imported_script(url, environment, hook)
    return [environment.handles.add(script), script.url if script.muted_errors else None]


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
