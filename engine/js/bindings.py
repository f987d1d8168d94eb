"""Loading `js_bindings` into a realm: its modules, their bytecode, and the host object they reach Python through.

They run in a realm of their own, which no script can reach: see docs/BINDINGS.md, "Two realms". One module, `page.js`, is evaluated in
the realm of the scripts, before any of them runs.
"""

from __future__ import annotations

from typing import Any

from engine.infra import EngineBug
from engine.js.bindings_modules import PREFIX, bytecode_of, is_a_module
from engine.js.errors import JSError
from engine.js.library import ffi, lib
from engine.js.page_modules import use_page_modules
from engine.js.realm import Realm
from engine.js.values import Handle, JSValue, text_of, to_js
from engine.webidl.exceptions import JSTypeError

_PAGE = PREFIX + "page.js"


class Bindings:
    """The bindings of one realm of scripts.

    `host` are the functions that the module `js_bindings/ops.js` finds in `import.meta.host`; scripts cannot reach that module.
    """

    def __init__(self, realm: Realm, host: dict[str, Handle | object]) -> None:
        self._realm = realm
        own = self._own = realm.of_bindings
        host_object = own.new_object()
        for name, value in host.items():
            own.set_property(host_object, name, value)
        if own.runtime.shared is None:
            own.runtime.shared = own.new_object()
        own.set_property(host_object, "shared", own.runtime.shared)
        own.set_property(host_object, "load", own.new_raw_function("load", self._load_for_script))
        own.set_property(host_object, "class_id", own.new_raw_function("class_id", self._class_id))
        page = Handle(realm, realm.module_namespace(_evaluate(realm, _PAGE)))
        own.bindings_meta = {
            PREFIX + "ops.js": {"host": host_object},
            PREFIX + "intrinsics.js": {"page": page, "shared": own.runtime.shared},
        }
        realm.when_discarded.append(self._let_go)
        self._upcalls: dict[str, Handle] = {}
        boot = self.load("boot.js")
        self._find_upcall: Handle = own.get_property(boot, "find_upcall")
        own.functions.error_factory = realm.functions.error_factory = own.get_property(boot, "make_error")
        own.call(own.get_property(boot, "boot"))

    def load(self, path: str) -> Handle:
        """The namespace object of the module `js_bindings/<path>`, evaluated if it was not."""
        return Handle(self._own, self._load(path))

    def upcall(self, name: str, *arguments: Any) -> Any:
        """Call `up_…`; its result in the wire types. On the agent's thread. Raises JSError, ScriptInterrupted."""
        function = self._upcalls.get(name)
        if function is None:
            function = self._upcalls[name] = self._own.call(self._find_upcall, name)
        return self._own.call_for_wire(function, *arguments)

    def _let_go(self) -> None:
        """Keep nothing of the realm alive. Nothing is called any more."""
        self._upcalls.clear()
        del self._find_upcall

    def make_error(self, message: str, name: str) -> Handle:
        """A new error object of this realm; `name` as of a JavaScript error class. On the agent's thread."""
        factory = self._own.functions.error_factory
        assert factory is not None
        error: Handle = self._own.call(factory, message, name, False)
        return error

    def _load_for_script(self, arguments: list[Any]) -> JSValue:
        path = text_of(self._own, arguments[0]) if arguments else ""
        if PREFIX + path not in self._own.bindings_modules and not is_a_module(PREFIX + path):
            raise JSTypeError("there is no such module")
        return self._load(path)

    def _class_id(self, arguments: list[Any]) -> JSValue:
        """The engine's number for the internal slots of an object, which no script can disguise."""
        if not arguments:
            raise JSTypeError("of which object?")
        return to_js(self._own, lib.JS_GetClassID(arguments[0]))

    def _load(self, path: str) -> JSValue:
        name = PREFIX + path
        module = self._own.bindings_modules.get(name)
        if module is None:
            module = _evaluate(self._own, name)
        return self._own.module_namespace(module)


def _evaluate(realm: Realm, name: str) -> Any:
    runtime = realm.runtime
    # OPTIMIZATION: the engine's own normalizer joins relative paths in C; ours is only for the modules of pages.
    lib.JS_SetModuleLoaderFunc(runtime.runtime, ffi.NULL, _load_module, ffi.NULL)
    try:
        with runtime.in_one_piece(), runtime.room_beyond_the_limit():
            module = _read(realm, name)
            promise = realm.evaluate_module(module)
    except JSError as error:
        realm.bindings_modules.pop(name, None)
        if error.is_out_of_memory:
            raise
        raise EngineBug(f"the bindings module {name} does not load: {error}\n{error.stack or ''}") from error
    finally:
        use_page_modules(runtime)
    if realm.promise_state(promise) != "fulfilled":
        result = realm.promise_result(promise)
        if isinstance(result, Handle) and lib.JS_IsUncatchableError(result.value):
            raise runtime.interruption() if runtime.fatal is None else runtime.take_fatal()
        reason = result.get("stack") if isinstance(result, Handle) else result
        message = result.get("message") if isinstance(result, Handle) else result
        realm.bindings_modules.pop(name, None)
        thrown = JSError(str(message), reason if isinstance(reason, str) else None, result)
        if thrown.is_out_of_memory:
            raise thrown
        raise EngineBug(f"the bindings module {name} does not evaluate: {message}\n{reason}")
    return module


def _read(realm: Realm, name: str) -> Any:
    module = realm.read_module(bytecode_of(name))
    realm.bindings_modules[name] = module
    for key, value in realm.bindings_meta.get(name, {}).items():
        realm.set_import_meta(module, key, value)
    return module


@ffi.callback("JSModuleLoaderFunc")
def _load_module(context: Any, name: Any, opaque: Any) -> Any:
    realm = Realm.exactly_of_context(context)
    try:
        return _read(realm, ffi.string(name).decode())
    except BaseException as error:  # whatever it is must leave through the engine: `throw` decides how
        realm.throw(error)
        return ffi.NULL
