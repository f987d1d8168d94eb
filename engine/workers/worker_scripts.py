"""https://html.spec.whatwg.org/multipage/webappapis.html#fetching-scripts, as far as it is about a worker's own script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.fetch import fetch
from engine.http.header_values import extract_a_mime_type
from engine.http.request import Request
from engine.http.response import is_an_ok_status
from engine.infra import FAILURE, is_a_javascript_mime_type
from engine.security.referrer_policy import parse_a_referrer_policy_from_a_header
from engine.webidl.exceptions import JSTypeError
from engine.workers.policies import (
    check_a_global_objects_embedder_policy,
    initialize_worker_global_scopes_policy_container,
)

if TYPE_CHECKING:
    from engine.http.policy_container import PolicyContainer, ReferrerPolicy
    from engine.http.response import Response
    from engine.realms import Environment
    from engine.url import URL, Origin
    from engine.workers.concepts import Worker


@dataclass(frozen=True, slots=True)
class FetchedScript:
    """A worker's own script that has not been parsed yet. Ours."""

    source: str
    url: str
    referrer_policy: ReferrerPolicy
    """For what a module imports; empty: that of its environment."""
    outside_origin: Origin
    """Whose request the fetches of a module's static imports are,"""
    outside_policy_container: PolicyContainer
    """and under which policies."""


async def fetch_a_worker_script(worker: Worker, fetch_client: Environment) -> FetchedScript:
    """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-classic-worker-script and
    https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-worklet/module-worker-script-graph, without what is imported

    With the "perform the fetch" hook of run a worker. Raises JSTypeError.
    """
    is_module = worker.options.type == "module"
    # 1. The request.
    request = Request(
        [worker.url],
        client=fetch_client,
        destination="sharedworker" if worker.is_shared else "worker",
        mode="same-origin",
        credentials_mode=worker.options.credentials if is_module else "same-origin",
        parser_metadata="not-parser-inserted",
        use_url_credentials=not is_module,
        initiator_type="other",
        # Hook 2. The reserved client is the worker's environment, for which a service worker may answer.
        reserved_client=worker.environment,
    )
    # NB: the owner may navigate while we wait.
    outside_origin, outside_policy_container = fetch_client.origin, fetch_client.policy_container.clone()
    # 2. Fetch the request (step 3 of the perform the fetch hook).
    worker.loading = fetch(request, worker.workers.user_agent)
    response = await worker.loading.response()
    unsafe_response = response.unsafe_response()
    body = unsafe_response.body
    try:
        _check_head(response, is_module)
        _set_up_for_response(worker, fetch_client, response)
        # 3, 5. The source text, decoded as UTF-8.
        source = "" if body is None else await body.read_text(worker.environment.byte_budget)
    except BaseException:
        if body is not None:
            body.cancel()
        raise
    worker.loading = None
    # 6. The classic or module script, with the response's URL as its base URL.
    policy = parse_a_referrer_policy_from_a_header(unsafe_response.header_list) if is_module else ""
    return FetchedScript(
        source, worker.environment.creation_url.serialized, policy, outside_origin, outside_policy_container
    )


def _check_head(response: Response, is_module: bool) -> None:
    """What both ways of fetching require of a response. Raises JSTypeError."""
    unsafe_response = response.unsafe_response()
    # Fetch a classic worker script, 4.1. There has to be one.
    if response.is_network_error:
        raise JSTypeError(f"its script cannot be fetched ({response.reason or 'network error'})")
    if not is_an_ok_status(unsafe_response.status):
        raise JSTypeError(f"the server answered {unsafe_response.status} for its script")
    # NB: what a service worker answers must not come from elsewhere; Fetch sees to that.
    # 4.2. The response must have a JavaScript MIME type, at least over HTTP.
    url = unsafe_response.url
    if is_module or (url is not None and url.is_http):
        require_a_javascript_mime_type(unsafe_response)


def require_a_javascript_mime_type(response: Response) -> None:
    """Raises JSTypeError."""
    mime_type = extract_a_mime_type(response.header_list)
    if mime_type is FAILURE or not is_a_javascript_mime_type(mime_type):
        named = "no MIME type" if mime_type is FAILURE else f"the MIME type '{mime_type.essence}'"
        raise JSTypeError(f"its script has {named}, which is not a script's")


def _set_up_for_response(worker: Worker, outside_settings: Environment, response: Response) -> None:
    """Step 3 of the "perform the fetch" hook of run a worker. Raises JSTypeError."""
    environment = worker.environment
    # 3.1–3.2. The worker global scope's URL is that of the response.
    url = response.unsafe_response().url or worker.url
    environment.creation_url = environment.api_base_url = _as_requested(url, worker.url)
    # 3.3. Initialize the worker global scope's policy container.
    initialize_worker_global_scopes_policy_container(worker, outside_settings, response)
    # 3.4. FIXME: run CSP initialization for a global object.
    # 3.5, 3.7–3.9. The cross-origin isolated capability, which a worker has no more of than its owner.
    environment.cross_origin_isolated = (
        outside_settings.cross_origin_isolated
        and environment.policy_container.embedder_policy.value != "unsafe-none"
        and url.scheme != "data"
    )
    # 3.6. Check the global object's embedder policy.
    if not check_a_global_objects_embedder_policy(environment, outside_settings):
        raise JSTypeError("its Cross-Origin-Embedder-Policy is not as strict as its owner's")


def _as_requested(url: URL, requested: URL) -> URL:
    """NB: a response without redirects has the fragment that was asked for."""
    return requested if url.serialized == requested.serialized_without_fragment else url
