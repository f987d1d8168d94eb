"""Where the modules of a document come from: https://html.spec.whatwg.org/multipage/webappapis.html#module-map"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.url import parse_url
from engine.webidl.exceptions import JSTypeError
from engine.window.scripts import ScriptOptions, fetch_module_source

if TYPE_CHECKING:
    from engine.js import Realm
    from engine.realms import Environment
    from engine.url import URL


class DocumentModules:
    """What `engine.js.PageModules` asks for, and the sources that were fetched ahead."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._sources: dict[str, str] = {}
        self._failed: dict[str, str] = {}
        self._referrers: dict[str, str] = {}
        self._options: dict[str, ScriptOptions] = {}
        self.failure: str | None = None
        """Why a module could not be had since somebody last looked."""
        self.known: dict[str, object] = {}
        """Modules that script elements have named, by URL: the engine's own pointers."""
        self.imported: set[str] = set()
        """URLs that the engine has loaded on behalf of an import."""

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier. Raises JSTypeError."""
        # 1–5. What is inside the document, or has no address of its own, starts where the document does.
        environment = self._environment
        base_url = parse_url(base)
        if base_url is FAILURE or base_url.serialized == environment.global_scope.url.serialized:
            base_url = environment.api_base_url
        # 6–13. FIXME: import maps.
        url = self._url_like(specifier, base_url)
        if url is None:
            raise JSTypeError(f'the module specifier "{specifier}" is no URL and does not begin with "/", "./" or "../"')
        self._referrers.setdefault(url.serialized, base_url.serialized)
        options = self._options.get(base)
        if options is not None:
            self._options.setdefault(url.serialized, options)
        return url.serialized

    @staticmethod
    def _url_like(specifier: str, base: URL) -> URL | None:
        """https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-url-like-module-specifier"""
        url = parse_url(specifier, base) if specifier.startswith(("/", "./", "../")) else parse_url(specifier)
        return None if url is FAILURE else url

    def source(self, realm: Realm, url: str) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script. Raises JSTypeError."""
        self.imported.add(url)
        if url not in self._sources and url not in self._failed:
            self._environment.agent.wait_for(self._fetch(url, self._options.get(url)))
        reason = self._failed.get(url)
        if reason is not None:
            self.failure = f"the module {url} cannot be loaded: {reason}"
            raise JSTypeError(self.failure)
        return self._sources[url]

    async def fetch(self, url: str, options: ScriptOptions) -> str | None:
        """Fetch a module ahead, for a script element. Why it cannot be had; None when it can. On the browser's thread."""
        self._options[url] = options
        if url not in self._sources:
            self._failed.pop(url, None)
            await self._fetch(url, options)
        return self._failed.get(url)

    def taken(self, url: str) -> str:
        """The source of a module that was fetched ahead."""
        return self._sources[url]

    def is_inline(self, url: str, options: ScriptOptions) -> None:
        """What a module inside the document imports is fetched with these options."""
        self._options[url] = options

    async def _fetch(self, url: str, options: ScriptOptions | None) -> None:
        parsed = parse_url(url)
        assert parsed is not FAILURE
        referrer = parse_url(self._referrers.get(url, ""))
        try:
            self._sources[url] = await fetch_module_source(
                self._environment, parsed, options or ScriptOptions(), None if referrer is FAILURE else referrer
            )
        except JSTypeError as error:
            self._failed[url] = error.message


class ModulesOfRealms:
    """The `engine.js.PageModules` of an agent: each of its realms has its own."""

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """Raises JSTypeError."""
        return self._of(realm).resolve(realm, base, specifier)

    def source(self, realm: Realm, url: str) -> str:
        """Raises JSTypeError."""
        return self._of(realm).source(realm, url)

    @staticmethod
    def _of(realm: Realm) -> DocumentModules:
        modules: DocumentModules = realm.host_defined.global_scope.modules
        return modules
