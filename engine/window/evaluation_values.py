"""What `Page.evaluate` gives to a script and gets from it, as Python has it. Ours.

    undefined  UNDEFINED        true, false  bool      1, 2 ** 40  int       0.5, -0, NaN, Infinity  float
    null       None             10n          int       "text"      str       Date                    datetime, in UTC
    [ … ]      list             { … }        dict      ArrayBuffer and its views                     bytes
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from engine.infra import UNDEFINED

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_MOST_EXACT: Final = 2**53
_DEEPEST: Final = 200


def to_script(values: tuple[Any, ...]) -> list[str | bytes]:
    """Arguments as js_bindings/html/structured_clone/wire.js reads them: a text and buffers, nothing for none.

    Raises TypeError, ValueError.
    """
    if not values:
        return []
    buffers: list[bytes] = []
    nodes = [_node(value, f"argument {number}", buffers, 0) for number, value in enumerate(values, 1)]
    return [json.dumps([["list", nodes]]), *buffers]


def _node(value: Any, where: str, buffers: list[bytes], depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError(f"{where.partition('[')[0]} is nested more than {_DEEPEST} deep, or has itself in it: no script can be given it")
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= _MOST_EXACT else ["bigint", str(value)]
        case float():
            return _number_node(value)
        case bytes() | bytearray() | memoryview():
            buffers.append(bytes(value))
            return ["view", "Uint8Array", ["ArrayBuffer", len(buffers) - 1], 0, len(buffers[-1])]
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{where}: {value!r} has no time zone, so that it is not known which moment is meant")
            return ["Date", (value - _EPOCH) / _MILLISECOND]
        case list() | tuple():
            return ["list", [_node(item, f"{where}[{index}]", buffers, depth + 1) for index, item in enumerate(value)]]
        case Mapping():
            return ["Object", {_key(key, where): _node(item, f"{where}[{key!r}]", buffers, depth + 1) for key, item in value.items()}]
    if value is UNDEFINED:
        return ["undefined"]
    raise TypeError(
        f"{where}: a {type(value).__name__} cannot be given to a script; "
        "None, bool, int, float, str, bytes, datetime, lists and dicts of those can"
    )


def _number_node(value: float) -> Any:
    if math.isnan(value):
        return ["number", "NaN"]
    if math.isinf(value):
        return ["number", "Infinity" if value > 0 else "-Infinity"]
    return ["number", "-0"] if value == 0 and math.copysign(1, value) < 0 else value


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{where}: the key {key!r} is no str, as those of JavaScript's objects are")
    return key


def from_script(text: str, data: bytes) -> Any:
    """A value as js_bindings/html/loading/values_for_python.js writes it; `data`: the bytes of all its buffers, in order."""
    return _Reader(data).value(json.loads(text))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._read = 0

    def value(self, node: Any) -> Any:
        if isinstance(node, float) and node.is_integer() and abs(node) < _MOST_EXACT:
            return int(node)
        if isinstance(node, int) and abs(node) > _MOST_EXACT:
            return int(float(node))  # which number it is, not the shortest text for it
        if not isinstance(node, list):
            return node
        kind, *rest = node
        match kind:
            case "list":
                return [self.value(item) for item in rest[0]]
            case "record":
                return {key: self.value(item) for key, item in rest[0]}
            case "bytes":
                return self._bytes(rest[0])
            case "date":
                return _EPOCH + rest[0] * _MILLISECOND
            case "bigint":
                return int(rest[0])
            case "number":
                return float(rest[0])
        assert kind == "undefined", f"{kind} is no kind of value"
        return UNDEFINED

    def _bytes(self, length: int) -> bytes:
        start, self._read = self._read, self._read + length
        return self._data[start : self._read]
