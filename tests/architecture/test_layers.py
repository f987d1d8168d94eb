"""Packages import only to the left, and foreign things only in their doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "engine"

ORDER = [
    "infra",
    "webidl",
    "url",
    "encoding",
    "compression",
    "event_loop",
    "network",
    "storage",
    "js",
    "realms",
    "http",
    "security",
    "file",
    "messaging",
    "fetch",
    "cache",
    "service_worker",
    "background_fetch",
    "workers",
    "window",
    "ops",
    "devtools",
    "site",
    "browser",
    "display",
    "cli",
    "__main__",
]
EVERYWHERE = {"infra", "trace"}

DOORS = {
    "aiohttp": {"network", "site", "devtools"},
    "yarl": {"network", "site", "devtools"},
    "multidict": {"network", "site", "devtools"},
    "cffi": {"js"},
    "quickjs": set(),
    "_quickjs": set(),
    "sqlite3": {"storage"},
    "asyncio": {"event_loop", "network", "cli"},
    "ada_url": {"url"},
    "click": {"cli"},
    "rich": {"cli", "display"},
}


def modules() -> Iterator[tuple[str, Path]]:
    """(package of the engine, file) of every source file; a top-level module is its own package."""
    for file in sorted(ENGINE.rglob("*.py")):
        parts = file.relative_to(ENGINE).with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], file


def imports_at_run_time(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every imported module with its line; what is under `if TYPE_CHECKING` only names types and does not count."""
    only_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for part in node.body
        for inner in ast.walk(part)
    }
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module, node.lineno
            if node.module == "engine":
                for alias in node.names:
                    yield f"engine.{alias.name}", node.lineno


def violations() -> Iterator[str]:
    for package, file in modules():
        where = file.relative_to(ROOT)
        if package not in ORDER and package not in EVERYWHERE:
            yield f"{where}: the package {package} has no place in the order"
            continue
        for name, line in imports_at_run_time(ast.parse(file.read_text())):
            top, _, rest = name.partition(".")
            if top in DOORS and package not in DOORS[top]:
                yield f"{where}:{line}: {top} is imported outside its door {sorted(DOORS[top]) or '(nowhere)'}"
            if top != "engine" or not rest:
                continue
            imported = rest.split(".")[0]
            if imported in EVERYWHERE or imported == package:
                continue
            if imported not in ORDER:
                yield f"{where}:{line}: engine.{imported} has no place in the order"
            elif package in EVERYWHERE or ORDER.index(imported) > ORDER.index(package):
                yield f"{where}:{line}: {package} imports {imported}, which is to its right"


def test_packages_import_only_to_the_left_and_foreign_things_only_in_their_doors() -> None:
    found = list(violations())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import aiohttp", ["aiohttp"]),
        ("from engine.cli import main", ["engine.cli"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import aiohttp", ["typing"]),
        ("def f():\n    import sqlite3", ["sqlite3"]),
    ],
)
def test_the_check_sees_imports_wherever_they_stand(source: str, expected: list[str]) -> None:
    assert [name for name, _ in imports_at_run_time(ast.parse(source))] == expected
