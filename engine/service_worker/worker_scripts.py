"""Scripts that a running worker asks for: importScripts() and static imports, out of its script resource map.

https://w3c.github.io/ServiceWorker/#importscripts
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch import fetch
from engine.http import Body, network_error, response_from_stored_record, response_to_stored_record
from engine.http.header_values import extract_a_mime_type
from engine.http.response import is_an_ok_status
from engine.infra import FAILURE, is_a_javascript_mime_type
from engine.service_worker.concepts import ScriptResource
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.http import Request, Response
    from engine.service_worker.running import RunningWorker


def is_a_bad_import_script_response(response: Response) -> bool:
    """https://w3c.github.io/ServiceWorker/#dfn-bad-import-script-response"""
    if response.is_network_error or not is_an_ok_status(response.status):
        return True
    mime_type = extract_a_mime_type(response.header_list)
    return mime_type is FAILURE or not is_a_javascript_mime_type(mime_type)


async def perform_the_fetch(running: RunningWorker, request: Request, *, is_module: bool = False) -> Response:
    """https://w3c.github.io/ServiceWorker/#importscripts, its "perform the fetch" hook

    AD-HOC: the modules that a module worker imports take the same way, so that it runs with what it was installed with;
    the specification has no words for them.
    """
    # 1–3.
    worker = running.worker
    script_map = worker.script_resource_map
    key = request.url.serialized
    # 4. What was installed is what there is.
    if worker.state not in ("parsed", "installing"):
        resource = script_map.get(key)
        return (
            network_error("it was not imported while the worker was installed")
            if resource is None
            else await _response(resource)
        )
    # 5. It may have come with the check for an update.
    if key in script_map:
        worker.used_scripts.add(key)
        return await _response(script_map[key])
    # 6–8. Fetch it.
    registration = worker.registration
    request.service_workers_mode = "none"
    if registration.update_via_cache == "none" or running.force_bypass_cache or registration.is_stale:
        request.cache_mode = "no-cache"
    # 9.
    response = await fetch(request, registration.service_workers.user_agent).response()
    unsafe_response = response.unsafe_response()
    # 10.
    if unsafe_response.cache_state != "local":
        registration.service_workers.update_was_checked(registration)
    # 11. Only scripts are scripts.
    if is_a_bad_import_script_response(unsafe_response):
        if unsafe_response.body is not None:
            unsafe_response.body.cancel()
        return response if response.is_network_error else network_error("the answer is not a script")
    try:
        data = b"" if unsafe_response.body is None else await unsafe_response.body.read_all()
    except ScriptException as error:
        return network_error(error.message)
    # 12–14. Remember it.
    resource = ScriptResource(response_to_stored_record(response), data)
    script_map[key] = resource
    worker.used_scripts.add(key)
    worker.classic_scripts_imported = worker.classic_scripts_imported or not is_module
    # 15.
    return await _response(resource)


async def _response(resource: ScriptResource) -> Response:
    return response_from_stored_record(resource.response, Body(await resource.data()))
