"""The extended attributes that IDL files may use: one that stands nowhere here is a slip of the pen."""

from __future__ import annotations

from engine.webidl.syntax import ExtendedAttributes

# Those that tables carry.
CARRIED = frozenset(
    {
        "Default",
        "Exposed",
        "Global",
        "HTMLConstructor",
        "LegacyFactoryFunction",
        "LegacyLenientSetter",
        "LegacyLenientThis",
        "LegacyNoInterfaceObject",
        "LegacyOverrideBuiltIns",
        "LegacyTreatNonObjectAsNull",
        "LegacyUnenumerableNamedProperties",
        "LegacyUnforgeable",
        "LegacyUnscopable",
        "LegacyWindowAlias",
        "PutForwards",
        "Replaceable",
        "SameObject",
        "SecureContext",
        "Serializable",
        "Transferable",
        "Unscopable",
    }
)
# Those of types: tables carry them as flags of the type.
OF_TYPES = frozenset({"AllowResizable", "AllowShared", "Clamp", "EnforceRange", "LegacyNullToEmptyString"})
# Those that change nothing here: [NewObject] tells what an implementation does, [CEReactions] when elements react.
IGNORED = frozenset({"CEReactions", "CrossOriginIsolated", "NewObject"})
ALLOWED = CARRIED | OF_TYPES | IGNORED
NEEDING_A_VALUE = frozenset({"Exposed", "Global", "LegacyFactoryFunction", "LegacyWindowAlias", "PutForwards"})


def check(extended: ExtendedAttributes) -> None:
    """Raises IdlError for one that is unknown, or that lacks its value."""
    for attribute in extended.values():
        if attribute.name not in ALLOWED:
            raise attribute.place.error(f"no extended attribute is named {attribute.name}")
        if attribute.name in NEEDING_A_VALUE and not attribute.values:
            raise attribute.place.error(f"[{attribute.name}] needs a value")
