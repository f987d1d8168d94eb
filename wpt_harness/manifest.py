"""Which tests there are. The checkout's own SourceFile decides; no manifest of the whole tree is made."""

from __future__ import annotations

import difflib
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from wpt_harness.checkout import Checkout, command_in_the_checkout
from wpt_harness.errors import BrokenCheckout, UnknownPath
from wpt_harness.mounts import from_here, is_seen_from_here, mount_of

Scheme: TypeAlias = Literal["http", "https", "h2"]

TIME_LIMIT: Final = 10.0  # seconds
LONG_TIME_LIMIT: Final = 60.0
_SUFFIXES: Final = {
    ".any.js": ".any.",
    ".window.js": ".window.html",
    ".worker.js": ".worker.html",
}
"""Ends of source files and of the URLs that the server makes of them."""


@dataclass(frozen=True, slots=True)
class Test:
    """One test URL: a file in one scope and one variant.

    `url`: path and query, the name of the test everywhere. `path`: the file it comes from, within the checkout.
    """

    url: str
    path: str
    scheme: Scheme = "http"
    subdomain: bool = False
    long: bool = False

    @property
    def time_limit(self) -> float:
        """Seconds it may take by itself (https://web-platform-tests.org/writing-tests/testharness-api.html#harness-timeout)."""
        return LONG_TIME_LIMIT if self.long else TIME_LIMIT

    @property
    def folder(self) -> str:
        """Where it is, with a slash at the start and none at the end."""
        return self.url.partition("?")[0].rpartition("/")[0] or "/"


def discover(checkout: Checkout, selection: Sequence[str], exclude: Sequence[str] = ()) -> list[Test]:
    """All tests of the selection: folders or files within the checkout, or test URLs (without a query: all variants); or folders and
    files outside of it (see mounts.py).

    Those in the checkout with or without a slash at the start; what begins with "." is a path from the folder one is in. In names
    of files and folders "*" stands for anything. `exclude`: URLs, or what they begin with, that are left out. Sorted by URL, none twice.
    Raises UnknownPath for a part that names no test, BrokenCheckout when the checkout's own tools fail.
    """
    chosen: dict[str, Test] = {}
    inside: list[str] = []
    selection = [_from_here(checkout, part) for part in selection]
    for part in selection:
        outside = mount_of(checkout, part)
        if outside is None:
            inside.append(part)
            continue
        mount, path = outside
        # NB: to the checkout's tools nothing that lies at the top is a test.
        above, url = mount.folder.parent, mount.url.removesuffix(f"{mount.folder.name}/")
        found = _ask_the_checkout(checkout, [f"{mount.folder.name}/{path}".removesuffix("/.")], above, url)
        if not found:
            raise UnknownPath(f"{part}: no tests there")
        chosen |= {test.url: test for test in found}
    wanted = [_Wanted(checkout, part) for part in _expanded(checkout, inside)]
    tests = _ask_the_checkout(checkout, sorted({one.path for one in wanted}), checkout.root, "/") if wanted else []
    for one in wanted:
        found = [test for test in tests if one.includes(test)]
        if not found and one.part in selection:
            raise UnknownPath(f"{one.part}: no tests there" + _suggestion(one.part, tests))
        chosen |= {test.url: test for test in found}
    unwanted = tuple("/" + part.lstrip("/") for part in exclude)
    return [chosen[url] for url in sorted(chosen) if not url.startswith(unwanted)]


def _from_here(checkout: Checkout, part: str) -> str:
    """A path from the folder one is in, within the checkout as the checkout sees it; any other as it is."""
    if not is_seen_from_here(part):
        return part
    name, mark, query = part.partition("?")
    path = from_here(name)
    if path.is_relative_to(checkout.root):
        return f"{path.relative_to(checkout.root)}{mark}{query}"
    if not path.exists():
        raise UnknownPath(f"{part}: there is no {path}")
    return part


def _expanded(checkout: Checkout, selection: Sequence[str]) -> Iterator[str]:
    for part in selection:
        if "*" not in part:
            yield part
            continue
        found = [str(path.relative_to(checkout.root)) for path in checkout.root.glob(part.lstrip("/"))]
        sources = [path for path in found if not path.endswith(".headers")]
        if not sources:
            raise UnknownPath(f"{part}: nothing in {checkout.root} has such a name")
        yield from sources


class _Wanted:
    """One part of a selection."""

    def __init__(self, checkout: Checkout, part: str) -> None:
        self.part = part
        name = part.removeprefix(f"{checkout.root}/").lstrip("/")
        path, mark, query = name.partition("?")
        path = path.rstrip("/") or "."
        self.url = f"/{path}{mark}{query}" if path != "." else "/"
        source = path if (checkout.root / path).exists() and not mark else _source_of(checkout, path)
        if source is None:
            near = difflib.get_close_matches(
                path, [entry.name for entry in checkout.root.iterdir() if entry.is_dir()], 1
            )
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnknownPath(f"{part}: no such folder, file or test in {checkout.root}{hint}")
        self.path = source
        self._whole_file = source == path

    def includes(self, test: Test) -> bool:
        if not self._whole_file:
            return self.url in (test.url, test.url.partition("?")[0])
        return self.path == "." or test.path == self.path or test.path.startswith(f"{self.path}/")


def _source_of(checkout: Checkout, path: str) -> str | None:
    """The file that a test URL is made from."""
    candidates = [path]
    for end, made in _SUFFIXES.items():
        before, found, after = path.rpartition(made)
        if found and (after in ("html", "") or made == ".any."):
            candidates.append(before + end)
    return next((candidate for candidate in candidates if (checkout.root / candidate).is_file()), None)


def _ask_the_checkout(checkout: Checkout, paths: Iterable[str], folder: Path, url: str) -> list[Test]:
    """The tests in those paths of a folder that is served under a URL path."""
    command = [*command_in_the_checkout("discover.py"), str(checkout.root), str(folder), url, *paths]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL)
        found = json.loads(answer.stdout)
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-3:]
        raise BrokenCheckout(f"the checkout's own tools cannot list its tests:\n{chr(10).join(last)}") from error
    except ValueError as error:
        raise BrokenCheckout("the checkout's own tools gave no list of tests") from error
    for file, why in found["broken"]:
        print(f"{file} is left out: the checkout's own tools cannot read it: {why}", file=sys.stderr)
    return [Test(*fields) for fields in found["tests"]]


def _suggestion(part: str, tests: Iterable[Test]) -> str:
    near = difflib.get_close_matches("/" + part.lstrip("/"), [test.url for test in tests], 3, 0.8)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def chunk(tests: Sequence[Test], this: int, total: int) -> list[Test]:
    """The share of one of several machines (counted from 1). The tests of a folder stay together, wherever the list is cut."""
    return [
        test
        for test in tests
        if int.from_bytes(hashlib.sha256(test.folder.encode()).digest()[:8], "big") % total == this - 1
    ]
