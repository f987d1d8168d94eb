"""One global object and what Python does with it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.infra import EngineBug
from engine.js.compiled_scripts import SMALLEST, compiled_form
from engine.js.contexts import address_of, find_realm, realms
from engine.js.errors import AgentClosed, JSError, Place, ScriptInterrupted, excerpt, offset_of, place_of
from engine.js.host_functions import HostFunctions, throw_too_deep
from engine.js.library import (
    EVAL_ASYNC,
    EVAL_COMPILE_ONLY,
    EVAL_GLOBAL,
    EVAL_MODULE,
    READ_BYTECODE,
    TAG_EXCEPTION,
    TAG_MODULE,
    TAG_STRING,
    TAG_STRING_ROPE,
    WRITE_BYTECODE,
    WRITE_STRIP_SOURCE,
    ffi,
    lib,
)
from engine.js.uncallable import BARE, what_is_no_function
from engine.js.values import JS_EXCEPTION, JS_UNDEFINED, Handle, JSValue, from_js, live_from_js, to_js
from engine.webidl.exceptions import DOMException, JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.js.runtime import Runtime

_OF_BINDINGS = ("BaseObjects", "Date", "RegExp", "JSON", "Proxy", "MapSet", "TypedArrays", "Promise", "WeakRef")
_VALUES = ffi.typeof("JSValue[]")
_SOURCES_KEPT = 16  # scripts whose text is remembered, for the line that an error report shows


class Realm:
    """https://tc39.es/ecma262/#realm: made by `Runtime.new_realm`, used on its thread.

    Values come back as undefined (`UNDEFINED`), None for null, bool, int, float, str, bytes (a copy) or `Handle`.
    """

    def __init__(self, runtime: Runtime, scripts: Realm | None = None) -> None:
        self.runtime = runtime
        self.scripts: Realm = scripts or self  # the realm that scripts run in: itself, but for the realm of its bindings
        with runtime.room_beyond_the_limit():
            self.context = _new_context(runtime) if scripts is None else _new_context_of_bindings(runtime)
        self.address = address_of(self.context)
        self.size_out = ffi.new("size_t[3]")
        array = lib.JS_NewArray(self.context)
        self.array_prototype = lib.JS_GetPrototype(self.context, array)  # owned
        lib.JS_FreeValue(self.context, array)
        self.functions = HostFunctions(self)
        self._host_defined: Any = None
        self._of_bindings: Realm | None = None
        self._discarded_context: Any = None
        self.host_ensure_can_compile_strings: Callable[[str], object] | None = None
        self.is_parsing = False
        self.bindings_modules: dict[str, Any] = {}  # name → JSModuleDef pointer, owned by the engine
        self.bindings_meta: dict[str, dict[str, Handle]] = {}  # name of a module → what it finds in import.meta
        self.is_discarded = False
        self.when_discarded: list[Callable[[], object]] = []
        self._sources: deque[tuple[str, int, str]] = deque(maxlen=_SOURCES_KEPT)
        realms[self.address] = self

    @staticmethod
    def of_context(context: Any) -> Realm:
        """The realm of scripts that a context belongs to, be it the bindings' part of it."""
        return realms[address_of(context)].scripts

    @staticmethod
    def find(context: Any) -> Realm | None:
        """The same; None for a realm that has been discarded while scripts still hold something of it."""
        return find_realm(context)

    @staticmethod
    def exactly_of_context(context: Any) -> Realm:
        """Its own realm, which may be the bindings'."""
        return realms[address_of(context)]

    @property
    def of_bindings(self) -> Realm:
        """The realm that this one's bindings run in, made when it is first asked for: out of reach of scripts, with a global object of
        its own that has the language on it and nothing else."""
        if self._of_bindings is None:
            self._of_bindings = Realm(self.runtime, scripts=self)
        return self._of_bindings

    @property
    def host_defined(self) -> Any:
        """https://tc39.es/ecma262/#table-realm-record-fields [[HostDefined]]: the environment."""
        return self.scripts._host_defined

    @host_defined.setter
    def host_defined(self, value: Any) -> None:
        self._host_defined = value

    @property
    def global_this(self) -> Handle:
        return Handle(self, lib.JS_GetGlobalObject(self.context))

    # Running -------------------------------------------------------------------------------------------------------

    def eval_script(self, source: str, url: str = "<script>", line: int = 1) -> Any:
        """Run a classic script; `line` is the number of its first line. Raises JSError, ScriptInterrupted."""
        if len(source) >= SMALLEST:
            return self.run_script(self.parse_script(source, url, line))
        return self._take(self._eval(source, url, line, EVAL_GLOBAL), objects=True)

    def parse_script(self, source: str, url: str, line: int = 1) -> Handle:
        """A classic script that `run_script` will run. Raises JSError (a SyntaxError) when it cannot be parsed."""
        # OPTIMIZATION: a large script is parsed once on this machine.
        if (bytecode := compiled_form(self, source, url, line)) is not None:
            self._sources.append((url, line, source))
            return self.read_script(bytecode)
        return self._script(self._eval(source, url, line, EVAL_GLOBAL | EVAL_COMPILE_ONLY))

    def parse_script_with_await(self, source: str, url: str) -> Handle:
        """The same where `await` may stand outside of functions: `run_script` gives a promise for an object whose `value` is the completion
        value. Ours: consoles have it so. Raises JSError (a SyntaxError)."""
        return self._script(self._eval(source, url, 1, EVAL_GLOBAL | EVAL_ASYNC | EVAL_COMPILE_ONLY))

    def read_script(self, bytecode: bytes) -> Handle:
        """The same from what `compile` made."""
        return self._script(self._read(bytecode))

    def _script(self, script: JSValue) -> Handle:
        if script.tag == TAG_EXCEPTION:
            raise self.take_exception()
        return Handle(self, script)

    def run_script(self, script: Handle) -> Any:
        """Run what `parse_script` gave; its completion value. Raises JSError, ScriptInterrupted, JSTypeError."""
        self._check_that_scripts_run()
        self.runtime.enter()
        try:
            result = lib.JS_EvalFunction(self.context, lib.JS_DupValue(self.context, script.value))
        finally:
            self.runtime.leave()
        return self._take(result, objects=True)

    def compile(self, source: str, url: str, *, module: bool, line: int = 1, keep_source: bool = False) -> bytes:
        """Bytecode of a script or module, for this engine build only. Raises JSError (a SyntaxError)."""
        compiled = self._eval(source, url, line, (EVAL_MODULE if module else EVAL_GLOBAL) | EVAL_COMPILE_ONLY)
        if compiled.tag == TAG_EXCEPTION:
            raise self.take_exception()
        data = lib.JS_WriteObject(
            self.context, self.size_out, compiled, WRITE_BYTECODE | (0 if keep_source else WRITE_STRIP_SOURCE)
        )
        lib.JS_FreeValue(self.context, compiled)
        if data == ffi.NULL:
            raise self.take_exception()
        bytecode: bytes = ffi.buffer(data, self.size_out[0])[:]
        lib.js_free(self.context, data)
        return bytecode

    def _read(self, bytecode: bytes) -> JSValue:
        self.runtime.enter()
        try:
            return lib.JS_ReadObject(self.context, ffi.from_buffer("uint8_t[]", bytecode), len(bytecode), READ_BYTECODE)
        finally:
            self.runtime.leave()

    def _eval(self, source: str, url: str, line: int, flags: int) -> JSValue:
        self._check_that_scripts_run()
        self._sources.append((url, line, source))
        text = source.encode("utf-8", "surrogatepass")
        filename = ffi.new("char[]", url.encode("utf-8", "replace"))
        options = ffi.new("JSEvalOptions*", (1, flags, filename, line))
        self.runtime.enter()
        self.is_parsing = bool(flags & EVAL_COMPILE_ONLY)
        try:
            return lib.JS_Eval2(self.context, text, len(text), options)
        finally:
            self.is_parsing = False
            self.runtime.leave()

    def excerpt(self, place: Place) -> str | None:
        """The source line at `place` for people to see; None when that script was too long ago to be remembered."""
        for url, first_line, source in reversed(self._sources):
            if url == place.url and (found := excerpt(source, first_line, place)) is not None:
                return found
        return None

    def in_full(self, message: str, stack: str | None) -> str:
        """The message of an error, perhaps with words before it, for people: what is not a function is named if the source shows it."""
        if not message.endswith(f"TypeError: {BARE}") and message != BARE:
            return message
        place = place_of(stack)
        found: tuple[str | None, int] = (None, 0)
        for url, first_line, source in self._sources:
            if place is not None and url == place.url and (offset := offset_of(source, first_line, place)) is not None:
                found = source, offset
        sentence = what_is_no_function(stack, *found)
        return message if sentence is None else message.removesuffix(BARE) + sentence

    def call(self, function: Handle, *arguments: Any, this: Handle | None = None) -> Any:
        """Call a function. Raises JSError, ScriptInterrupted."""
        return self._take(self._call(function, arguments, this), objects=True)

    def forward(self, function: Handle, arguments: list[JSValue]) -> JSValue:
        """Call a function in the place of a raw host function: borrowed values, and an owned result or an exception."""
        return self._call(function, tuple(live_from_js(self, argument) for argument in arguments), None)

    def call_for_wire(self, function: Handle, *arguments: Any) -> Any:
        """Call a function whose result is of the wire types."""
        return self._take(self._call(function, arguments, None), objects=False)

    def _call(self, function: Handle, arguments: tuple[Any, ...], this: Handle | None) -> JSValue:
        self.runtime.enter()
        values: list[JSValue] = []
        owned: list[JSValue] = []  # those of them that are more than their bits
        try:
            for argument in arguments:
                value = to_js(self, argument)
                if value.tag < 0:
                    owned.append(value)
                elif value.tag == TAG_EXCEPTION:  # there is no room for it in the heap
                    return JS_EXCEPTION
                values.append(value)
            array = ffi.new(_VALUES, values) if values else ffi.NULL
            this_value = JS_UNDEFINED if this is None else this.value
            return lib.JS_Call(self.context, function.value, this_value, len(values), array)
        finally:
            for value in owned:
                lib.JS_FreeValue(self.context, value)
            self.runtime.leave()

    # Properties and functions --------------------------------------------------------------------------------------

    def get_property(self, target: Handle, name: str) -> Any:
        self.runtime.enter()
        try:
            value = lib.JS_GetPropertyStr(self.context, target.value, name.encode())
        finally:
            self.runtime.leave()
        return self._take(value, objects=True)

    def set_property(self, target: Handle, name: str, value: Any) -> None:
        self.runtime.enter()
        try:
            failed = lib.JS_SetPropertyStr(self.context, target.value, name.encode(), self._made(to_js(self, value))) < 0
        finally:
            self.runtime.leave()
        if failed:
            raise self.take_exception()

    def new_object(self) -> Handle:
        return Handle(self, self._made(lib.JS_NewObject(self.context)))

    def new_function(self, name: str, function: Callable[..., Any]) -> Handle:
        """A JavaScript function that calls Python. Arguments and result are of the wire types."""
        return Handle(self, self._made(self.functions.create(name, function)))

    def new_raw_function(self, name: str, function: Callable[[list[Any]], Any], length: int = 0) -> Handle:
        """The same for live objects: gets a list of borrowed JSValues and returns an owned JSValue."""
        return Handle(self, self._made(self.functions.create(name, function, raw=True, length=length)))

    # Modules -------------------------------------------------------------------------------------------------------

    def compile_module(self, source: str, url: str) -> Any:
        """A module of this realm, not linked yet: a JSModuleDef pointer, which the realm owns. Raises JSError."""
        compiled = self._eval(source, url, 1, EVAL_MODULE | EVAL_COMPILE_ONLY)
        return self._module(compiled)

    def read_module(self, bytecode: bytes) -> Any:
        """The same from bytecode."""
        return self._module(self._read(bytecode))

    def _module(self, compiled: JSValue) -> Any:
        if compiled.tag == TAG_EXCEPTION:
            raise self.take_exception()
        assert compiled.tag == TAG_MODULE
        definition = ffi.cast("JSModuleDef*", compiled.u)
        lib.JS_FreeValue(self.context, compiled)  # the realm's own module list keeps it
        return definition

    def set_import_meta(self, module: Any, name: str, value: Any) -> None:
        meta = lib.JS_GetImportMeta(self.context, module)
        lib.JS_DefinePropertyValueStr(self.context, meta, name.encode(), to_js(self, value), 0b111)
        lib.JS_FreeValue(self.context, meta)

    def link_module(self, module: Any) -> None:
        """Load what a module imports. Raises JSError."""
        value = ffi.new("JSValue*", (int(ffi.cast("uintptr_t", module)), TAG_MODULE))[0]
        self.runtime.enter()
        try:
            failed = lib.JS_ResolveModule(self.context, value) < 0
        finally:
            self.runtime.leave()
        if failed:
            raise self.take_exception()

    def evaluate_module(self, module: Any) -> Handle:
        """Link and evaluate a module and its dependencies; the evaluation promise. Raises JSError when linking fails."""
        value = ffi.new("JSValue*", (int(ffi.cast("uintptr_t", module)), TAG_MODULE))[0]
        self.runtime.enter()
        try:
            linked = lib.JS_ResolveModule(self.context, value) == 0
            result = lib.JS_EvalFunction(self.context, lib.JS_DupValue(self.context, value)) if linked else JS_EXCEPTION
        finally:
            self.runtime.leave()
        promise = self._take(result, objects=True)
        assert isinstance(promise, Handle)
        return promise

    def module_namespace(self, module: Any) -> JSValue:
        """The module's namespace object, owned."""
        return lib.JS_GetModuleNamespace(self.context, module)

    def promise_state(self, promise: Handle) -> str:
        """ "pending", "fulfilled" or "rejected"."""
        return ("pending", "fulfilled", "rejected")[lib.JS_PromiseState(self.context, promise.value)]

    def promise_result(self, promise: Handle) -> Any:
        """What it was fulfilled with, or the reason it was rejected for: an object of any kind as a handle."""
        value = lib.JS_PromiseResult(self.context, promise.value)
        try:
            return live_from_js(self, value)
        finally:
            lib.JS_FreeValue(self.context, value)

    # Errors --------------------------------------------------------------------------------------------------------

    def _take(self, value: JSValue, objects: bool) -> Any:
        if value.tag == TAG_EXCEPTION:
            raise self.take_exception()
        try:
            return from_js(self, value, objects)
        finally:
            if value.tag < 0:
                lib.JS_FreeValue(self.context, value)

    def _made(self, value: JSValue) -> JSValue:
        """A value that has just been made. Raises JSError when there was no memory for it."""
        if value.tag == TAG_EXCEPTION:
            raise self.take_exception()
        return value

    def take_exception(self) -> BaseException:
        """The pending exception as what Python should raise: JSError, ScriptInterrupted, or a Python error that was on its way."""
        runtime = self.runtime
        error = lib.JS_GetException(self.context)
        if runtime.fatal is not None:
            lib.JS_FreeValue(self.context, error)
            return runtime.take_fatal()
        if lib.JS_IsUncatchableError(error):
            lib.JS_FreeValue(self.context, error)
            return runtime.interruption()
        runtime.enter()
        try:
            stack = self._text_for_report(lib.JS_GetPropertyStr(self.context, error, b"stack")) if lib.JS_IsError(error) else None
            message = self._text_for_report(lib.JS_DupValue(self.context, error), convert=True)
        finally:
            runtime.leave()
        value = live_from_js(self, error)
        lib.JS_FreeValue(self.context, error)
        if runtime.fatal is not None:
            return runtime.take_fatal()
        thrown = JSError("an object that cannot be converted to a string" if message is None else message, stack, value)
        if thrown.is_out_of_memory:
            runtime.may_be_full = True
        return thrown

    def _text_for_report(self, value: JSValue, convert: bool = False) -> str | None:
        """The text of an owned value; None if it has none, or if a script that was asked for it threw: that error is forgotten.

        A script that was stopped meanwhile leaves that in `Runtime.fatal`.
        """
        text = None
        if convert or value.tag in (TAG_STRING, TAG_STRING_ROPE):
            data = lib.JS_ToCStringLen2(self.context, self.size_out, value, False)
            if data != ffi.NULL:
                text = ffi.buffer(data, self.size_out[0])[:].decode("utf-8", "surrogatepass")
                lib.JS_FreeCString(self.context, data)
        lib.JS_FreeValue(self.context, value)
        if text is None:
            error = lib.JS_GetException(self.context)
            if lib.JS_IsUncatchableError(error) and self.runtime.fatal is None:
                self.runtime.fatal = self.runtime.interruption()
            lib.JS_FreeValue(self.context, error)
        return text

    def throw(self, error: BaseException) -> JSValue:
        """Make `error` the pending JavaScript exception, on the way out of a host function.

        A JSError goes on as what the script threw. Script-visible errors are made by the bindings' error factory. Anything
        else cannot be caught by the script: it ends it, and is raised again by whoever entered JavaScript.
        """
        if isinstance(error, RecursionError):
            return throw_too_deep(self.context)
        if isinstance(error, MemoryError):
            return lib.JS_ThrowOutOfMemory(self.context)
        if isinstance(error, JSError) and not self._is_foreign(error.value):
            return lib.JS_Throw(self.context, to_js(self, error.value))
        if isinstance(error, ScriptException) and self.functions.error_factory is not None:
            made = self._call(
                self.functions.error_factory, (error.message, error.name, isinstance(error, DOMException)), None
            )
            return made if made.tag == TAG_EXCEPTION else lib.JS_Throw(self.context, made)
        if isinstance(error, ScriptException):
            # NB: its bindings have gone, and what they made errors with.
            return lib.JS_ThrowTypeError(self.context, b"%s", ffi.new("char[]", error.message.encode()))
        self.runtime.fatal = (
            error
            if not isinstance(error, Exception) or isinstance(error, EngineBug | ScriptInterrupted | AgentClosed)
            else _engine_bug(error)
        )
        plain = lib.JS_NewError(self.context)
        lib.JS_SetUncatchableError(self.context, plain)
        return lib.JS_Throw(self.context, plain)

    def _is_foreign(self, value: object) -> bool:
        return isinstance(value, Handle) and value.realm.runtime is not self.runtime

    def let_go(self) -> None:
        """Give back everything but the realm itself: its scripts can call Python no more."""
        if self._of_bindings is not None:
            self._of_bindings.let_go()
        self.functions.release()
        self.bindings_modules.clear()
        self._host_defined = None
        if realms.get(self.address) is self:  # and not a later one in its place
            del realms[self.address]
        self._forget()

    def _forget(self) -> None:
        self.functions.error_factory = None
        self.bindings_meta.clear()
        self._sources.clear()
        lib.JS_FreeValue(self.context, self.array_prototype)
        self.array_prototype = JS_UNDEFINED

    def free(self) -> None:
        """Give back the contexts, after `let_go`."""
        for realm in self._parts:
            lib.JS_FreeContext(realm.context)

    @property
    def _parts(self) -> list[Realm]:
        """The realm of the bindings, if there is one, and that of the scripts."""
        return [realm for realm in (self.scripts._of_bindings, self.scripts) if realm is not None]

    def discard(self, heir: Realm) -> None:
        """Give back the contexts; what scripts hold of them keeps them alive. What Python does here it does in `heir` from now on, but for
        functions of Python's that scripts still call: then they bring the contexts along (`borrow`)."""
        for steps in self.when_discarded:
            steps()
        for realm in self._parts:
            realm._forget()
            realm._discarded_context = realm.context
            realm.context = heir.context
            realm.is_discarded = True
            lib.JS_FreeContext(realm._discarded_context)

    def borrow(self, context: Any) -> Any:
        """A script of this realm, which has been discarded, calls Python from `context`; what to `give_back` afterwards."""
        heir = self.context
        if self.scripts is self:
            self.context, self.is_discarded = context, False
        else:
            # The bindings are there, then, and through page.js they hold the context of the scripts.
            for realm in self._parts:
                realm.context, realm.is_discarded = realm._discarded_context, False
        return heir

    def give_back(self, heir: Any) -> None:
        for realm in (self, self.scripts):
            realm.context, realm.is_discarded = heir, True

    def function_that_lives_as_long(self) -> Handle:
        """An object of the realm's that is collected with the last of it."""
        of_ops = {} if self._of_bindings is None else self._of_bindings.bindings_meta.get("js_bindings/ops.js", {})
        return of_ops.get("host") or self.global_this

    def _check_that_scripts_run(self) -> None:
        if self.is_discarded:
            raise JSTypeError("the document that this script belongs to has gone")


def _new_context(runtime: Runtime) -> Any:
    context = _existing(lib.JS_NewContext(runtime.runtime))
    if runtime.realms:
        # AD-HOC: the engine gives this class to the first realm of a heap only.
        lib.JS_AddIntrinsicDOMException(context)
    return context


def _new_context_of_bindings(runtime: Runtime) -> Any:
    """The language without `eval`: nothing there makes code of a string, also not `Function`."""
    context = _existing(lib.JS_NewContextRaw(runtime.runtime))
    for name in _OF_BINDINGS:
        getattr(lib, f"JS_AddIntrinsic{name}")(context)
    return context


def _existing(context: Any) -> Any:
    if context == ffi.NULL:
        raise MemoryError("there is no memory for another realm")
    return context


def _engine_bug(error: Exception) -> Exception:
    bug = EngineBug(f"a host function failed: {type(error).__name__}: {error}")
    bug.__cause__ = error
    return bug
