"""https://webidl.spec.whatwg.org/#idl-grammar: definitions and their members, by recursive descent."""

from __future__ import annotations

from engine.webidl.syntax import (
    Attribute,
    Callback,
    Collection,
    CollectionKind,
    Constant,
    Constructor,
    Definition,
    Dictionary,
    DictionaryMember,
    Enum,
    ExtendedAttributes,
    Includes,
    Interface,
    InterfaceKind,
    Member,
    Operation,
    Place,
    Source,
    Special,
    Stringifier,
    Typedef,
)
from engine.webidl.tokens import END
from engine.webidl.type_parser import TypeParser, annotations_among

COLLECTIONS: dict[str, CollectionKind] = {
    "iterable": "iterable",
    "async_iterable": "async_iterable",
    "maplike": "maplike",
    "setlike": "setlike",
}
MEMBERS_OF: dict[InterfaceKind, tuple[type[Member], ...]] = {
    "interface": (Attribute, Operation, Constructor, Constant, Collection, Stringifier),
    "mixin": (Attribute, Operation, Constant, Stringifier),
    "callback interface": (Operation, Constant),
    "namespace": (Attribute, Operation, Constant),
}


def parse(source: Source) -> list[Definition]:
    """The definitions of one file, in order. Raises IdlError."""
    return Parser(source).definitions()


class Parser(TypeParser):
    """Definitions and members."""

    __slots__ = ()

    def definitions(self) -> list[Definition]:
        found: list[Definition] = []
        while self.kind != END:
            found.append(self.definition())
        return found

    def definition(self) -> Definition:
        extended = self.extended_attributes()
        place = self.place()
        match self.text:
            case "partial":
                self.next()
                if self.took("dictionary"):
                    return self.dictionary(place, partial=True)
                return self.interface(place, extended, partial=True)
            case "interface" | "namespace":
                return self.interface(place, extended)
            case "callback":
                self.next()
                if self.took("interface"):
                    return self.callback_interface(place, extended)
                return self.callback(place, extended)
            case "dictionary":
                self.next()
                return self.dictionary(place)
            case "enum":
                self.next()
                return self.enum(place)
            case "typedef":
                self.next()
                node = self.type_with_extended_attributes()
                name = self.identifier("a name")
                self.expect(";")
                return Typedef(name, place, node)
        if self.kind == "identifier" and self.following() == "includes":
            interface = self.identifier("an interface")
            self.next()
            mixin = self.identifier("a mixin")
            self.expect(";")
            return Includes(interface, mixin, place)
        raise self.error("a definition")

    def interface(self, place: Place, extended: ExtendedAttributes, partial: bool = False) -> Interface:
        kind: InterfaceKind = "namespace"
        if not self.took("namespace"):
            self.expect("interface")
            kind = "mixin" if self.text == "mixin" and self.following() != "{" else "interface"
            if kind == "mixin":
                self.next()
        name = self.identifier("a name")
        inherits = self.identifier("an interface") if kind == "interface" and not partial and self.took(":") else None
        return Interface(kind, name, place, extended, self.members(kind), partial, inherits)

    def callback_interface(self, place: Place, extended: ExtendedAttributes) -> Interface:
        name = self.identifier("a name")
        return Interface("callback interface", name, place, extended, self.members("callback interface"))

    def callback(self, place: Place, extended: ExtendedAttributes) -> Callback:
        self.took("constructor")
        name = self.identifier("a name")
        self.expect("=")
        node = self.type()
        arguments = self.arguments()
        self.expect(";")
        return Callback(name, place, extended, arguments, node)

    def dictionary(self, place: Place, partial: bool = False) -> Dictionary:
        name = self.identifier("a name")
        inherits = self.identifier("a dictionary") if not partial and self.took(":") else None
        members: list[DictionaryMember] = []
        self.expect("{")
        while not self.took("}"):
            members.append(self.dictionary_member())
        self.expect(";")
        return Dictionary(name, place, members, partial, inherits)

    def dictionary_member(self) -> DictionaryMember:
        extended = self.extended_attributes()
        place = self.place()
        required = self.took("required")
        node = self.type_with_extended_attributes()
        node.annotations |= annotations_among(extended)
        name = self.identifier("a name")
        default = None if required else self.default()
        self.expect(";")
        return DictionaryMember(name, node, place, required, default)

    def enum(self, place: Place) -> Enum:
        name = self.identifier("a name")
        self.expect("{")
        values = [self.string()]
        while self.took(",") and self.text != "}":
            values.append(self.string())
        self.expect("}")
        self.expect(";")
        if len(set(values)) != len(values):
            raise place.error(f"{name} has a value twice")
        return Enum(name, place, values)

    def members(self, kind: InterfaceKind) -> list[Member]:
        found: list[Member] = []
        self.expect("{")
        while not self.took("}"):
            member = self.member(self.extended_attributes())
            if not isinstance(member, MEMBERS_OF[kind]):
                raise member.place.error(f"a {kind} cannot have this kind of member")
            found.append(member)
        self.expect(";")
        return found

    def member(self, extended: ExtendedAttributes) -> Member:
        place = self.place()
        following = self.following()
        match self.text:
            case "constructor" if following == "(":
                self.next()
                arguments = self.arguments()
                self.expect(";")
                return Constructor(arguments, place, extended)
            case "const":
                self.next()
                return self.constant(place, extended)
            case ("iterable" | "async_iterable" | "maplike" | "setlike") as kind if following == "<":
                return self.collection(place, extended, COLLECTIONS[kind])
            case "async" if following == "iterable":
                self.next()
                return self.collection(place, extended, "async_iterable")
            case "readonly" if following in COLLECTIONS:
                self.next()
                return self.collection(place, extended, COLLECTIONS[following], readonly=True)
            case "stringifier":
                self.next()
                if self.took(";"):
                    return Stringifier(place, extended)
                if self.text in ("attribute", "readonly"):
                    attribute = self.attribute(place, extended)
                    attribute.stringifier = True
                    return attribute
                return self.operation(place, extended, special="stringifier")
            case "static":
                self.next()
                if self.text in ("attribute", "readonly"):
                    attribute = self.attribute(place, extended)
                    attribute.static = True
                    return attribute
                operation = self.operation(place, extended)
                operation.static = True
                return operation
            case "inherit":
                self.next()
                attribute = self.attribute(place, extended)
                attribute.inherit = True
                return attribute
            case "attribute" | "readonly":
                return self.attribute(place, extended)
            case "getter":
                self.next()
                return self.operation(place, extended, special="getter")
            case "setter":
                self.next()
                return self.operation(place, extended, special="setter")
            case "deleter":
                self.next()
                return self.operation(place, extended, special="deleter")
        return self.operation(place, extended)

    def constant(self, place: Place, extended: ExtendedAttributes) -> Constant:
        node = self.type()
        name = self.identifier("a name")
        self.expect("=")
        value = self.constant_value()
        self.expect(";")
        return Constant(name, node, value, place, extended)

    def collection(
        self, place: Place, extended: ExtendedAttributes, kind: CollectionKind, readonly: bool = False
    ) -> Collection:
        if readonly and kind not in ("maplike", "setlike"):
            raise self.error("maplike or setlike")
        self.next()
        self.expect("<")
        found = Collection(kind, [self.type_with_extended_attributes()], place, extended, readonly)
        if self.text == ",":
            if kind == "setlike":
                raise self.error("'>'")
            self.next()
            found.types.append(self.type_with_extended_attributes())
        elif kind == "maplike":
            raise self.error("','")
        self.expect(">")
        if kind == "async_iterable" and self.text == "(":
            found.arguments = self.arguments()
        self.expect(";")
        return found

    def attribute(self, place: Place, extended: ExtendedAttributes) -> Attribute:
        readonly = self.took("readonly")
        self.expect("attribute")
        node = self.type_with_extended_attributes()
        node.annotations |= annotations_among(extended)
        name = self.identifier("an attribute's name")
        self.expect(";")
        return Attribute(name, node, place, extended, readonly)

    def operation(self, place: Place, extended: ExtendedAttributes, special: Special | None = None) -> Operation:
        node = self.type()
        if self.text == "(" and special is None:
            raise self.error("an operation's name")
        name = None if self.text == "(" else self.identifier("an operation's name")
        arguments = self.arguments()
        self.expect(";")
        return Operation(name, node, arguments, place, extended, special)
