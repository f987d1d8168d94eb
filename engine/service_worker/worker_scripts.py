"""Scripts that a running worker asks for: importScripts() and static imports, out of its script resource map.

https://w3c.github.io/ServiceWorker/#importscripts
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch import fetch
from engine.http import Body, network_error, response_from_stored_record, response_to_stored_record
from engine.http.header_values import extract_a_mime_type
from engine.http.module_types import JAVASCRIPT, JSON, why_it_is_no_module
from engine.http.response import is_an_ok_status
from engine.service_worker.concepts import ScriptResource
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.http import Request, Response
    from engine.service_worker.running import RunningWorker

_NOT_OF_THIS_TYPE = "the answer has not the MIME type of what is imported"


def is_a_bad_import_script_response(response: Response, module_type: str = JAVASCRIPT) -> bool:
    """https://w3c.github.io/ServiceWorker/#dfn-bad-import-script-response, for any type of module"""
    if response.is_network_error or not is_an_ok_status(response.status):
        return True
    return why_it_is_no_module(extract_a_mime_type(response.header_list), module_type) is not None


def module_type_of(resource: ScriptResource) -> str:
    """As what it was imported: only one of them can be had from a response."""
    response = response_from_stored_record(resource.response, None)
    return JSON if why_it_is_no_module(extract_a_mime_type(response.header_list), JSON) is None else JAVASCRIPT


async def perform_the_fetch(running: RunningWorker, request: Request, module_type: str | None = None) -> Response:
    """https://w3c.github.io/ServiceWorker/#importscripts, its "perform the fetch" hook

    AD-HOC: the modules that a module worker imports take the same way, so that it runs with what it was installed with;
    the specification has no words for them. `module_type`: of what a module imports.
    """
    # 1–3. The worker's script resource map, and the request's URL.
    worker = running.worker
    script_map = worker.script_resource_map
    key = request.url.serialized
    # 4. After the install only the script resource map answers.
    if worker.state not in ("parsed", "installing"):
        resource = script_map.get(key)
        return (
            network_error("it was not imported while the worker was installed")
            if resource is None
            else await _response_of_type(resource, module_type)
        )
    # 5. A script that the map has already is used.
    if key in script_map:
        worker.used_scripts.add(key)
        return await _response_of_type(script_map[key], module_type)
    # 6–8. The request goes to no service worker, and past the cache where the registration wants it.
    registration = worker.registration
    request.service_workers_mode = "none"
    if registration.update_via_cache == "none" or running.force_bypass_cache or registration.is_stale:
        request.cache_mode = "no-cache"
    # 9. Fetch the request.
    response = await fetch(request, registration.service_workers.user_agent).response()
    unsafe_response = response.unsafe_response()
    # 10. The last update check time.
    if unsafe_response.cache_state != "local":
        registration.service_workers.update_was_checked(registration)
    # 11. A bad import script response is a network error.
    if is_a_bad_import_script_response(unsafe_response, module_type or JAVASCRIPT):
        if unsafe_response.body is not None:
            unsafe_response.body.cancel()
        return response if response.is_network_error else network_error(_NOT_OF_THIS_TYPE)
    try:
        data = b"" if unsafe_response.body is None else await unsafe_response.body.read_all()
    except ScriptException as error:
        return network_error(error.message)
    # 12–14. The map, the set of used scripts and the classic scripts imported flag.
    resource = ScriptResource(response_to_stored_record(response), data)
    script_map[key] = resource
    worker.used_scripts.add(key)
    worker.classic_scripts_imported = worker.classic_scripts_imported or module_type is None
    # 15. The response.
    return await _response(resource)


async def _response_of_type(resource: ScriptResource, module_type: str | None) -> Response:
    """NB: what was imported as something else may not be this."""
    response = await _response(resource)
    is_bad = module_type is not None and is_a_bad_import_script_response(response, module_type)
    return network_error(_NOT_OF_THIS_TYPE) if is_bad else response


async def _response(resource: ScriptResource) -> Response:
    return response_from_stored_record(resource.response, Body(await resource.data()))
