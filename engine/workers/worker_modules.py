"""Where the imports of dedicated and shared workers come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.fetch import fetch
from engine.http.header_values import extract_a_mime_type
from engine.http.module_types import JAVASCRIPT, fetch_destination_from_module_type, why_it_is_no_module
from engine.http.request import Request
from engine.http.response import is_an_ok_status
from engine.infra import FAILURE
from engine.security.referrer_policy import parse_a_referrer_policy_from_a_header
from engine.url import parse_url
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.http.policy_container import ReferrerPolicy
    from engine.http.request import Destination
    from engine.js import Realm
    from engine.url import URL
    from engine.workers.concepts import Worker
    from engine.workers.worker_scripts import FetchedScript


class WorkerModules:
    """What `engine.js.PageModules` asks for. On the worker's thread, which waits for each module."""

    def __init__(self, worker: Worker, script: FetchedScript) -> None:
        self._worker = worker
        self._script = script
        self._graph_is_loaded = worker.options.type == "classic"
        self._referrers: dict[str, tuple[str, URL]] = {}  # URL of a module → the script that imported it first
        self._referrer_policies: dict[str, ReferrerPolicy] = {script.url: script.referrer_policy}
        self._final_urls: dict[str, str] = {}  # URL of a module → where it came from in the end
        self._failed: dict[tuple[str, str], JSTypeError] = {}

    def graph_is_loaded(self) -> None:
        """The worker's own module has been loaded with all that it imports; from now on import() does it."""
        self._graph_is_loaded = True

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier. Raises JSTypeError."""
        # 1–5. NB: what was made with eval() or the like has no address of its own.
        base_url = parse_url(self._final_urls.get(base, base))
        if base_url is FAILURE:
            base_url = self._worker.environment.api_base_url
        # 6–13. NB: workers have no import map.
        # https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-url-like-module-specifier
        relative = specifier.startswith(("/", "./", "../"))
        url = parse_url(specifier, base_url) if relative else parse_url(specifier)
        if url is FAILURE:
            raise JSTypeError(
                f'the module specifier "{specifier}" is no URL and does not begin with "/", "./" or "../"'
            )
        self._referrers.setdefault(url.serialized, (base, base_url))
        return url.serialized

    def source(self, realm: Realm, url: str) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script. Raises JSTypeError."""
        return self.text(realm, url, JAVASCRIPT)

    def text(self, realm: Realm, url: str, module_type: str) -> str:
        """The same for any type of module. Raises JSTypeError."""
        # 1–4. The module map. NB: the engine keeps those that could be had; those that could not stay so too.
        failure = self._failed.get((url, module_type))
        if failure is not None:
            raise JSTypeError(failure.message)
        parsed = parse_url(url)
        assert parsed is not FAILURE
        try:
            return self._worker.agent.wait_for(self._load(parsed, module_type, is_static=not self._graph_is_loaded))
        except JSTypeError as error:
            self._failed[url, module_type] = error
            raise

    async def _load(self, url: URL, module_type: str, *, is_static: bool) -> str:
        worker = self._worker
        importer, referrer = self._referrers[url.serialized]
        # 5–7. The module request.
        request = Request(
            [url],
            client=worker.environment,
            destination=fetch_destination_from_module_type("script", module_type),
            mode="cors",
            credentials_mode=worker.options.credentials if worker.options.type == "module" else "same-origin",
            parser_metadata="not-parser-inserted",
            initiator_type="script",
            referrer=referrer,
            referrer_policy=self._referrer_policies.get(importer, ""),
        )
        if is_static:
            # What a worker's own script imports is fetched like it: by its owner, under the owner's policies.
            default: Destination = "sharedworker" if worker.is_shared else "worker"
            request.destination = fetch_destination_from_module_type(default, module_type)
            request.origin = self._script.outside_origin
            request.policy_container = self._script.outside_policy_container.clone()
        # 8. Fetch the request.
        response = await fetch(request, worker.workers.user_agent).response()
        unsafe_response = response.unsafe_response()
        body = unsafe_response.body
        try:
            # 9. A network error, or a status that is not ok, is a failure.
            if response.is_network_error:
                raise JSTypeError(f"it cannot be fetched ({response.reason or 'network error'})")
            if not is_an_ok_status(unsafe_response.status):
                raise JSTypeError(f"the server answered {unsafe_response.status}")
            # 10–12. FIXME: CSS modules.
            reason = why_it_is_no_module(extract_a_mime_type(unsafe_response.header_list), module_type)
            if reason is not None:
                raise JSTypeError(f"it has {reason}")
            text = "" if body is None else await body.read_text(worker.environment.byte_budget)
        except BaseException as error:
            if body is not None:
                body.cancel()
            if isinstance(error, JSTypeError):
                raise JSTypeError(f"the module {url.serialized} cannot be loaded: {error.message}") from None
            raise
        # 13–14. FIXME: after a redirect import.meta.url should be the response's URL too.
        if unsafe_response.url is not None:
            self._final_urls[url.serialized] = unsafe_response.url.serialized
        self._referrer_policies[url.serialized] = parse_a_referrer_policy_from_a_header(unsafe_response.header_list)
        return text
