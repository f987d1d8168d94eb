"""Joins what the files say of one name: partials with their whole, mixins with those that include them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.webidl import extended_attributes
from engine.webidl.parser import parse
from engine.webidl.syntax import (
    Attribute,
    Callback,
    Collection,
    Constant,
    Dictionary,
    Enum,
    ExtendedAttributes,
    Includes,
    Interface,
    Member,
    Operation,
    Place,
    Source,
    Typedef,
)

EVERYWHERE = ["*"]
# On a partial or a mixin these tell of the members within; others, such as [LegacyOverrideBuiltIns], of the whole.
ABOUT_MEMBERS = ("Exposed", "SecureContext")


@dataclass(slots=True)
class MergedMember:
    """A member, with what the partial or mixin around it says of its exposure. `exposed` None: as its interface."""

    member: Member
    exposed: list[str] | None
    secure: bool


@dataclass(slots=True)
class MergedInterface:
    """A whole interface: its own members, then those of its partials, then those of its mixins, in order of reading."""

    interface: Interface
    exposed: list[str]
    members: list[MergedMember] = field(default_factory=list)


@dataclass(slots=True)
class Merged:
    """Everything that was read, by name. `dictionaries` have their partials' members, not their ancestors'."""

    interfaces: dict[str, MergedInterface] = field(default_factory=dict)
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    typedefs: dict[str, Typedef] = field(default_factory=dict)


def merge(files: Mapping[str, str]) -> Merged:
    """`files`: name → text. Raises IdlError for what cannot be joined."""
    merged = Merged()
    places: dict[str, Place] = {}
    partials: list[Interface | Dictionary] = []
    mixins: dict[str, list[Interface]] = {}
    includes: list[Includes] = []
    for name, text in files.items():
        for definition in parse(Source(name, text)):
            if isinstance(definition, (Interface, Callback)):
                _check_extended_attributes(definition)
            if isinstance(definition, Includes):
                includes.append(definition)
                continue
            if isinstance(definition, (Interface, Dictionary)) and definition.partial:
                partials.append(definition)
                continue
            if definition.name in places:
                earlier = places[definition.name]
                where = f"{earlier.source.name}:{earlier.source.line_of(earlier.position)}"
                raise definition.place.error(f"{definition.name} is defined before, at {where}")
            places[definition.name] = definition.place
            match definition:
                case Interface(kind="mixin"):
                    mixins[definition.name] = [definition]
                case Interface():
                    _add_interface(merged, definition)
                case Dictionary():
                    merged.dictionaries[definition.name] = definition
                case Enum():
                    merged.enums[definition.name] = definition
                case Callback():
                    merged.callbacks[definition.name] = definition
                case Typedef():
                    merged.typedefs[definition.name] = definition
    for partial in partials:
        _add_partial(merged, mixins, partial)
    for statement in includes:
        _add_mixin(merged, mixins, statement)
    for whole in merged.interfaces.values():
        _check_members(whole)
    return merged


def exposure_of(extended: ExtendedAttributes) -> list[str] | None:
    """The names of [Exposed], `["*"]`, or None without."""
    return extended["Exposed"].values if "Exposed" in extended else None


def _check_extended_attributes(definition: Interface | Callback) -> None:
    extended_attributes.check(definition.extended)
    if isinstance(definition, Interface):
        for member in definition.members:
            extended_attributes.check(member.extended)


def _add_interface(merged: Merged, interface: Interface) -> None:
    exposed = exposure_of(interface.extended)
    if exposed is None and interface.kind == "callback interface":
        exposed = []
    if exposed is None:
        raise interface.place.error(f"{interface.name} needs [Exposed]")
    whole = MergedInterface(interface, exposed)
    _add_members(whole, interface.members, None, False)
    merged.interfaces[interface.name] = whole


def _add_partial(merged: Merged, mixins: dict[str, list[Interface]], partial: Interface | Dictionary) -> None:
    if isinstance(partial, Dictionary):
        if partial.name not in merged.dictionaries:
            raise partial.place.error(f"no dictionary {partial.name} to add to")
        merged.dictionaries[partial.name].members.extend(partial.members)
    elif partial.kind == "mixin":
        if partial.name not in mixins:
            raise partial.place.error(f"no mixin {partial.name} to add to")
        mixins[partial.name].append(partial)
    else:
        whole = merged.interfaces.get(partial.name)
        if whole is None or whole.interface.kind != partial.kind:
            raise partial.place.error(f"no {partial.kind} {partial.name} to add to")
        _add_members(whole, partial.members, exposure_of(partial.extended), "SecureContext" in partial.extended)
        for key, attribute in partial.extended.items():
            if key not in ABOUT_MEMBERS:
                whole.interface.extended.setdefault(key, attribute)


def _add_mixin(merged: Merged, mixins: dict[str, list[Interface]], statement: Includes) -> None:
    if statement.interface not in merged.interfaces:
        raise statement.place.error(f"no interface {statement.interface} to include a mixin")
    if statement.mixin not in mixins:
        raise statement.place.error(f"no mixin {statement.mixin} to include")
    for part in mixins[statement.mixin]:
        whole = merged.interfaces[statement.interface]
        _add_members(whole, part.members, exposure_of(part.extended), "SecureContext" in part.extended)


def _add_members(whole: MergedInterface, members: Iterable[Member], exposed: list[str] | None, secure: bool) -> None:
    for member in members:
        own = exposure_of(member.extended)
        shown = own if own is not None else exposed
        if shown in (EVERYWHERE, whole.exposed):
            shown = None
        whole.members.append(MergedMember(member, shown, secure or "SecureContext" in member.extended))


def _check_members(whole: MergedInterface) -> None:
    """No two members of one name, overloads apart; one stringifier and one collection at most."""
    seen: dict[tuple[bool, str], Member] = {}
    for merged in whole.members:
        member = merged.member
        match member:
            case Operation(name=str(name)) | Attribute(name=name) | Constant(name=name):
                key = (isinstance(member, (Operation, Attribute)) and member.static, name)
            case Collection():
                key = (False, "a collection (iterable, maplike, setlike)")
            case _:
                continue
        earlier = seen.setdefault(key, member)
        if earlier is not member and not (isinstance(earlier, Operation) and isinstance(member, Operation)):
            raise member.place.error(f"{whole.interface.name} already has {key[1]}")
