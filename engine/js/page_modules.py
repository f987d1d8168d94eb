"""Where the engine meets the modules of pages and workers: https://tc39.es/ecma262/#sec-HostLoadImportedModule and its neighbours.

Bindings have a way of their own: see engine.js.bindings.
"""

from __future__ import annotations

import json
from typing import Any, Final, Protocol

from engine.js.library import ffi, lib
from engine.js.realm import Realm
from engine.js.runtime import Runtime, keep_escaped
from engine.js.values import JS_EXCEPTION, JS_UNDEFINED, JSValue, text_of, to_js
from engine.webidl.exceptions import JSTypeError

MODULE_TYPES: Final = frozenset({"json"})
"""https://html.spec.whatwg.org/multipage/webappapis.html#module-type-allowed, beside scripts. FIXME: CSS and text."""


class PageModules(Protocol):
    """Where the modules of pages and workers come from. All raise script-visible errors."""

    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        """https://html.spec.whatwg.org/#resolve-a-module-specifier: the URL of `specifier` in the script or module `base`."""

    def source(self, realm: Realm, url: str) -> str:
        """The source text of the script at `url`; this agent's thread may block for it."""

    def text(self, realm: Realm, url: str, module_type: str) -> str:
        """The text of a module of another type, one of MODULE_TYPES."""


def use_page_modules(runtime: Runtime) -> None:
    """From now on `import` in scripts is answered by `runtime.page_modules`."""
    lib.JS_SetModuleLoaderFunc2(runtime.runtime, _normalize, _load, _check_attributes, ffi.NULL)


def set_import_meta(realm: Realm, module: Any, url: str) -> None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#hostgetimportmetaproperties"""
    realm.set_import_meta(module, "url", url)

    # https://html.spec.whatwg.org/multipage/webappapis.html#import-meta-resolve
    def resolve(arguments: list[Any]) -> JSValue:
        specifier = text_of(realm, arguments[0] if arguments else JS_UNDEFINED)
        return to_js(realm, _page_modules(realm).resolve(realm, url, _scalar(specifier)))

    realm.set_import_meta(module, "resolve", realm.new_raw_function("resolve", resolve, length=1))


def create_a_json_module(realm: Realm, text: str, url: str) -> Any:
    """https://tc39.es/ecma262/#sec-parse-json-module: a JSModuleDef pointer, which the realm owns. Raises JSError (a SyntaxError)."""
    # 1. Parse the JSON.
    encoded = text.encode("utf-8", "surrogatepass")
    value = lib.JS_ParseJSON(realm.context, encoded, len(encoded), url.encode("utf-8", "replace"))
    if value.tag == JS_EXCEPTION.tag:
        raise realm.take_exception()
    # 2. The synthetic module whose default export it is.
    module = lib.JS_NewCModule(realm.context, url.encode("utf-8", "replace"), _export_default)
    lib.JS_AddModuleExport(realm.context, module, b"default")
    lib.JS_SetModulePrivateValue(realm.context, module, value)
    return module


@ffi.callback("JSModuleNormalizeFunc", onerror=keep_escaped)
def _normalize(context: Any, base: Any, specifier: Any, opaque: Any) -> Any:
    realm = Realm.of_context(context)
    try:
        url = _page_modules(realm).resolve(realm, _decode(base), _scalar(_decode(specifier))).encode()
    except BaseException as error:  # whatever it is must leave through the engine: `throw` decides how
        realm.throw(error)
        return ffi.NULL
    return lib.js_strndup(context, url, len(url))


@ffi.callback("JSModuleLoaderFunc2", onerror=keep_escaped)
def _load(context: Any, name: Any, opaque: Any, attributes: Any) -> Any:
    realm = Realm.of_context(context)
    try:
        url = _decode(name)
        module_type = _attributes(realm, attributes).get("type")
        if module_type is None:
            module = realm.compile_module(_page_modules(realm).source(realm, url), url)
            set_import_meta(realm, module, url)
            return module
        # https://html.spec.whatwg.org/multipage/webappapis.html#hostloadimportedmodule: not every type is known here.
        if module_type not in MODULE_TYPES:
            raise JSTypeError(f'"{module_type}" is no type that a module can have here: "json" is')
        return create_a_json_module(realm, _page_modules(realm).text(realm, url, module_type), url)
    except BaseException as error:  # as above
        realm.throw(error)
        return ffi.NULL


@ffi.callback("JSModuleCheckSupportedImportAttributes", error=-1, onerror=keep_escaped)
def _check_attributes(context: Any, opaque: Any, attributes: Any) -> int:
    """https://tc39.es/ecma262/#sec-AllImportAttributesSupported, with the one that HTML knows"""
    realm = Realm.of_context(context)
    try:
        unknown = [key for key in _attributes(realm, attributes) if key != "type"]
        if not unknown:
            return 0
        message = f'"{_scalar(unknown[0])}" is no import attribute that is known here: "type" is'
        # NB: where it is written down it is an error of the syntax; import() finds it when it runs.
        if realm.is_parsing:
            lib.JS_ThrowSyntaxError(context, b"%s", ffi.new("char[]", message.encode()))
        else:
            realm.throw(JSTypeError(message))
    except BaseException as error:  # as above
        realm.throw(error)
    return -1


@ffi.callback("JSModuleInitFunc", error=-1, onerror=keep_escaped)
def _export_default(context: Any, module: Any) -> int:
    result: int = lib.JS_SetModuleExport(context, module, b"default", lib.JS_GetModulePrivateValue(context, module))
    return result


def _attributes(realm: Realm, attributes: Any) -> dict[str, str]:
    """An object without prototype whose values are strings."""
    if attributes.tag == JS_UNDEFINED.tag:
        return {}
    text = lib.JS_JSONStringify(realm.context, attributes, JS_UNDEFINED, JS_UNDEFINED)
    if text.tag == JS_EXCEPTION.tag:
        raise realm.take_exception()
    try:
        found: dict[str, str] = json.loads(text_of(realm, text))
    finally:
        lib.JS_FreeValue(realm.context, text)
    return found


def _decode(text: Any) -> str:
    decoded: str = ffi.string(text).decode("utf-8", "surrogatepass")
    return decoded


def _scalar(text: str) -> str:
    """https://infra.spec.whatwg.org/#javascript-string-convert"""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _page_modules(realm: Realm) -> PageModules:
    if realm.runtime.page_modules is None:
        raise JSTypeError("modules cannot be imported here")
    return realm.runtime.page_modules
