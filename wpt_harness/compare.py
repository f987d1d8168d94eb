"""Two runs beside each other, subtest by subtest."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from wpt_harness.results import Result

Direction: TypeAlias = Literal["better", "worse", "same", "other", "only in the first", "only in the second"]
"""better, worse: passes in one of them only; other: neither passes, but they differ."""

_GOOD: Final = {"OK", "PASS"}


@dataclass(frozen=True, slots=True)
class Difference:
    """`subtest`: None for the test itself. `first`, `second`: statuses, None where a run does not have it."""

    test: str
    subtest: str | None
    first: str | None
    second: str | None
    message: str | None = None

    @property
    def direction(self) -> Direction:
        if self.first is None or self.second is None:
            return "only in the second" if self.first is None else "only in the first"
        if self.first == self.second:
            return "same"
        if self.second in _GOOD:
            return "better"
        return "worse" if self.first in _GOOD else "other"

    @property
    def name(self) -> str:
        return self.test if self.subtest is None else f"{self.test} | {self.subtest}"


@dataclass(slots=True)
class Comparison:
    """`passed`: subtests that passed in the first and in the second run."""

    counts: dict[Direction, int]
    passed: tuple[int, int]
    subtests: tuple[int, int]
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return not self.differences


def compare(first: Sequence[Result], second: Sequence[Result]) -> Comparison:
    """What differs, in the order of the names."""
    of_first, of_second = (
        {(test, subtest): (status, message) for test, subtest, status, message in _flat(run)} for run in (first, second)
    )
    counts: dict[Direction, int] = dict.fromkeys(
        ("better", "worse", "same", "other", "only in the first", "only in the second"), 0
    )
    comparison = Comparison(counts, (_passed(first), _passed(second)), (_count(first), _count(second)))
    for test, subtest in sorted({**of_first, **of_second}, key=lambda key: (key[0], key[1] is not None, key[1] or "")):
        status_of_first, status_of_second = of_first.get((test, subtest)), of_second.get((test, subtest))
        message = (status_of_second or status_of_first or (None, None))[1]
        difference = Difference(
            test, subtest, status_of_first and status_of_first[0], status_of_second and status_of_second[0], message
        )
        counts[difference.direction] += 1
        if difference.direction != "same":
            comparison.differences.append(difference)
    return comparison


def _flat(results: Iterable[Result]) -> Iterator[tuple[str, str | None, str, str | None]]:
    for result in results:
        yield result.test, None, result.status, result.message
        for subtest in result.subtests:
            yield result.test, subtest.name, subtest.status, subtest.message


def _passed(results: Iterable[Result]) -> int:
    return sum(subtest.status == "PASS" for result in results for subtest in result.subtests)


def _count(results: Iterable[Result]) -> int:
    return sum(len(result.subtests) for result in results)


def as_text(comparison: Comparison, first: str, second: str) -> str:
    lines = [f"{direction}: {count}" for direction, count in comparison.counts.items()]
    lines += [
        f"{name}: {passed} of {total} subtests pass"
        for name, passed, total in zip((first, second), comparison.passed, comparison.subtests, strict=True)
    ]
    for difference in comparison.differences:
        lines.append(
            f"{difference.direction}: {difference.name}: {difference.first or '–'} → {difference.second or '–'}"
        )
    return "\n".join(lines) + "\n"


_STYLE: Final = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; } table { border-collapse: collapse; }
td, th { padding: .2em .8em; text-align: left; vertical-align: top; }
tr { border-top: 1px solid #ddd; } .better { background: #e3f6e3; } .worse { background: #fbe3e3; } code { white-space: pre-wrap; }
"""


def as_html(comparison: Comparison, first: str, second: str) -> str:
    """A page of its own, without anything from elsewhere."""
    sums = "".join(
        f"<tr class='{direction}'><th>{direction}<td>{count}" for direction, count in comparison.counts.items()
    )
    rows = "".join(
        f"<tr class='{one.direction.split()[0]}'><td>{html.escape(one.test)}<td>{html.escape(one.subtest or '(the test itself)')}"
        f"<td>{one.first or '–'}<td>{one.second or '–'}<td><code>{html.escape(one.message or '')}</code>\n"
        for one in comparison.differences
    )
    title = f"{html.escape(first)} and {html.escape(second)}"
    passed = "".join(
        f"<p>{html.escape(name)}: {passed} of {total} subtests pass</p>"
        for name, passed, total in zip((first, second), comparison.passed, comparison.subtests, strict=True)
    )
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>"
    columns = f"<tr><th>test<th>subtest<th>{html.escape(first)}<th>{html.escape(second)}<th>message"
    return f"{head}<table>{sums}</table>{passed}<table>{columns}\n{rows}</table>\n"
