"""The public face of the reader: from IDL files to tables, and to the JavaScript modules that carry them."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Mapping, Set
from functools import lru_cache

from engine.webidl.merge import MergedInterface, merge
from engine.webidl.syntax import Constant
from engine.webidl.tables import Tables
from engine.webidl.type_tables import Table


class Definitions:
    """What a set of IDL files defines."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def names(self) -> list[str]:
        """Every name that has a table, in order of reading."""
        return self._tables.names()

    def table(self, name: str) -> Table:
        """One table. Raises KeyError."""
        return self._tables.table(name)

    def tables(self) -> dict[str, Table]:
        """All of them, by name."""
        return {name: self._tables.table(name) for name in self._tables.names()}

    def module(self, name: str) -> str:
        """The source of a JavaScript module whose default export is one table. Raises KeyError.

        Its records inherit nothing, so that a member that is left out is not found on Object.prototype.
        """
        return f"export default {_as_javascript(self.table(name))};\n"

    def exposed_on(self, global_names: Set[str], secure: bool) -> list[str]:
        """https://webidl.spec.whatwg.org/#dfn-exposed

        The names, sorted, that a realm with these global names (those of [Global]: {"Window"}, {"ServiceWorker",
        "Worker"}, …) has on its global object: interfaces, namespaces, callback interfaces with constants.
        """
        found = []
        for name, whole in self._tables.merged.interfaces.items():
            extended = whole.interface.extended
            if whole.exposed != ["*"] and global_names.isdisjoint(whole.exposed):
                continue
            if "SecureContext" in extended and not secure:
                continue
            if "LegacyNoInterfaceObject" not in extended and _has_interface_object(whole):
                found.append(name)
        return sorted(found)


def _has_interface_object(whole: MergedInterface) -> bool:
    if whole.interface.kind != "callback interface":
        return True
    return any(isinstance(merged.member, Constant) for merged in whole.members)


def read_idl(files: Mapping[str, str]) -> Definitions:
    """`files`: name → text. Raises IdlError, with file and line.

    References are checked when a table is made: `tables()` checks them all.
    """
    return Definitions(Tables(merge(files)))


@lru_cache(maxsize=1)
def load_definitions() -> Definitions:
    """Those of the package: js_bindings/idl/*.idl, read once a process."""
    folder = importlib.resources.files("js_bindings") / "idl"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".idl")), key=lambda file: file.name)
    return read_idl({file.name: file.read_text(encoding="utf-8") for file in files})


def table_module(name: str) -> str:
    """The source of the JavaScript module `idl/tables/<name>.js`: one table of the package's. Raises KeyError."""
    return load_definitions().module(name)


def _as_javascript(value: object) -> str:
    if isinstance(value, dict):
        members = "".join(f",{json.dumps(key)}:{_as_javascript(member)}" for key, member in value.items())
        return f"{{__proto__:null{members}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_as_javascript, value))}]"
    return json.dumps(value)
