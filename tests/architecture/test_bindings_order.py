"""The packages of js_bindings import only to the left, and no two of its files import each other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

BINDINGS = Path(__file__).resolve().parents[2] / "js_bindings"

STATIC_IMPORT = re.compile(r'^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"(\.[^"]+)";', re.MULTILINE)


def imports_of(file: str, source: str) -> list[str]:
    """What a module imports statically, as paths from js_bindings. `load("…")` fetches upward and does not count."""
    return [os.path.normpath(os.path.join(os.path.dirname(file), target)) for target in STATIC_IMPORT.findall(source)]


def graph() -> dict[str, list[str]]:
    files = {file.relative_to(BINDINGS).as_posix(): file.read_text() for file in sorted(BINDINGS.rglob("*.js"))}
    return {file: imports_of(file, source) for file, source in files.items()}


def circles(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """The strongly connected components of more than one node: who reach each other."""
    reach: dict[str, set[str]] = {}
    for start in edges:
        found, left = set[str](), list(edges[start])
        while left:
            node = left.pop()
            if node not in found:
                found.add(node)
                left.extend(edges.get(node, ()))
        reach[start] = found
    return sorted(
        {tuple(sorted(other for other in reach[node] if node in reach.get(other, ()))) for node in edges if node in reach[node]}
    )  # type: ignore[return-value]
