"""The packages of js_bindings import only to the left, and no two of its files import each other."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

BINDINGS = Path(__file__).resolve().parents[2] / "js_bindings"

ORDER = [
    "page.js",
    "intrinsics.js",
    "ops.js",
    "interfaces.js",
    "upcalls.js",
    "infra",
    "webidl",
    "realm",
    "url",
    "html/structured_clone",
    "dom",
    "performance",
    "csp",
    "permissions",
    "uievents",
    "selectors",
    "cssom",
    "messaging",
    "streams",
    "encoding",
    "compression",
    "file",
    "websockets",
    "fetch",
    "xhr",
    "cache",
    "beacon",
    "storage",
    "webcrypto",
    "console",
    "html/navigation",
    "html/window",
    "html/web_storage",
    "html/loading",
    "html/elements",
    "html/forms",
    "workers",
    "service_worker",
    "background_fetch",
    "boot.js",
]

# Who fetches by `load("…")`, when it is wanted, what stands to its right. This list may only become shorter.
# What the tables interfaces.js and upcalls.js name is fetched from wherever it is asked for.
LOOKS_UPWARD = {
    "ops.js": {"webidl"},
    "webidl": {"realm", "html/window"},
    "realm": {"html/structured_clone", "dom", "performance", "fetch", "cache", "webcrypto"},
    "url": {"file"},
    "dom": {"selectors", "cssom", "html/window", "html/loading"},
    "fetch": {"xhr"},
    "xhr": {"html/loading", "html/forms"},
    "html/navigation": {"html/window"},
    "html/window": {"html/web_storage", "html/loading", "html/elements", "service_worker"},
    "html/loading": {"service_worker"},
    "workers": {"service_worker"},
    "service_worker": {"background_fetch"},
}

IMPORT = re.compile(r'^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"(\.[^"]+)";', re.MULTILINE)

LOAD = re.compile(r'\bload\("([^"]+)"\)')


def imports_of(file: str, source: str) -> list[str]:
    """What a module imports as it is loaded, as paths below js_bindings. What `load("…")` fetches when it is wanted is none of it."""
    return [posixpath.normpath(posixpath.join(posixpath.dirname(file), target)) for target in IMPORT.findall(source)]


def sources() -> dict[str, str]:
    return {file.relative_to(BINDINGS).as_posix(): file.read_text() for file in sorted(BINDINGS.rglob("*.js"))}


def graph() -> dict[str, list[str]]:
    return {file: imports_of(file, source) for file, source in sources().items()}


def package_of(file: str) -> str:
    """The folder of a file; a file of no folder is its own package."""
    return posixpath.dirname(file) or file


def is_to_the_right(one: str, other: str) -> bool:
    """Whether the package of the file `one` comes after that of `other`."""
    return ORDER.index(package_of(one)) > ORDER.index(package_of(other))


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


def test_every_package_has_its_place_in_the_order() -> None:
    assert sorted({package_of(file) for file in sources()}) == sorted(ORDER)


def test_packages_import_only_to_the_left() -> None:
    found = [f"{file}: {other}" for file, others in graph().items() for other in others if is_to_the_right(other, file)]
    assert not found, "\n".join(found)


def test_what_is_fetched_from_the_right_is_listed_and_nothing_else_is() -> None:
    found: dict[str, set[str]] = {}
    for file, source in sources().items():
        for other in LOAD.findall(source):
            if is_to_the_right(other, file):
                found.setdefault(package_of(file), set()).add(package_of(other))
    assert found == LOOKS_UPWARD


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
