"""JavaScript functions that call Python."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from engine.js.contexts import find_realm
from engine.js.errors import AgentClosed
from engine.js.library import ffi, lib
from engine.js.values import JS_EXCEPTION, Handle, JSValue, from_js, to_js

if TYPE_CHECKING:
    from engine.js.realm import Realm

unpack = ffi.unpack
_numbers = itertools.count(1)
_functions: dict[int, tuple[Realm, Callable[..., Any], bool]] = {}


_NESTED = 8  # so many entries into JavaScript on the stack are no reason to look how much room there is
_SHARE_LEFT = 3  # of the frames Python allows, one in so many is left for what a host function itself does


def throw_too_deep(context: Any) -> JSValue:
    """What the engine throws when its own stack ends, for when Python's does."""
    return lib.JS_ThrowRangeError(context, b"Maximum call stack size exceeded")


def _is_too_deep() -> bool:
    """Whether scripts and host functions have called each other until Python's stack is about to end. There it could end
    anywhere, also in the middle of something of ours."""
    limit = sys.getrecursionlimit()
    try:
        sys._getframe(limit - limit // _SHARE_LEFT)
    except ValueError:
        return False
    return True


class HostFunctions:
    """The functions one realm was given. The engine tells a callback only a number (and the caller's realm, which may be
    another one): the number finds the function together with the realm it was made for."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self._numbers: list[int] = []
        self.error_factory: Handle | None = None
        """(message, name, whether it is a DOMException) → an error object of this realm; set by the bindings when they have loaded."""

    def create(self, name: str, function: Callable[..., Any], raw: bool = False, length: int = 0) -> JSValue:
        number = next(_numbers)
        _functions[number] = (self._realm, function, raw)
        self._numbers.append(number)
        return lib.JS_NewCFunctionData2(self._realm.context, _host_function, name.encode(), length, number, 0, ffi.NULL)

    def release(self) -> None:
        self.error_factory = None
        for number in self._numbers:
            del _functions[number]
        self._numbers.clear()


def _escaped(kind: object, error: BaseException, traceback: TracebackType | None) -> None:
    """Ctrl-C can arrive before the callback's first statement: let it end the scripts that are running."""
    caller = None if traceback is None else find_realm(traceback.tb_frame.f_locals["context"])
    if caller is not None:
        caller.throw(error)


@ffi.callback("JSCFunctionData", error=JS_EXCEPTION, onerror=_escaped)
def _host_function(context: Any, this: Any, count: int, arguments: Any, number: int, data: Any) -> JSValue:
    found = _functions.get(number)
    if found is None:
        return lib.JS_ThrowTypeError(context, b"the document that this function belongs to has gone")
    realm, function, raw = found
    runtime = realm.runtime
    if runtime.depth > _NESTED and _is_too_deep():
        return throw_too_deep(context)
    heir = realm.borrow(context) if realm.is_discarded else None
    try:
        if runtime.closed:
            raise AgentClosed("the agent has been closed")
        if raw:
            runtime.caller = context
            return function([arguments[index] for index in range(count)])
        # NB: without arguments there is no array of them.
        given = unpack(arguments, count) if count else ()
        return to_js(realm, function(*[from_js(realm, value) for value in given]))
    except BaseException as error:  # whatever it is must leave through JavaScript: `throw` decides how
        return realm.throw(error)
    finally:
        if heir is not None:
            realm.give_back(heir)
