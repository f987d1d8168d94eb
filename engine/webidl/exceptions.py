"""The exceptions that a script may see, as Python raises them.

The border (engine.js) turns each into its JavaScript twin, in the realm concerned.
"""

from __future__ import annotations

# https://webidl.spec.whatwg.org/#idl-DOMException-error-names
DOM_EXCEPTION_CODES: dict[str, int] = {
    "IndexSizeError": 1,
    "HierarchyRequestError": 3,
    "WrongDocumentError": 4,
    "InvalidCharacterError": 5,
    "NoModificationAllowedError": 7,
    "NotFoundError": 8,
    "NotSupportedError": 9,
    "InUseAttributeError": 10,
    "InvalidStateError": 11,
    "SyntaxError": 12,
    "InvalidModificationError": 13,
    "NamespaceError": 14,
    "InvalidAccessError": 15,
    "TypeMismatchError": 17,
    "SecurityError": 18,
    "NetworkError": 19,
    "AbortError": 20,
    "URLMismatchError": 21,
    "QuotaExceededError": 22,
    "TimeoutError": 23,
    "InvalidNodeTypeError": 24,
    "DataCloneError": 25,
    "EncodingError": 0,
    "NotReadableError": 0,
    "UnknownError": 0,
    "ConstraintError": 0,
    "DataError": 0,
    "TransactionInactiveError": 0,
    "ReadOnlyError": 0,
    "VersionError": 0,
    "OperationError": 0,
    "NotAllowedError": 0,
    "OptOutError": 0,
}


class ScriptException(Exception):
    """An exception meant for a script, which reads `name` as `error.name`. (Ours: the common parent of those below.)"""

    name: str = "Error"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name


class JSTypeError(ScriptException):
    """https://webidl.spec.whatwg.org/#exceptiondef-typeerror"""

    name = "TypeError"


class JSRangeError(ScriptException):
    """https://webidl.spec.whatwg.org/#exceptiondef-rangeerror"""

    name = "RangeError"


class JSEvalError(ScriptException):
    """https://tc39.es/ecma262/#sec-native-error-types-used-in-this-standard-evalerror: a policy forbids to compile strings"""

    name = "EvalError"


class DOMException(ScriptException):
    """https://webidl.spec.whatwg.org/#idl-DOMException

    `name` is one of DOM_EXCEPTION_CODES, or "Error".
    """

    def __init__(self, message: str = "", name: str = "Error") -> None:
        assert name == "Error" or name in DOM_EXCEPTION_CODES, f"{name!r} is no DOMException name (message comes first)"
        super().__init__(message)
        self.name = name

    def __reduce__(self) -> tuple[type[DOMException], tuple[str, str]]:
        return DOMException, (self.message, self.name)

    @property
    def code(self) -> int:
        """https://webidl.spec.whatwg.org/#dom-domexception-code"""
        return DOM_EXCEPTION_CODES.get(self.name, 0)
