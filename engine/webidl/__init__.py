"""Web IDL: the exceptions that scripts may see, and the reader of js_bindings/idl/*.idl.

The reader makes tables, from which js_bindings/webidl builds interfaces. Specification: https://webidl.spec.whatwg.org/,
as of November 2025.
"""

from engine.webidl.definitions import Definitions, load_definitions, read_idl, table_module
from engine.webidl.exceptions import DOMException, JSRangeError, JSTypeError, ScriptException
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
