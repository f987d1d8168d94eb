"""An object that becomes another and stays itself, as a WindowProxy does when its navigable goes on to another document.

AD-HOC: the engine has no such objects. So two of its objects exchange what they are, in memory: everything but where they are, who
refers to them, and the weak references to them. The places are those of the one engine version that is loaded; they are looked at
before they are used first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.infra import EngineBug
from engine.js.library import TAG_OBJECT, ffi, lib

if TYPE_CHECKING:
    from engine.js.realm import Realm
    from engine.js.values import Handle

_FLAGS = 16  # struct JSObject: one byte of flags, then
_CLASS = 18  # the class, then shape and properties;
_PARTS = ((16, 40), (48, 72))  # between the two parts are the weak references, after them what the class needs
_IS_PROTOTYPE = 1  # the flag that others look at to learn whether this object may be in a prototype chain

_LARGEST_CONTEXT = 2048
_global_object_at: list[int] = []  # where a context keeps its global object, once known
_layout_checked: list[bool] = []


def exchange(realm: Realm, one: Handle, other: Handle) -> None:
    """From now on `one` is what `other` was and the other way round. On the agent's thread, with no script on the stack."""
    assert realm.runtime.depth == 0, "objects are exchanged when no script runs"
    if not _layout_checked:
        _check_layout(realm)
    _exchange(_memory(one), _memory(other))


def global_object_is(realm: Realm, value: Handle) -> bool:
    """Whether it is the realm's global object."""
    return int(_global_object_of(realm)[0]) == int(value.value.u)


def set_global_object(realm: Realm, value: Handle) -> None:
    """Give a realm another object as its global object."""
    place = _global_object_of(realm)
    before = ffi.new("JSValue*", (place[0], TAG_OBJECT))[0]
    place[0] = lib.JS_DupValue(realm.context, value.value).u
    lib.JS_FreeValue(realm.context, before)


def _memory(handle: Handle) -> Any:
    return ffi.cast("uint8_t*", handle.value.u)


def _exchange(one: Any, other: Any) -> None:
    is_prototype = (one[_FLAGS] | other[_FLAGS]) & _IS_PROTOTYPE
    for begin, end in _PARTS:
        kept = ffi.buffer(one + begin, end - begin)[:]
        ffi.memmove(one + begin, other + begin, end - begin)
        ffi.memmove(other + begin, kept, end - begin)
    one[_FLAGS] |= is_prototype
    other[_FLAGS] |= is_prototype


def _global_object_of(realm: Realm) -> Any:
    """The first word of the value in the realm's context."""
    if not _global_object_at:
        global_object = realm.global_this
        words = ffi.cast("uint64_t*", realm.context)
        wanted = int(global_object.value.u)
        found = next((at for at in range(_LARGEST_CONTEXT // 8) if words[at] == wanted and words[at + 1] == 2**64 + TAG_OBJECT), None)
        if found is None:
            raise EngineBug("the engine's contexts are laid out in another way")
        _global_object_at.append(found)
    return ffi.cast("uint64_t*", realm.context) + _global_object_at[0]


def _check_layout(realm: Realm) -> None:
    """Raises EngineBug when this engine's objects are not laid out as we think."""
    plain, proxy = realm.eval_script("({ a: 1 })"), realm.eval_script("new Proxy({}, { get: () => 2 })")
    for value in (plain, proxy):
        if ffi.cast("uint16_t*", _memory(value) + _CLASS)[0] != lib.JS_GetClassID(value.value):
            raise EngineBug("the engine's objects are laid out in another way")
    _exchange(_memory(plain), _memory(proxy))
    are_exchanged = (plain.get("a"), proxy.get("a")) == (2, 1)
    _exchange(_memory(plain), _memory(proxy))
    if not are_exchanged or (plain.get("a"), proxy.get("a")) != (1, 2):
        raise EngineBug("the engine's objects cannot be exchanged")
    _layout_checked.append(True)
