"""Definitions as tables: plain lists, records and values, ready to be written as JSON.

A key whose value would be false, None or empty is left out where a consumer may take absence for it.
"""

from __future__ import annotations

from engine.webidl.merge import Merged, MergedInterface, MergedMember
from engine.webidl.syntax import (
    Argument,
    Attribute,
    Collection,
    Constant,
    Constructor,
    Dictionary,
    ExtendedAttribute,
    ExtendedAttributes,
    Operation,
    Stringifier,
)
from engine.webidl.type_tables import Table, TypeTables

# Flags of an interface, an attribute and an operation that are an extended attribute without a value.
INTERFACE_FLAGS = {
    "SecureContext": "secure",
    "LegacyNoInterfaceObject": "legacyNoInterfaceObject",
    "LegacyOverrideBuiltIns": "legacyOverrideBuiltIns",
    "LegacyUnenumerableNamedProperties": "legacyUnenumerableNamedProperties",
    "Serializable": "serializable",
    "Transferable": "transferable",
}
ATTRIBUTE_FLAGS = {
    "SameObject": "sameObject",
    "Replaceable": "replaceable",
    "LegacyUnforgeable": "unforgeable",
    "LegacyLenientThis": "lenientThis",
    "LegacyLenientSetter": "lenientSetter",
    "LegacyUnscopable": "unscopable",
    "Unscopable": "unscopable",
}
OPERATION_FLAGS = {
    "LegacyUnforgeable": "unforgeable",
    "Default": "default",
    "LegacyUnscopable": "unscopable",
    "Unscopable": "unscopable",
}


class Tables:
    """The tables of everything that was read, each made when first asked for."""

    def __init__(self, merged: Merged) -> None:
        self.merged = merged
        self.types = TypeTables(merged)
        self._made: dict[str, Table] = {}

    def names(self) -> list[str]:
        """Every name with a table, in order of reading: interfaces, dictionaries, enumerations, callbacks."""
        merged = self.merged
        return [*merged.interfaces, *merged.dictionaries, *merged.enums, *merged.callbacks]

    def table(self, name: str) -> Table:
        """Raises KeyError for a name without a table, IdlError for a definition that cannot be understood."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Table:
        merged = self.merged
        if name in merged.interfaces:
            return self._interface(merged.interfaces[name])
        if name in merged.dictionaries:
            members = self._dictionary_members(merged.dictionaries[name], [])
            return {"kind": "dictionary", "name": name, "members": members}
        if name in merged.enums:
            return {"kind": "enum", "name": name, "values": merged.enums[name].values}
        callback = merged.callbacks[name]
        found: Table = {
            "kind": "callback",
            "name": name,
            "args": self.types.arguments(callback.arguments),
            "returns": self.types.table(callback.type),
        }
        if "LegacyTreatNonObjectAsNull" in callback.extended:
            found["legacyTreatNonObjectAsNull"] = True
        return found

    def _dictionary_members(self, dictionary: Dictionary, below: list[str]) -> list[Table]:
        """https://webidl.spec.whatwg.org/#js-dictionary: ancestors first, each one's members by name."""
        found: list[Table] = []
        if dictionary.inherits is not None:
            if dictionary.inherits not in self.merged.dictionaries:
                raise dictionary.place.error(f"no dictionary is named {dictionary.inherits}")
            if dictionary.inherits in (*below, dictionary.name):
                raise dictionary.place.error(f"{dictionary.name} inherits from itself")
            found = self._dictionary_members(self.merged.dictionaries[dictionary.inherits], [*below, dictionary.name])
        names = {member["name"] for member in found}
        for member in sorted(dictionary.members, key=lambda member: member.name):
            if member.name in names:
                raise member.place.error(f"{dictionary.name} already has {member.name}")
            names.add(member.name)
            table: Table = {"name": member.name, "type": self.types.table(member.type)}
            if member.required:
                table["required"] = True
            if member.default is not None:
                table["default"] = member.default
                self.types.check_default(member.name, table["type"], member.default, member.place)
            found.append(table)
        return found

    def _interface(self, whole: MergedInterface) -> Table:
        interface = whole.interface
        extended = interface.extended
        found: Table = {"kind": interface.kind, "name": interface.name}
        if interface.inherits is not None:
            self._check_inheritance(whole)
            found["inherits"] = interface.inherits
        found["exposed"] = "*" if whole.exposed == ["*"] else whole.exposed
        _set_flags(found, INTERFACE_FLAGS, extended)
        if "Global" in extended:
            found["global"] = extended["Global"].values
        if "LegacyWindowAlias" in extended:
            found["legacyWindowAlias"] = extended["LegacyWindowAlias"].values
        factories = [attribute for attribute in extended.values() if attribute.name == "LegacyFactoryFunction"]
        if factories:
            found["legacyFactoryFunctions"] = [self._factory(attribute) for attribute in factories]
        constructors = [merged.member for merged in whole.members if isinstance(merged.member, Constructor)]
        # NB: never left out: a plain object of JavaScript without it would inherit one.
        found["constructor"] = None
        if constructors:
            found["constructor"] = self._constructor([constructor.arguments for constructor in constructors])
            if "HTMLConstructor" in constructors[0].extended:
                found["constructor"]["htmlConstructor"] = True
        found["members"] = self._members(whole)
        return found

    def _check_inheritance(self, whole: MergedInterface) -> None:
        seen = {whole.interface.name}
        parent = whole.interface.inherits
        while parent is not None:
            above = self.merged.interfaces.get(parent)
            if above is None or above.interface.kind != "interface":
                raise whole.interface.place.error(f"no interface is named {parent}")
            if parent in seen:
                raise whole.interface.place.error(f"{whole.interface.name} inherits from itself")
            seen.add(parent)
            parent = above.interface.inherits

    def _constructor(self, overloads: list[list[Argument]]) -> Table:
        return {
            "length": min(map(_required, overloads)),
            "overloads": [self.types.arguments(arguments) for arguments in overloads],
        }

    def _factory(self, attribute: ExtendedAttribute) -> Table:
        return {"name": attribute.values[0], **self._constructor([attribute.arguments or []])}

    def _members(self, whole: MergedInterface) -> list[Table]:
        found: list[Table] = []
        operations: dict[tuple[bool, str], Table] = {}
        for merged in whole.members:
            match merged.member:
                case Constructor():
                    pass
                case Attribute() as attribute:
                    found.append(self._attribute(merged, attribute))
                    if attribute.stringifier:
                        found.append({"kind": "stringifier", "attribute": attribute.name})
                        if "LegacyUnforgeable" in attribute.extended:
                            found[-1]["unforgeable"] = True
                case Constant() as constant:
                    found.append(self._constant(constant))
                case Collection() as collection:
                    found.append(self._collection(collection))
                case Stringifier():
                    found.append({"kind": "stringifier"})
                case Operation() as operation:
                    if operation.special is not None:
                        found.append(self._special(operation))
                    if operation.name is not None:
                        self._add_operation(found, operations, merged, operation, operation.name)
        return found

    def _constant(self, constant: Constant) -> Table:
        table = self.types.table(constant.type)
        return {"kind": "constant", "name": constant.name, "type": table, "value": constant.value}

    def _attribute(self, merged: MergedMember, attribute: Attribute) -> Table:
        found: Table = {"kind": "attribute", "name": attribute.name, "type": self.types.table(attribute.type)}
        if attribute.readonly:
            found["readonly"] = True
        if attribute.static:
            found["static"] = True
        if attribute.inherit:
            found["inherit"] = True
        _set_exposure(found, merged)
        _set_flags(found, ATTRIBUTE_FLAGS, attribute.extended)
        if "PutForwards" in attribute.extended:
            found["putForwards"] = attribute.extended["PutForwards"].values[0]
        return found

    def _add_operation(
        self,
        found: list[Table],
        operations: dict[tuple[bool, str], Table],
        merged: MergedMember,
        operation: Operation,
        name: str,
    ) -> None:
        """A table of its own for the first of a name; for the next only an overload more."""
        overload = {"args": self.types.arguments(operation.arguments), "returns": self.types.table(operation.type)}
        length = _required(operation.arguments)
        table = operations.get((operation.static, name))
        if table is not None:
            table["overloads"].append(overload)
            table["length"] = min(table["length"], length)
            return
        table = {"kind": "operation", "name": name, "length": length, "overloads": [overload]}
        if operation.static:
            table["static"] = True
        _set_exposure(table, merged)
        _set_flags(table, OPERATION_FLAGS, operation.extended)
        operations[operation.static, name] = table
        found.append(table)

    def _collection(self, collection: Collection) -> Table:
        found: Table = {"kind": collection.kind}
        types = [self.types.table(node) for node in collection.types]
        found["value"] = types[-1]
        if len(types) == 2:
            found["key"] = types[0]
        if collection.readonly:
            found["readonly"] = True
        if collection.kind == "async_iterable":
            found["args"] = self.types.arguments(collection.arguments)
        return found

    def _special(self, operation: Operation) -> Table:
        if operation.special == "stringifier":
            return {"kind": "stringifier"}
        if not operation.arguments:
            raise operation.place.error(f"a {operation.special} needs an argument")
        key = operation.arguments[0].type.name
        if key not in ("unsigned long", "DOMString"):
            raise operation.place.error(f"a {operation.special} takes an unsigned long or a DOMString, not a {key}")
        by = "indexed" if key == "unsigned long" else "named"
        node = operation.arguments[1].type if operation.special == "setter" else operation.type
        found: Table = {"kind": f"{by}_{operation.special}", "type": self.types.table(node)}
        if operation.name is not None:
            found["name"] = operation.name
        return found


def _required(arguments: list[Argument]) -> int:
    return sum(not argument.optional and not argument.variadic for argument in arguments)


def _set_flags(found: Table, flags: dict[str, str], extended: ExtendedAttributes) -> None:
    for name in extended:
        if name in flags:
            found[flags[name]] = True


def _set_exposure(found: Table, merged: MergedMember) -> None:
    if merged.exposed is not None:
        found["exposed"] = merged.exposed
    if merged.secure:
        found["secure"] = True
