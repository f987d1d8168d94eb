"""Loading `js_bindings` into a realm: its modules, their bytecode, and the host object they reach Python through."""

from __future__ import annotations

from typing import Any

from engine.infra import EngineBug
from engine.js.bindings_modules import PREFIX, bytecode_of
from engine.js.errors import JSError
from engine.js.library import ffi, lib
from engine.js.realm import Realm
from engine.js.values import Handle, JSValue, text_of, to_js


class Bindings:
    """One realm's bindings.

    `host` are the functions that the module `js_bindings/ops.js` finds in `import.meta.host`; scripts cannot reach that module.
    """

    def __init__(self, realm: Realm, host: dict[str, Handle | object]) -> None:
        self._realm = realm
        realm.bindings_host = realm.new_object()
        for name, value in host.items():
            realm.set_property(realm.bindings_host, name, value)
        if realm.runtime.shared is None:
            realm.runtime.shared = realm.new_object()
        realm.set_property(realm.bindings_host, "shared", realm.runtime.shared)
        realm.set_property(realm.bindings_host, "load", realm.new_raw_function("load", self._load_for_script))
        realm.set_property(realm.bindings_host, "class_id", realm.new_raw_function("class_id", self._class_id))
        realm.when_discarded.append(self._let_go)
        self._upcalls: dict[str, Handle] = {}
        boot = self.load("boot.js")
        self._find_upcall: Handle = realm.get_property(boot, "find_upcall")
        realm.functions.error_factory = realm.get_property(boot, "make_error")
        realm.call(realm.get_property(boot, "boot"))

    def load(self, path: str) -> Handle:
        """The namespace object of the module `js_bindings/<path>`, evaluated if it was not."""
        return Handle(self._realm, self._load(path))

    def upcall(self, name: str, *arguments: Any) -> Any:
        """Call `up_…`; its result in the wire types. On the agent's thread. Raises JSError, ScriptInterrupted."""
        function = self._upcalls.get(name)
        if function is None:
            function = self._upcalls[name] = self._realm.call(self._find_upcall, name)
        return self._realm.call_for_wire(function, *arguments)

    def _let_go(self) -> None:
        """Keep nothing of the realm alive. Nothing is called any more."""
        self._upcalls.clear()
        del self._find_upcall

    def make_error(self, message: str, name: str) -> Handle:
        """A new error object of this realm; `name` as of a JavaScript error class. On the agent's thread."""
        factory = self._realm.functions.error_factory
        assert factory is not None
        error: Handle = self._realm.call(factory, message, name, False)
        return error

    def _load_for_script(self, arguments: list[Any]) -> JSValue:
        return self._load(text_of(self._realm, arguments[0]))

    def _class_id(self, arguments: list[Any]) -> JSValue:
        """The engine's number for the internal slots of an object, which no script can disguise."""
        return to_js(self._realm, lib.JS_GetClassID(arguments[0]))

    def _load(self, path: str) -> JSValue:
        name = PREFIX + path
        module = self._realm.bindings_modules.get(name)
        if module is None:
            module = self._evaluate(name)
        return self._realm.module_namespace(module)

    def _evaluate(self, name: str) -> Any:
        realm, runtime = self._realm, self._realm.runtime
        # OPTIMIZATION: the engine's own normalizer joins relative paths in C; ours is only for the modules of pages.
        lib.JS_SetModuleLoaderFunc(runtime.runtime, ffi.NULL, _load_module, ffi.NULL)
        try:
            module = _read(realm, name)
            with runtime.in_one_piece():
                promise = realm.evaluate_module(module)
        except JSError as error:
            raise EngineBug(f"the bindings module {name} does not load: {error}\n{error.stack or ''}") from error
        finally:
            runtime.use_page_modules()
        if realm.promise_state(promise) != "fulfilled":
            result = realm.promise_result(promise)
            if isinstance(result, Handle) and lib.JS_IsUncatchableError(result.value):
                raise runtime.interruption() if runtime.fatal is None else runtime.take_fatal()
            reason = result.get("stack") if isinstance(result, Handle) else result
            message = result.get("message") if isinstance(result, Handle) else result
            raise EngineBug(f"the bindings module {name} does not evaluate: {message}\n{reason}")
        return module


def _read(realm: Realm, name: str) -> Any:
    module = realm.read_module(bytecode_of(name))
    realm.bindings_modules[name] = module
    if name == PREFIX + "ops.js":
        realm.set_import_meta(module, "host", realm.bindings_host)
    return module


@ffi.callback("JSModuleLoaderFunc")
def _load_module(context: Any, name: Any, opaque: Any) -> Any:
    realm = Realm.of_context(context)
    try:
        return _read(realm, ffi.string(name).decode())
    except BaseException as error:  # whatever it is must leave through the engine: `throw` decides how
        realm.throw(error)
        return ffi.NULL
