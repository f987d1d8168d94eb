"""https://webidl.spec.whatwg.org/#idl-grammar: types, values, extended attributes, arguments."""

from __future__ import annotations

from typing import Any

from engine.webidl.extended_attributes import OF_TYPES
from engine.webidl.syntax import Argument, Default, ExtendedAttribute, ExtendedAttributes, TypeNode
from engine.webidl.tokens import TokenReader

# The generic types and how many parameters each takes.
GENERIC_TYPES = {"sequence": 1, "async_sequence": 1, "FrozenArray": 1, "ObservableArray": 1, "Promise": 1, "record": 2}
CONSTANT_WORDS: dict[str, Any] = {
    "true": True,
    "false": False,
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
    "NaN": float("nan"),
}


def annotations_among(extended: ExtendedAttributes) -> frozenset[str]:
    """https://webidl.spec.whatwg.org/#extended-attributes-applicable-to-types"""
    return OF_TYPES.intersection(extended) if extended else frozenset()


def number_value(text: str) -> int | float:
    digits = text.removeprefix("-")
    if digits[:2] in ("0x", "0X"):
        value: int | float = int(digits, 16)
    elif digits.isdigit():
        value = int(digits, 8) if digits.startswith("0") else int(digits)
    else:
        value = float(digits)
    return -value if text.startswith("-") else value


class TypeParser(TokenReader):
    """Everything below a member."""

    __slots__ = ()

    def extended_attributes(self) -> ExtendedAttributes:
        """`[A, B=c, C=(d, e), D=*, E(…), F=G(…)]`, or nothing."""
        found: ExtendedAttributes = {}
        if not self.took("["):
            return found
        while True:
            attribute = ExtendedAttribute("", self.place())
            attribute.name = self.identifier("an extended attribute")
            key = attribute.name
            if self.took("="):
                if self.took("("):
                    attribute.values.append(self.extended_attribute_value())
                    while self.took(","):
                        attribute.values.append(self.extended_attribute_value())
                    self.expect(")")
                else:
                    attribute.values.append(self.extended_attribute_value())
            if self.text == "(":
                attribute.arguments = self.arguments()
                key = " ".join([attribute.name, *attribute.values])
            if key in found:
                raise attribute.place.error(f"[{key}] stands twice")
            found[key] = attribute
            if not self.took(","):
                break
        self.expect("]")
        return found

    def extended_attribute_value(self) -> str:
        if self.kind == "string":
            return self.string()
        if self.kind == "number" or self.text == "*":
            return self.next()
        return self.identifier("a value of an extended attribute")

    def type_with_extended_attributes(self) -> TypeNode:
        extended = self.extended_attributes()
        node = self.type()
        node.annotations |= annotations_among(extended)
        return node

    def type(self) -> TypeNode:
        place = self.place()
        if self.text == "(":
            node = TypeNode("union", place, self.union_members())
        else:
            name = self.type_name()
            node = TypeNode(name, place)
            if name in GENERIC_TYPES:
                self.expect("<")
                node.parameters.append(self.type_with_extended_attributes())
                for _ in range(GENERIC_TYPES[name] - 1):
                    self.expect(",")
                    node.parameters.append(self.type_with_extended_attributes())
                self.expect(">")
        if self.text == "?":
            if node.name in ("any", "Promise"):
                raise self.source.error(place.position, f"{node.name} cannot be nullable")
            self.next()
            node.nullable = True
        return node

    def union_members(self) -> list[TypeNode]:
        self.expect("(")
        members = [self.type_with_extended_attributes()]
        self.expect("or")
        members.append(self.type_with_extended_attributes())
        while self.took("or"):
            members.append(self.type_with_extended_attributes())
        self.expect(")")
        return members

    def type_name(self) -> str:
        """An identifier, or a primitive type of several words, joined by single spaces."""
        name = self.next() if self.text in ("unsigned", "unrestricted") else ""
        if name == "unrestricted":
            if self.text not in ("float", "double"):
                raise self.error("float or double")
            return f"{name} {self.next()}"
        if name and self.text not in ("short", "long"):
            raise self.error("short or long")
        word = self.identifier("a type")
        if word == "long" and self.took("long"):
            word = "long long"
        return f"{name} {word}" if name else word

    def constant_value(self) -> Any:
        if self.kind == "number":
            return number_value(self.next())
        if self.text in CONSTANT_WORDS:
            return CONSTANT_WORDS[self.next()]
        raise self.error("a value")

    def default(self) -> Default | None:
        """`= …`, or nothing."""
        if not self.took("="):
            return None
        if self.took("{"):
            self.expect("}")
            return {"dictionary": True}
        if self.took("["):
            self.expect("]")
            return {"sequence": True}
        if self.took("null"):
            return {"value": None}
        if self.took("undefined"):
            return {"undefined": True}
        if self.kind == "string":
            return {"value": self.string()}
        return {"value": self.constant_value()}

    def arguments(self) -> list[Argument]:
        """`(…)`"""
        self.expect("(")
        found: list[Argument] = []
        if self.took(")"):
            return found
        while True:
            found.append(self.argument(found))
            if not self.took(","):
                break
        self.expect(")")
        return found

    def argument(self, before: list[Argument]) -> Argument:
        place = self.place()
        extended = self.extended_attributes()
        optional = self.took("optional")
        node = self.type_with_extended_attributes()
        node.annotations |= annotations_among(extended)
        variadic = not optional and self.took("...")
        found = Argument(self.identifier("an argument's name"), node, optional, variadic)
        if optional:
            found.default = self.default()
        if before and before[-1].variadic:
            raise place.error("no argument may follow a variadic one")
        if before and before[-1].optional and not optional and not variadic:
            raise place.error("a required argument may not follow an optional one")
        if any(earlier.name == found.name for earlier in before):
            raise place.error(f"two arguments are named {found.name}")
        return found
