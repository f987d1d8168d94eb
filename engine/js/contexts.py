"""Which realm the engine means when it names a context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.js.library import ffi

if TYPE_CHECKING:
    from engine.js.realm import Realm

realms: dict[int, Realm] = {}
"""By the addresses of their contexts; a realm puts itself here."""


def address_of(context: Any) -> int:
    """What realms are found by."""
    return int(ffi.cast("uintptr_t", context))


def find_realm(context: Any) -> Realm | None:
    """The realm of scripts that a context belongs to, be it the bindings' part of it; None for one that has been discarded while scripts
    still hold something of it.
    """
    found = realms.get(address_of(context))
    return None if found is None else found.scripts
