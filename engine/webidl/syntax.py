"""What an IDL file says, as a tree: one class per production.

Nothing is looked up or joined here: see merge.py and tables.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

InterfaceKind = Literal["interface", "mixin", "callback interface", "namespace"]
CollectionKind = Literal["iterable", "async_iterable", "maplike", "setlike"]
Special = Literal["getter", "setter", "deleter", "stringifier"]
Default = dict[str, Any]
"""`{"value": json}`, `{"dictionary": True}`, `{"sequence": True}` or `{"undefined": True}`: as tables carry it."""


class IdlError(Exception):
    """An IDL file says something that it may not. The message is `file:line: what`, then the line itself."""


@dataclass(slots=True, frozen=True)
class Source:
    """One IDL file: its name, for messages, and its text."""

    name: str
    text: str

    def line_of(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def error(self, position: int, message: str) -> IdlError:
        line = self.line_of(position)
        shown = self.text.split("\n")[line - 1].strip()
        return IdlError(f"{self.name}:{line}: {message}\n    {shown}")


@dataclass(slots=True, frozen=True)
class Place:
    """Where something stands."""

    source: Source
    position: int

    def error(self, message: str) -> IdlError:
        return self.source.error(self.position, message)


@dataclass(slots=True)
class ExtendedAttribute:
    """https://webidl.spec.whatwg.org/#idl-extended-attributes

    `values` are the identifiers, strings or numbers right of the `=` (`["*"]` for a star); `arguments` is None without
    an argument list.
    """

    name: str
    place: Place
    values: list[str] = field(default_factory=list)
    arguments: list[Argument] | None = None


ExtendedAttributes = dict[str, ExtendedAttribute]
"""By name. One with arguments may stand more than once and has its value in its key: `LegacyFactoryFunction Image`."""


@dataclass(slots=True)
class TypeNode:
    """A type. `name` is "union" or one of GENERIC_TYPES, each with `parameters`, or any other name."""

    name: str
    place: Place
    parameters: list[TypeNode] = field(default_factory=list)
    nullable: bool = False
    annotations: frozenset[str] = frozenset()


@dataclass(slots=True)
class Argument:
    name: str
    type: TypeNode
    optional: bool = False
    variadic: bool = False
    default: Default | None = None


@dataclass(slots=True)
class Attribute:
    name: str
    type: TypeNode
    place: Place
    extended: ExtendedAttributes
    readonly: bool = False
    static: bool = False
    inherit: bool = False
    stringifier: bool = False


@dataclass(slots=True)
class Operation:
    """`name` is None for a special operation without one."""

    name: str | None
    type: TypeNode
    arguments: list[Argument]
    place: Place
    extended: ExtendedAttributes
    special: Special | None = None
    static: bool = False


@dataclass(slots=True)
class Constructor:
    arguments: list[Argument]
    place: Place
    extended: ExtendedAttributes


@dataclass(slots=True)
class Constant:
    name: str
    type: TypeNode
    value: Any
    place: Place
    extended: ExtendedAttributes


@dataclass(slots=True)
class Collection:
    """iterable, async_iterable, maplike or setlike."""

    kind: CollectionKind
    types: list[TypeNode]
    place: Place
    extended: ExtendedAttributes
    readonly: bool = False
    arguments: list[Argument] = field(default_factory=list)


@dataclass(slots=True)
class Stringifier:
    """`stringifier;` without more."""

    place: Place
    extended: ExtendedAttributes


Member = Attribute | Operation | Constructor | Constant | Collection | Stringifier


@dataclass(slots=True)
class Interface:
    """An interface, interface mixin, callback interface or namespace, or a part of one."""

    kind: InterfaceKind
    name: str
    place: Place
    extended: ExtendedAttributes
    members: list[Member]
    partial: bool = False
    inherits: str | None = None


@dataclass(slots=True)
class DictionaryMember:
    name: str
    type: TypeNode
    place: Place
    required: bool = False
    default: Default | None = None


@dataclass(slots=True)
class Dictionary:
    name: str
    place: Place
    members: list[DictionaryMember]
    partial: bool = False
    inherits: str | None = None


@dataclass(slots=True)
class Enum:
    name: str
    place: Place
    values: list[str]


@dataclass(slots=True)
class Callback:
    name: str
    place: Place
    extended: ExtendedAttributes
    arguments: list[Argument]
    type: TypeNode


@dataclass(slots=True)
class Typedef:
    name: str
    place: Place
    type: TypeNode


@dataclass(slots=True)
class Includes:
    """`interface includes mixin;`"""

    interface: str
    mixin: str
    place: Place


Definition = Interface | Dictionary | Enum | Callback | Typedef | Includes
