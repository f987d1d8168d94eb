"""Every disk verb there is, from the code."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import engine
from engine.storage import BodyWriter, SavedFile, Storage
from engine.storage import index as the_index

_FOLDER = Path(engine.__path__[0])


def all_verbs() -> set[str]:
    """Their names: what is marked as one, what is handed to the storage thread, and what of our classes waits for the disk."""
    return {*_marked(), *_handed_over(), *_methods(), "examine_profile"}


def _marked() -> Iterator[str]:
    for module in pkgutil.walk_packages([str(_FOLDER)], "engine."):
        if module.name.endswith("__main__"):
            continue
        for found in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(found, FunctionType)
                and found.__code__.co_filename == the_index.__file__
                and hasattr(found, "__wrapped__")
            ):
                yield found.__name__


def _handed_over() -> Iterator[str]:
    for path in _FOLDER.rglob("*.py"):
        module = ast.parse(path.read_text("utf-8"))
        names = {one.name for one in module.body if isinstance(one, ast.FunctionDef)}
        names |= {alias.name for one in module.body if isinstance(one, ast.ImportFrom) for alias in one.names}
        for node in ast.walk(module):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "run"
                and (ast.unparse(node.func.value).endswith("storage") or path.name == "storage.py")
                and node.args
                and isinstance(node.args[0], ast.Name)
                and node.args[0].id in names
            ):
                yield node.args[0].id


def _methods() -> Iterator[str]:
    for owner in (Storage, BodyWriter, SavedFile):
        for name, found in vars(owner).items():
            function = found.__func__ if isinstance(found, classmethod) else found
            if inspect.iscoroutinefunction(function) and not name.startswith("_") and (owner, name) != (Storage, "run"):
                yield f"{owner.__name__}.{name}"
