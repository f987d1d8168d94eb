"""No two files import each other as they are loaded, and few name each other's types."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "wpt_harness")

CIRCLES_OF_TYPES = {
    "cache": [2],
    "fetch": [2],
    "http, security": [4],
    "js": [8],
    "network": [3],
    "realms": [2],
    "service_worker": [9],
    "storage": [5, 2],
    "window": [14, 2],
    "workers": [7],
    "wpt_harness": [2],
}
"""How many files name each other's types in a circle, in which packages. These may only become fewer and smaller."""


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, modules: Collection[str]) -> tuple[set[str], set[str]]:
    """Which of the modules a file imports, wherever the import stands; and of which it only names types."""
    at_run_time: set[str] = set()
    only_types: set[str] = set()
    left: list[tuple[ast.AST, set[str]]] = [(ast.parse(source), at_run_time)]
    while left:
        node, found = left.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # NB: what a package has from a module of its own counts as the package's.
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in modules else str(node.module) for name in names}
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            left += [(inner, only_types) for inner in node.body]
            left += [(inner, found) for inner in node.orelse]
        elif isinstance(node, (ast.stmt, ast.mod, ast.excepthandler, ast.match_case)):
            left += [(inner, found) for inner in ast.iter_child_nodes(node)]
    return at_run_time & set(modules), only_types & set(modules)


@cache
def graph(*, types: bool) -> dict[str, set[str]]:
    edges = {}
    for name, (at_run_time, only_types) in _imports().items():
        edges[name] = (at_run_time | only_types if types else at_run_time) - {name}
    return edges


@cache
def _imports() -> dict[str, tuple[set[str], set[str]]]:
    files = {name_of(file): file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))}
    return {name: imports_of(file.read_text(), files) for name, file in files.items()}


def circles(edges: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """The groups of nodes that reach each other."""
    reached = {node: _reached_from(node, edges) for node in edges}
    left = {node for node in edges if node in reached[node]}
    while left:
        first = min(left)
        group = {node for node in reached[first] if first in reached[node]}
        left -= group
        yield sorted(group)


def _reached_from(start: str, edges: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    left = list(edges[start])
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left.extend(edges[node])
    return found


def package_of(module: str) -> str:
    return module.split(".")[1] if module.startswith("engine.") else module.split(".")[0]


def test_no_two_files_import_each_other() -> None:
    assert list(circles(graph(types=False))) == []


def test_circles_of_types_only_shrink() -> None:
    found: dict[str, list[int]] = {}
    for circle in circles(graph(types=True)):
        found.setdefault(", ".join(sorted({package_of(module) for module in circle})), []).append(len(circle))
    found = {packages: sorted(sizes, reverse=True) for packages, sizes in found.items()}
    assert found == CIRCLES_OF_TYPES, "more than the list has is not allowed; where there is less, the list is to say so"


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}, [["b", "c"]]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
    ],
)
def test_circles_are_found(edges: dict[str, list[str]], expected: list[list[str]]) -> None:
    assert list(circles(edges)) == expected


@pytest.mark.parametrize(
    ("source", "at_run_time", "only_types"),
    [
        ("from engine.url import parser", {"engine.url.parser"}, set()),
        ("from engine.url import parse_url", {"engine.url"}, set()),
        ("def f():\n    import engine.url.parser", {"engine.url.parser"}, set()),
        ("try:\n    pass\nexcept OSError:\n    import engine.url", {"engine.url"}, set()),
        ("match 1:\n    case 1:\n        import engine.url", {"engine.url"}, set()),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import engine.url", set(), {"engine.url"}),
        ("import typing\nif typing.TYPE_CHECKING:\n    pass\nelse:\n    import engine.url", {"engine.url"}, set()),
    ],
)
def test_imports_are_seen_wherever_they_stand(source: str, at_run_time: set[str], only_types: set[str]) -> None:
    assert imports_of(source, {"engine.url", "engine.url.parser"}) == (at_run_time, only_types)
