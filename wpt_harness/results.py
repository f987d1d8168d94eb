"""What became of a test, in the words of the official runner (https://web-platform-tests.org/tools/wptrunner/docs/design.html)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

TestStatus: TypeAlias = Literal["OK", "ERROR", "TIMEOUT", "CRASH", "PRECONDITION_FAILED", "SKIP"]
SubtestStatus: TypeAlias = Literal["PASS", "FAIL", "TIMEOUT", "NOTRUN", "PRECONDITION_FAILED"]

HARNESS_CODES: Final[Mapping[int, TestStatus]] = {0: "OK", 1: "ERROR", 2: "TIMEOUT", 3: "PRECONDITION_FAILED"}
SUBTEST_CODES: Final[Mapping[int, SubtestStatus]] = {
    0: "PASS",
    1: "FAIL",
    2: "TIMEOUT",
    3: "NOTRUN",
    4: "PRECONDITION_FAILED",
}
TEST_STATUSES: Final[frozenset[str]] = frozenset({*HARNESS_CODES.values(), "CRASH", "SKIP"})
SUBTEST_STATUSES: Final[frozenset[str]] = frozenset(SUBTEST_CODES.values())

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def without_lone_surrogates(text: str) -> str:
    """As reports write them: U+d800."""
    return _LONE_SURROGATE.sub(lambda match: f"U+{ord(match[0]):x}", text)


@dataclass(slots=True)
class SubtestResult:
    """One `test()` of a file."""

    name: str
    status: SubtestStatus
    message: str | None = None
    stack: str | None = None


@dataclass(slots=True)
class Result:
    """One test URL. `duration`: seconds. `log`: what the page and its workers wrote to the console."""

    test: str
    status: TestStatus
    message: str | None = None
    stack: str | None = None
    subtests: list[SubtestResult] = field(default_factory=list)
    duration: float = 0.0
    log: list[str] = field(default_factory=list)

    def to_record(self) -> dict[str, Any]:
        """As it travels between processes."""
        subtests = [[subtest.name, subtest.status, subtest.message, subtest.stack] for subtest in self.subtests]
        return {
            "test": self.test, "status": self.status, "message": self.message, "stack": self.stack,
            "subtests": subtests, "duration": self.duration, "log": self.log,
        }  # fmt: skip

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Result:
        subtests = [SubtestResult(*fields) for fields in record["subtests"]]
        return cls(
            record["test"],
            record["status"],
            record["message"],
            record["stack"],
            subtests,
            record["duration"],
            record["log"],
        )

    @property
    def as_it_should_be(self) -> bool:
        """Whether everything passed."""
        return self.status == "OK" and all(subtest.status == "PASS" for subtest in self.subtests)


def from_the_harness(test: str, harness: Mapping[str, Any], subtests: Iterable[Sequence[Any]]) -> Result:
    """What testharness.js says of a file: its own status, and [name, status, message, stack] of each subtest."""
    found = [
        SubtestResult(without_lone_surrogates(name), SUBTEST_CODES[int(status)], _text(message), _text(stack))
        for name, status, message, stack in subtests
    ]
    return Result(
        test, HARNESS_CODES[int(harness["status"])], _text(harness.get("message")), _text(harness.get("stack")), found
    )


def _text(value: object) -> str | None:
    return None if value is None else without_lone_surrogates(str(value))


@dataclass(slots=True)
class Counts:
    """Sums over tests."""

    tests: int = 0
    tests_as_they_should_be: int = 0
    subtests: int = 0
    passed: int = 0
    test_statuses: Counter[str] = field(default_factory=Counter)
    subtest_statuses: Counter[str] = field(default_factory=Counter)
    unexpected: int = 0
    seconds: float = 0.0

    def add(self, result: Result, unexpected: int = 0) -> None:
        self.tests += 1
        self.tests_as_they_should_be += result.as_it_should_be
        self.subtests += len(result.subtests)
        self.passed += sum(subtest.status == "PASS" for subtest in result.subtests)
        self.test_statuses[result.status] += 1
        self.subtest_statuses.update(subtest.status for subtest in result.subtests)
        self.unexpected += unexpected
        self.seconds += result.duration

    def include(self, other: Counts) -> None:
        """Add the sums of other tests."""
        self.tests += other.tests
        self.tests_as_they_should_be += other.tests_as_they_should_be
        self.subtests += other.subtests
        self.passed += other.passed
        self.test_statuses += other.test_statuses
        self.subtest_statuses += other.subtest_statuses
        self.unexpected += other.unexpected
        self.seconds += other.seconds
