"""Values across the border: the wire types of docs/BINDINGS.md, and handles to live objects for the engine's own use."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.infra import UNDEFINED
from engine.js.library import (
    TAG_BIG_INT,
    TAG_BOOL,
    TAG_EXCEPTION,
    TAG_FLOAT64,
    TAG_INT,
    TAG_NULL,
    TAG_OBJECT,
    TAG_SHORT_BIG_INT,
    TAG_STRING,
    TAG_STRING_ROPE,
    TAG_UNDEFINED,
    ffi,
    lib,
)
from engine.webidl.exceptions import JSRangeError, JSTypeError

if TYPE_CHECKING:
    from engine.js.realm import Realm

JSValue: TypeAlias = Any
"""A cffi JSValue structure."""

Wire: TypeAlias = Any
"""undefined, None, bool, int, float, str, bytes, list, dict."""

_double = struct.Struct("<d")
_bits = struct.Struct("<Q")
_dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_read_json = json.JSONDecoder().raw_decode
_INT_MIN, _INT_MAX = -(2**31), 2**31
_MAX_SAFE = 2**53
_MOST_DIGITS = 4300  # Python reads no more, unless told to
_POINTER = ffi.typeof("JSValue*")
_TEXTS = frozenset({TAG_STRING, TAG_STRING_ROPE})


def _constant(bits: int, tag: int) -> JSValue:
    return ffi.new(_POINTER, (bits, tag))[0]


JS_UNDEFINED = _constant(0, TAG_UNDEFINED)
JS_NULL = _constant(0, TAG_NULL)
JS_TRUE = _constant(1, TAG_BOOL)
JS_FALSE = _constant(0, TAG_BOOL)
JS_EXCEPTION = _constant(0, TAG_EXCEPTION)


class Handle:
    """Owns one reference to a live JavaScript object. Use on the agent's thread; dropping it is safe on any."""

    __slots__ = ("__weakref__", "_number", "_realm", "_value")

    def __init__(self, realm: Realm, value: JSValue) -> None:
        self._realm = realm
        self._value = value
        self._number = realm.runtime.hold(value)

    @property
    def realm(self) -> Realm:
        return self._realm

    @property
    def value(self) -> JSValue:
        """The borrowed JSValue."""
        return self._value

    def get(self, name: str) -> Any:
        """A property, as `Realm.eval_script` gives values."""
        return self._realm.get_property(self, name)

    def __call__(self, *arguments: Any, this: Handle | None = None) -> Any:
        """Call it as a function; its result as `Realm.eval_script` gives values."""
        return self._realm.call(self, *arguments, this=this)

    def __del__(self) -> None:
        realm = getattr(self, "_realm", None)
        if realm is not None:
            realm.runtime.free_later(self._number)


def to_js(realm: Realm, value: Any) -> JSValue:
    """A new, owned JSValue for a Python value. Lists and records become fresh arrays and objects of the realm."""
    context = realm.context
    kind = type(value)
    if kind is str:
        try:
            encoded = value.encode()
        except UnicodeEncodeError:
            units = value.encode("utf-16-le", "surrogatepass")
            return lib.JS_NewStringUTF16(context, ffi.from_buffer("uint16_t[]", units), len(units) // 2)
        return lib.JS_NewStringLen(context, encoded, len(encoded))
    if value is None:
        return JS_NULL
    if kind is bool:
        return JS_TRUE if value else JS_FALSE
    if kind is int:
        if _INT_MIN <= value < _INT_MAX:
            return _constant(value & 0xFFFFFFFF, TAG_INT)
        return _constant(_bits.unpack(_double.pack(value))[0], TAG_FLOAT64)
    if kind is float:
        return _constant(_bits.unpack(_double.pack(value))[0], TAG_FLOAT64)
    if value is UNDEFINED:
        return JS_UNDEFINED
    if kind is bytes or kind is bytearray or kind is memoryview:
        return lib.JS_NewArrayBufferCopy(context, ffi.from_buffer("uint8_t[]", value), len(value))
    if kind is dict or kind is list or kind is tuple:
        text = _dumps(value).encode()
        return lib.JS_ParseJSON(context, text, len(text), b"<record>")
    if kind is Handle:
        if value.realm.runtime is not realm.runtime:
            raise ValueError("a handle of another agent cannot enter this one")
        return lib.JS_DupValue(context, value.value)
    if isinstance(value, str):
        return to_js(realm, str(value))
    raise TypeError(f"a value of type {kind.__name__} cannot cross to JavaScript")


def text_of(realm: Realm, value: JSValue) -> str:
    """A string value's text, lone surrogates kept. Raises JSError when `value` cannot be converted to a string."""
    size = realm.size_out
    text = lib.JS_ToCStringLen2(realm.context, size, value, False)
    if text == ffi.NULL:
        raise realm.take_exception()
    decoded = str(ffi.buffer(text, size[0]), "utf-8", "surrogatepass")
    lib.JS_FreeCString(realm.context, text)
    return decoded


def from_js(realm: Realm, value: JSValue, objects: bool = False) -> Any:
    """A borrowed JSValue as Python has it.

    Objects other than buffers become records and lists (`objects` false: the wire types) or handles (`objects` true).
    """
    tag = value.tag
    if tag == TAG_INT:
        bits = value.u & 0xFFFFFFFF
        return bits if bits < 0x80000000 else bits - 0x100000000
    if tag in _TEXTS:
        return text_of(realm, value)
    if tag == TAG_UNDEFINED:
        return UNDEFINED
    if tag == TAG_NULL:
        return None
    if tag == TAG_BOOL:
        return bool(value.u & 1)
    if tag == TAG_FLOAT64:
        number: float = _double.unpack(_bits.pack(value.u))[0]
        is_whole = number.is_integer() and -_MAX_SAFE <= number <= _MAX_SAFE
        return int(number) if is_whole and (number or value.u == 0) else number  # the sign of -0.0 is kept
    if tag == TAG_OBJECT:
        buffer = _bytes_of(realm, value)
        if buffer is not None:
            return buffer
        if objects:
            return Handle(realm, lib.JS_DupValue(realm.context, value))
        return _record_of(realm, value)
    if objects:
        if tag in (TAG_BIG_INT, TAG_SHORT_BIG_INT):
            return _integer_of(text_of(realm, value))
        return Handle(realm, lib.JS_DupValue(realm.context, value))
    raise JSTypeError("a value of this type cannot leave its realm")


def _integer_of(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise JSRangeError(f"a BigInt of more than {_MOST_DIGITS} digits cannot leave its script")
    return int(digits)


def live_from_js(realm: Realm, value: JSValue) -> Any:
    """A borrowed JSValue that will go back to scripts (an error, a reason): what is not the same after two crossings stays a handle."""
    if value.tag in (TAG_OBJECT, TAG_BIG_INT, TAG_SHORT_BIG_INT):
        return Handle(realm, lib.JS_DupValue(realm.context, value))
    return from_js(realm, value, objects=True)


def _bytes_of(realm: Realm, value: JSValue) -> bytes | None:
    size = realm.size_out
    if lib.JS_IsArrayBuffer(value):
        data = lib.JS_GetArrayBuffer(realm.context, size, value)
        return ffi.buffer(data, size[0])[:] if data != ffi.NULL else b""
    if lib.JS_GetTypedArrayType(value) < 0:
        return None
    buffer = lib.JS_GetTypedArrayBuffer(realm.context, value, size, size + 1, size + 2)
    if buffer.tag == TAG_EXCEPTION:  # detached, or out of the bounds of its buffer: then it has no bytes
        lib.JS_FreeValue(realm.context, lib.JS_GetException(realm.context))
        return b""
    offset, length = size[0], size[1]
    data = lib.JS_GetArrayBuffer(realm.context, size, buffer)
    lib.JS_FreeValue(realm.context, buffer)
    return ffi.buffer(data + offset, length)[:] if data != ffi.NULL else b""


def _record_of(realm: Realm, value: JSValue) -> Any:
    # NB: the language of the bindings' realm is frozen.
    if realm.scripts is realm and lib.JS_HasProperty(realm.context, realm.array_prototype, realm.runtime.to_json_atom):
        # A script has given all arrays or objects a toJSON of its own; it has no say in what crosses.
        plain = realm.runtime.without_prototypes(Handle(realm, lib.JS_DupValue(realm.context, value)))
        return _parse(realm, lib.JS_JSONStringify(realm.context, plain.value, JS_UNDEFINED, JS_UNDEFINED))
    return _parse(realm, lib.JS_JSONStringify(realm.context, value, JS_UNDEFINED, JS_UNDEFINED))


def _parse(realm: Realm, text: JSValue) -> Any:
    if text.tag == TAG_EXCEPTION:
        raise realm.take_exception()
    if text.tag == TAG_UNDEFINED:
        raise JSTypeError("a function cannot leave its realm")
    try:
        return _read_json(text_of(realm, text))[0]
    except RecursionError:
        raise JSTypeError("a value of such depth cannot leave its realm") from None
    finally:
        lib.JS_FreeValue(realm.context, text)
