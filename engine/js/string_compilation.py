"""https://tc39.es/ecma262/#sec-hostensurecancompilestrings

AD-HOC: the engine asks nobody before eval(), Function() and their like compile a string. Each of its contexts has the address of the
function that compiles: there ours is put, which asks first. No script can undo it, as no script has seen it done.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from engine.infra import EngineBug
from engine.js.library import ffi, lib
from engine.js.realm import Realm
from engine.js.values import JS_EXCEPTION

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK: Final = 0x5AFE_C0DE_0000_0010
_LARGEST_CONTEXT: Final = 2048
_BY_SCRIPTS: Final = 2  # the kinds of compilation from here on are eval() and Function(), those before it ours
_KINDS: Final = 3
_DEEPEST: Final = 200  # of Python's stack too
_depths = threading.local()
_place: list[int] = []
_original: list[Any] = []


def ask_before_strings_are_compiled(realm: Realm, ensure: Callable[[str], object]) -> None:
    """From now on `ensure` is called with what a script wants to have compiled; it raises what that throws. Once or more."""
    words = ffi.cast("uintptr_t*", realm.context)
    if not _place:
        _find(realm, words)
    if realm.host_ensure_can_compile_strings is None:
        # Once the realm has gone nobody can be asked: what was asked about before is refused from then on.
        realm.when_discarded.append(lambda: words.__setitem__(_place[0], 0))
    realm.host_ensure_can_compile_strings = ensure
    words[_place[0]] = int(ffi.cast("uintptr_t", _compile))


def _find(realm: Realm, words: Any) -> None:
    """Where the address is: before something that can be set from outside. Raises EngineBug where it is not."""
    lib.JS_SetContextOpaque(realm.context, ffi.cast("void*", _MARK))
    found = next((at for at in range(1, _LARGEST_CONTEXT // 8) if words[at] == _MARK), None)
    lib.JS_SetContextOpaque(realm.context, ffi.NULL)
    if found is not None:
        original = words[found - 1]
        words[found - 1] = 0
        lib.JS_AddIntrinsicEval(realm.context)
        if original and words[found - 1] == original:
            _place.append(found - 1)
            _original.append(ffi.cast("JSEvalInternal*", original))
            return
    raise EngineBug("the engine's contexts are laid out in another way")


def _keep_escaped(kind: object, error: BaseException, traceback: Any) -> None:
    """What arrives before the first statement (Ctrl-C, the end of Python's stack) ends the script."""
    realm = None if traceback is None else Realm.find(traceback.tb_frame.f_locals["context"])
    if realm is not None:
        realm.throw(error)


@ffi.callback("JSEvalInternal", error=JS_EXCEPTION, onerror=_keep_escaped)
def _compile(context: Any, this: Any, text: Any, size: int, filename: Any, line: int, flags: int, scope: int) -> Any:
    realm = Realm.find(context)
    # NB: the bindings' own modules may have theirs.
    if flags & _KINDS >= _BY_SCRIPTS and realm is not None and not realm.runtime.is_in_one_piece:
        ensure = realm.host_ensure_can_compile_strings
        try:
            if ensure is not None:
                ensure(ffi.buffer(text, size)[:].decode("utf-8", "surrogatepass"))
        except BaseException as error:  # whatever it is must leave through the engine: `throw` decides how
            return realm.throw(error)
    # NB: what is compiled by eval() runs before this is over.
    depths = _depths.__dict__
    depth = depths["depth"] = depths.get("depth", 0) + 1
    try:
        if depth > _DEEPEST:
            return lib.JS_ThrowRangeError(context, b"Maximum call stack size exceeded")
        return _original[0](context, this, text, size, filename, line, flags, scope)
    finally:
        depths["depth"] = depth - 1
