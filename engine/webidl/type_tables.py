"""Types as tables: names looked up, typedefs resolved, unions flattened."""

from __future__ import annotations

from typing import Any

from engine.webidl.gaps import KNOWN_GAPS
from engine.webidl.merge import Merged
from engine.webidl.syntax import Argument, Place, TypeNode

Table = dict[str, Any]

PLAIN_TYPES = frozenset(
    {
        "any",
        "undefined",
        "boolean",
        "byte",
        "octet",
        "short",
        "unsigned short",
        "long",
        "unsigned long",
        "long long",
        "unsigned long long",
        "float",
        "unrestricted float",
        "double",
        "unrestricted double",
        "bigint",
        "DOMString",
        "USVString",
        "ByteString",
        "object",
        "symbol",
    }
)
BUFFER_TYPES = frozenset(
    {
        "ArrayBuffer",
        "SharedArrayBuffer",
        "DataView",
        "Int8Array",
        "Int16Array",
        "Int32Array",
        "Uint8Array",
        "Uint16Array",
        "Uint32Array",
        "Uint8ClampedArray",
        "BigInt64Array",
        "BigUint64Array",
        "Float16Array",
        "Float32Array",
        "Float64Array",
        # Typedefs of unions, which converters test in one go:
        "ArrayBufferView",
        "BufferSource",
        "AllowSharedBufferSource",
    }
)
EVENT_HANDLER_TYPES = frozenset({"EventHandler", "OnErrorEventHandler", "OnBeforeUnloadEventHandler"})
ANNOTATION_FLAGS = {
    "AllowResizable": "allowResizable",
    "AllowShared": "allowShared",
    "Clamp": "clamp",
    "EnforceRange": "enforceRange",
    "LegacyNullToEmptyString": "legacyNullToEmptyString",
}


class TypeTables:
    """Makes the table of a type (`T` in docs/BINDINGS.md) from its node."""

    def __init__(self, merged: Merged) -> None:
        self.merged = merged

    def table(self, node: TypeNode) -> Table:
        found = self._bare(node)
        if node.nullable and found["t"] != "any":
            found["nullable"] = True
        for annotation in node.annotations:
            found[ANNOTATION_FLAGS[annotation]] = True
        return found

    def argument(self, argument: Argument) -> Table:
        found: Table = {"name": argument.name, "type": self.table(argument.type)}
        if argument.optional:
            found["optional"] = True
        if argument.variadic:
            found["variadic"] = True
        if argument.default is not None:
            found["default"] = argument.default
            self.check_default(argument.name, found["type"], argument.default, argument.type.place)
        return found

    def arguments(self, arguments: list[Argument]) -> list[Table]:
        return [self.argument(argument) for argument in arguments]

    def check_default(self, name: str, type_table: Table, default: Table, place: Place) -> None:
        if type_table["t"] == "enum" and default.get("value") is not None:
            values: list[str] = self.merged.enums[type_table["name"]].values
            if default["value"] not in values:
                raise place.error(f"{default['value']!r}, the default of {name}, is not one of {type_table['name']}")

    def _bare(self, node: TypeNode) -> Table:
        name = node.name
        if name in PLAIN_TYPES:
            return {"t": name}
        match name:
            case "union":
                return self._union(node)
            case "record":
                return {"t": "record", "key": self.table(node.parameters[0]), "of": self.table(node.parameters[1])}
            case "sequence" | "async_sequence" | "FrozenArray" | "ObservableArray" | "Promise":
                return {"t": name, "of": self.table(node.parameters[0])}
            case "DOMException":
                return {"t": name}
            case "WindowProxy" | "Window":
                return {"t": "interface", "name": "WindowProxy"}
        if name in BUFFER_TYPES:
            return {"t": "buffer", "name": name}
        if name in EVENT_HANDLER_TYPES:
            return {"t": "event handler", "kind": name}
        if name in self.merged.interfaces:
            kind = self.merged.interfaces[name].interface.kind
            if kind == "namespace":
                raise node.place.error(f"{name} is a namespace, no type")
            return {"t": kind, "name": name}
        if name in self.merged.dictionaries:
            return {"t": "dictionary", "name": name}
        if name in self.merged.enums:
            return {"t": "enum", "name": name}
        if name in self.merged.callbacks:
            return {"t": "callback", "name": name}
        if name in self.merged.typedefs:
            return self.table(self.merged.typedefs[name].type)
        if name in KNOWN_GAPS:
            return {"t": KNOWN_GAPS[name].typed}
        raise node.place.error(f"no type is named {name}")

    def _union(self, node: TypeNode) -> Table:
        """https://webidl.spec.whatwg.org/#dfn-flattened-union-member-types

        NB: a nullable member makes the whole union nullable, which converts alike. A name of the gap list drops out.
        """
        members: list[Table] = []
        nullable = False
        for parameter in node.parameters:
            if parameter.name in KNOWN_GAPS and not self._is_defined(parameter.name):
                nullable = nullable or parameter.nullable
                continue
            member = self.table(parameter)
            nullable = member.pop("nullable", False) or nullable
            members.extend(member["of"] if member["t"] == "union" else [member])
        if not members:
            members = [{"t": "object"}]
        found: Table = members[0] if len(members) == 1 else {"t": "union", "of": members}
        if nullable:
            found["nullable"] = True
        return found

    def _is_defined(self, name: str) -> bool:
        merged = self.merged
        return (
            name in merged.interfaces
            or name in merged.dictionaries
            or name in merged.enums
            or name in merged.callbacks
            or name in merged.typedefs
        )
