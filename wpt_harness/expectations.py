"""What is known to deviate from "every test OK, every subtest PASS", and why.

expectations/*.toml, one file for each folder of tests; the file `everywhere.toml` holds for all. A file is a list of deviations:

    [[deviation]]
    tests = ["/fetch/api/basic/keepalive.any.html"]       # names; "*" stands for anything, "\\*" for a star
    subtests = ["A name", "Names beginning with *"]       # without it, the deviation is the test's own
    status = "FAIL"                                       # several statuses: it comes and goes
    reason = "…"                                          # at least a few words: without it no run passes
    without_host = "example"                              # holds only where --host does not give this name

For a test itself, status "SKIP" means that it is not run at all. The first deviation that names a thing decides; a test or subtest that
does better than it is said to counts as unexpected, like one that does worse.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from wpt_harness.errors import BadExpectations
from wpt_harness.results import SUBTEST_STATUSES, TEST_STATUSES, Result

OUR_EXPECTATIONS: Final = Path(__file__).parent / "expectations"
EVERYWHERE: Final = "everywhere.toml"
_KEYS: Final = {"tests", "subtests", "status", "reason", "without_host"}
_STAR: Final = re.compile(r"(?<!\\)\*")

Kind: TypeAlias = Literal["test", "subtest"]


@dataclass(slots=True)
class Deviation:
    """One entry of a file."""

    tests: list[str]
    subtests: list[str] | None
    status: list[str]
    reason: str
    file: Path
    without_host: str | None = None

    @property
    def kind(self) -> Kind:
        return "test" if self.subtests is None else "subtest"


@dataclass(frozen=True, slots=True)
class Unexpected:
    """Something that is not as we said. `subtest`: None for the test itself. `expected`: the statuses that would have been as said."""

    test: str
    subtest: str | None
    status: str
    expected: tuple[str, ...]
    message: str | None = None

    @property
    def better(self) -> bool:
        """Whether it passed though we said it would not."""
        return self.status in ("OK", "PASS")


@dataclass(slots=True)
class Judgement:
    """A result and what is unexpected of it; and what was expected wherever that is not OK or PASS, as reports want it."""

    result: Result
    unexpected: list[Unexpected] = field(default_factory=list)
    expected: tuple[str, ...] = ("OK",)
    expected_subtests: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Expectations:
    """Everything the files say."""

    def __init__(self, deviations: Sequence[Deviation] = ()) -> None:
        self.deviations = list(deviations)
        self._matchers = _Matchers(self.deviations)

    def of_test(self, test: str) -> tuple[str, ...]:
        """The statuses a test may have."""
        return self._matchers.find(test, None) or ("OK",)

    def of_subtest(self, test: str, subtest: str) -> tuple[str, ...]:
        return self._matchers.find(test, subtest) or ("PASS",)

    def skipped(self, test: str) -> str | None:
        """Why a test is not run; None when it is."""
        found = self._matchers.deviation(test, None)
        return found.reason if found is not None and "SKIP" in found.status else None

    def judge(self, result: Result) -> Judgement:
        judgement = Judgement(result, expected=self.of_test(result.test))
        if result.status not in judgement.expected:
            judgement.unexpected.append(
                Unexpected(result.test, None, result.status, judgement.expected, result.message)
            )
        for subtest in result.subtests:
            expected = self.of_subtest(result.test, subtest.name)
            if expected != ("PASS",):
                judgement.expected_subtests[subtest.name] = expected
            if subtest.status not in expected:
                judgement.unexpected.append(
                    Unexpected(result.test, subtest.name, subtest.status, expected, subtest.message)
                )
        return judgement

    def names(self, test: str) -> bool:
        """Whether anything is said of a test or of its subtests."""
        return self._matchers.names(test)

    def without_reason(self) -> list[Deviation]:
        return [deviation for deviation in self.deviations if not deviation.reason.strip()]

    def deviation(self, test: str, subtest: str | None) -> Deviation | None:
        """The entry that decides about a test, or one of its subtests."""
        return self._matchers.deviation(test, subtest)


class _Matchers:
    """The deviations, found quickly: by name where a name has no star."""

    def __init__(self, deviations: Iterable[Deviation]) -> None:
        self._entries = [
            (_names(deviation.tests), None if deviation.subtests is None else _names(deviation.subtests), deviation)
            for deviation in deviations
        ]
        self._of_test: dict[str, list[tuple[_Names | None, Deviation]]] = {}

    def names(self, test: str) -> bool:
        return any(tests.include(test) for tests, _, _ in self._entries)

    def deviation(self, test: str, subtest: str | None) -> Deviation | None:
        entries = self._of_test.get(test)
        if entries is None:
            entries = self._of_test[test] = [
                (subtests, deviation) for tests, subtests, deviation in self._entries if tests.include(test)
            ]
        for subtests, deviation in entries:
            if (subtest is None) if subtests is None else (subtest is not None and subtests.include(subtest)):
                return deviation
        return None

    def find(self, test: str, subtest: str | None) -> tuple[str, ...] | None:
        found = self.deviation(test, subtest)
        return None if found is None else tuple(found.status)


@dataclass(frozen=True, slots=True)
class _Names:
    exact: frozenset[str]
    patterns: re.Pattern[str] | None

    def include(self, name: str) -> bool:
        return name in self.exact or (self.patterns is not None and self.patterns.fullmatch(name) is not None)


def _names(names: Iterable[str]) -> _Names:
    parts = [_STAR.split(name) for name in names]
    exact = frozenset(_unescape(one[0]) for one in parts if len(one) == 1)
    starred = [".*".join(re.escape(_unescape(part)) for part in one) for one in parts if len(one) > 1]
    return _Names(exact, re.compile("|".join(starred), re.DOTALL) if starred else None)


def exactly(name: str) -> str:
    """A name as it stands in a file, its own stars escaped."""
    return name.replace("*", "\\*")


def _unescape(part: str) -> str:
    return part.replace("\\*", "*")


def file_of(test: str) -> str:
    """The file a test's deviations are written to: its first two folders, "fetch/api.toml"."""
    folders = test.partition("?")[0].split("/")[1:-1]
    return "/".join(folders[:2] or ["root"]) + ".toml"


def load_expectations(folder: Path = OUR_EXPECTATIONS, hosts: Collection[str] = ()) -> Expectations:
    """`hosts`: the names that --host gives. Raises BadExpectations."""
    files = sorted(folder.rglob("*.toml"), key=lambda file: (file.name == EVERYWHERE, file))
    found = [deviation for file in files for deviation in read_file(file)]
    return Expectations([deviation for deviation in found if deviation.without_host not in hosts])


def read_file(file: Path) -> list[Deviation]:
    """The deviations of one file. Raises BadExpectations."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadExpectations(f"{file}: {error}") from error
    entries = content.pop("deviation", [])
    if content or not isinstance(entries, list):
        raise BadExpectations(f"{file}: only [[deviation]] tables belong here")
    return [_read(entry, file, number) for number, entry in enumerate(entries, 1)]


def _read(entry: dict[str, object], file: Path, number: int) -> Deviation:
    where = f"{file}: deviation {number}"
    if unknown := set(entry) - _KEYS:
        raise BadExpectations(f"{where}: {', '.join(sorted(unknown))} has no meaning")
    tests = _strings(entry.get("tests"), f"{where}: tests")
    subtests = None if "subtests" not in entry else _strings(entry["subtests"], f"{where}: subtests")
    status = entry.get("status")
    statuses = [status] if isinstance(status, str) else _strings(status, f"{where}: status")
    allowed = TEST_STATUSES if subtests is None else SUBTEST_STATUSES
    if wrong := [status for status in statuses if status not in allowed]:
        raise BadExpectations(f"{where}: {wrong[0]} is no status here; there are {', '.join(sorted(allowed))}")
    if statuses in (["OK"], ["PASS"]):
        raise BadExpectations(f"{where}: {statuses[0]} is no deviation")
    reason = entry.get("reason", "")
    if not isinstance(reason, str):
        raise BadExpectations(f"{where}: the reason must be a string")
    host = entry.get("without_host")
    if host is not None and not isinstance(host, str):
        raise BadExpectations(f"{where}: without_host must be a string")
    return Deviation(tests, subtests, statuses, reason, file, host)


def _strings(value: object, what: str) -> list[str]:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return value
    raise BadExpectations(f"{what} must be a list of strings")


def statuses_seen(results: Sequence[Result]) -> dict[tuple[str, str | None], set[str]]:
    """(test, subtest or None) → the statuses it had in one or several runs."""
    seen: dict[tuple[str, str | None], set[str]] = {}
    for result in results:
        seen.setdefault((result.test, None), set()).add(result.status)
        for subtest in result.subtests:
            seen.setdefault((result.test, subtest.name), set()).add(subtest.status)
    return seen
