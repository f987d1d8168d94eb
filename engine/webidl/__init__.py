"""Web IDL: the exceptions that scripts may see, and the reader of js_bindings/idl/*.idl.

The reader makes tables, from which js_bindings/webidl builds interfaces. Specification: https://webidl.spec.whatwg.org/,
as of November 2025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.webidl.exceptions import DOMException, JSRangeError, JSTypeError, ScriptException

if TYPE_CHECKING:
    from engine.webidl.definitions import Definitions, load_definitions, read_idl, table_module
    from engine.webidl.syntax import IdlError

__all__ = [
    "DOMException",
    "Definitions",
    "IdlError",
    "JSRangeError",
    "JSTypeError",
    "ScriptException",
    "load_definitions",
    "read_idl",
    "table_module",
]

_OF_THE_READER = {
    "Definitions": "definitions",
    "IdlError": "syntax",
    "load_definitions": "definitions",
    "read_idl": "definitions",
    "table_module": "definitions",
}


def __getattr__(name: str) -> Any:
    """OPTIMIZATION: the reader is loaded when it is first asked for: what it makes is cached, and the exceptions are needed everywhere."""
    if name not in _OF_THE_READER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"engine.webidl.{_OF_THE_READER[name]}"), name)
