"""No two files of js_bindings import each other."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

BINDINGS = Path(__file__).resolve().parents[2] / "js_bindings"

IMPORT = re.compile(r'^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"(\.[^"]+)";', re.MULTILINE)


def imports_of(file: str, source: str) -> list[str]:
    """What a module imports as it is loaded, as paths below js_bindings. What `load("…")` fetches when it is wanted is none of it."""
    return [posixpath.normpath(posixpath.join(posixpath.dirname(file), target)) for target in IMPORT.findall(source)]


def graph() -> dict[str, list[str]]:
    files = {file.relative_to(BINDINGS).as_posix(): file.read_text() for file in sorted(BINDINGS.rglob("*.js"))}
    return {file: imports_of(file, source) for file, source in files.items()}


def circles(edges: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The groups of nodes that reach each other."""
    reach: dict[str, set[str]] = {}
    for start in edges:
        found: set[str] = set()
        left = list(edges[start])
        while left:
            node = left.pop()
            if node not in found:
                found.add(node)
                left.extend(edges.get(node, ()))
        reach[start] = found
    groups = {tuple(sorted(o for o in reach[n] if n in reach.get(o, ()))) for n in edges if n in reach[n]}
    return [list(group) for group in sorted(groups)]


def test_no_two_files_import_each_other() -> None:
    assert circles(graph()) == []


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}, [["b", "c"]]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["e"], "e": ["c", "a"]}, [["a", "b"], ["c", "d", "e"]]),
    ],
)
def test_circles_are_found(edges: dict[str, list[str]], expected: list[list[str]]) -> None:
    assert circles(edges) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import { a } from "./b.js";', ["x/b.js"]),
        ('import {\n  a,\n  b,\n} from "../y/b.js";\nimport "./c.js";', ["y/b.js", "x/c.js"]),
        ('export { a } from "../b.js";\nexport * from "./d.js";', ["b.js", "x/d.js"]),
        ('export function a() {\n  return load("x/b.js").b("./c.js");\n}', []),
        ('export const a = "./b.js";', []),
    ],
)
def test_every_form_of_import_is_seen(source: str, expected: list[str]) -> None:
    assert imports_of("x/a.js", source) == expected
