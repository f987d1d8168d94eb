"""Where the modules of a document come from: https://html.spec.whatwg.org/multipage/webappapis.html#module-map"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from engine.http.module_types import JAVASCRIPT
from engine.infra import FAILURE
from engine.url import parse_url
from engine.webidl.exceptions import JSTypeError
from engine.window.import_maps import DocumentImportMap
from engine.window.scripts import ScriptOptions, fetch_module_source

if TYPE_CHECKING:
    from engine.js import Realm
    from engine.realms import Environment


_Key: TypeAlias = tuple[str, str]  # URL and type: https://html.spec.whatwg.org/multipage/webappapis.html#module-map


class DocumentModules:
    """What `engine.js.PageModules` asks for, and the sources that were fetched ahead.

    FIXME: what a module imports is resolved and fetched when it is about to run; an import map that comes in between is obeyed.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._sources: dict[_Key, str] = {}
        self._failed: dict[_Key, str] = {}
        self._referrers: dict[str, str] = {}
        self._options: dict[str, ScriptOptions] = {}
        self.import_map = DocumentImportMap()
        self.failure: str | None = None
        """Why a module could not be had since somebody last looked."""
        self.known: dict[str, object] = {}
        """Modules that script elements have named, by URL: the engine's own pointers."""
        self.imported: set[str] = set()
        """URLs that the engine has loaded on behalf of an import."""

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier. Raises JSTypeError."""
        # 1–5. The base URL: the referring script's, or the document's for an inline script.
        environment = self._environment
        base_url = parse_url(base)
        if base_url is FAILURE or base_url.serialized == environment.global_scope.url.serialized:
            base_url = environment.api_base_url
        # 6–14. Resolve it with the import map, and remember the referrer and the fetch options.
        url = self.import_map.resolve(specifier, base_url)
        self._referrers.setdefault(url.serialized, base_url.serialized)
        options = self._options.get(base)
        if options is not None:
            # https://html.spec.whatwg.org/multipage/webappapis.html#descendant-script-fetch-options
            self._options.setdefault(url.serialized, replace(options, integrity=self.import_map.integrity_of(url)))
        return url.serialized

    def source(self, realm: Realm, url: str) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script. Raises JSTypeError."""
        self.imported.add(url)
        return self.text(realm, url, JAVASCRIPT)

    def text(self, realm: Realm, url: str, module_type: str) -> str:
        """The same for any type of module. Raises JSTypeError."""
        key = (url, module_type)
        if key not in self._sources and key not in self._failed:
            self._environment.agent.wait_for(self._fetch(key, self._options.get(url)))
        reason = self._failed.get(key)
        if reason is not None:
            self.failure = f"the module {url} cannot be loaded: {reason}"
            raise JSTypeError(self.failure)
        return self._sources[key]

    async def fetch(self, url: str, options: ScriptOptions) -> str | None:
        """Fetch a module ahead, for a script element. Why it cannot be had; None when it can. On the browser's thread."""
        key = (url, JAVASCRIPT)
        self._options[url] = options
        if key not in self._sources:
            self._failed.pop(key, None)
            await self._fetch(key, options)
        return self._failed.get(key)

    def is_there(self, url: str) -> bool:
        """Whether `taken` has it."""
        return (url, JAVASCRIPT) in self._sources

    def taken(self, url: str) -> str:
        """The source of a module that was fetched ahead."""
        return self._sources[url, JAVASCRIPT]

    def set_options(self, url: str, options: ScriptOptions) -> None:
        """What the script at `url` imports is fetched with these options; of the scripts inside a document, with those of the last one."""
        self._options[url] = options

    async def _fetch(self, key: _Key, options: ScriptOptions | None) -> None:
        url, module_type = key
        parsed = parse_url(url)
        assert parsed is not FAILURE
        referrer = parse_url(self._referrers.get(url, ""))
        if options is None:
            options = ScriptOptions(integrity=self.import_map.integrity_of(parsed))
        try:
            self._sources[key] = await fetch_module_source(
                self._environment, parsed, options, None if referrer is FAILURE else referrer, module_type
            )
        except JSTypeError as error:
            self._failed[key] = error.message


class ModulesOfRealms:
    """The `engine.js.PageModules` of an agent: each of its realms has its own."""

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """Raises JSTypeError."""
        return self._of(realm).resolve(realm, base, specifier)

    def source(self, realm: Realm, url: str) -> str:
        """Raises JSTypeError."""
        return self._of(realm).source(realm, url)

    def text(self, realm: Realm, url: str, module_type: str) -> str:
        """Raises JSTypeError."""
        return self._of(realm).text(realm, url, module_type)

    @staticmethod
    def _of(realm: Realm) -> DocumentModules:
        modules: DocumentModules = realm.host_defined.global_scope.modules
        return modules
