"""The modules of a module worker. https://html.spec.whatwg.org/#fetch-a-module-worker-script-tree"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.http import Request
from engine.http.module_types import JAVASCRIPT, fetch_destination_from_module_type
from engine.infra import FAILURE
from engine.service_worker.worker_scripts import perform_the_fetch
from engine.url import parse_url
from engine.webidl.exceptions import JSTypeError

if TYPE_CHECKING:
    from engine.js import Realm
    from engine.service_worker.running import RunningWorker
    from engine.url import URL


class WorkerModules:
    """Where the imports of a worker come from (`engine.js.PageModules`): its script resource map. On the worker's thread."""

    def __init__(self, running: RunningWorker) -> None:
        self._running = running
        self.graph_is_loaded = False
        """Set once the worker's own script has run: import() is not for service workers."""

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """https://html.spec.whatwg.org/#resolve-a-module-specifier. Raises JSTypeError."""
        # 1–10. NB: workers have no import map.
        # https://html.spec.whatwg.org/#resolving-a-url-like-module-specifier
        base_url = parse_url(base)
        if specifier.startswith(("/", "./", "../")):
            url = parse_url(specifier, base_url if base_url is not FAILURE else None)
        else:
            url = parse_url(specifier)
        if url is FAILURE:
            raise JSTypeError(
                f'the module specifier "{specifier}" is no URL and does not begin with "/", "./" or "../"'
            )
        return url.serialized

    def source(self, realm: Realm, url: str) -> str:
        """The source text of a module; the worker's thread waits for it. Raises JSTypeError."""
        return self.text(realm, url, JAVASCRIPT)

    def text(self, realm: Realm, url: str, module_type: str) -> str:
        """The same for any type of module. Raises JSTypeError."""
        # https://html.spec.whatwg.org/#hostloadimportedmodule: step 4 for service workers
        if self.graph_is_loaded:
            raise JSTypeError("import() is not allowed in service workers")
        parsed = parse_url(url)
        assert parsed is not FAILURE
        return self._running.agent.wait_for(self._load(parsed, module_type))

    async def _load(self, url: URL, module_type: str) -> str:
        # https://html.spec.whatwg.org/#fetch-a-single-module-script
        request = Request(
            [url],
            client=self._running.environment,
            destination=fetch_destination_from_module_type("script", module_type),
            mode="cors",
            parser_metadata="not-parser-inserted",
            initiator_type="script",
        )
        response = await perform_the_fetch(self._running, request, module_type)
        body = response.unsafe_response().body
        if response.is_network_error or body is None:
            raise JSTypeError(f"the module {url.serialized} cannot be loaded: {response.reason}")
        return await body.read_text(self._running.environment.byte_budget)
