"""Sums for people."""

from __future__ import annotations

from collections.abc import Iterable

from wpt_harness.expectations import Judgement, Unexpected
from wpt_harness.manifest import Test
from wpt_harness.results import Counts

_COLUMNS = (
    "tests",
    "all pass",
    "subtests",
    "pass",
    "fail",
    "timeout",
    "not run",
    "harness errors",
    "crash",
    "skip",
    "unexpected",
    "seconds",
)


def counts_of_folders(judgements: Iterable[Judgement], depth: int = 3) -> dict[str, Counts]:
    """Folder, down to `depth` names → its sums; in the order of the names."""
    counts: dict[str, Counts] = {}
    for judgement in judgements:
        folder = "/".join(Test(judgement.result.test, "").folder.split("/")[: depth + 1]) or "/"
        counts.setdefault(folder, Counts()).add(judgement.result, len(judgement.unexpected))
    return dict(sorted(counts.items()))


def total(judgements: Iterable[Judgement]) -> Counts:
    counts = Counts()
    for judgement in judgements:
        counts.add(judgement.result, len(judgement.unexpected))
    return counts


def table(counts: dict[str, Counts]) -> str:
    """Plain text, one line for each folder and one for all of them."""
    whole = Counts()
    for one in counts.values():
        whole.include(one)
    rows = [("folder", *_COLUMNS), *((folder, *_cells(one)) for folder, one in counts.items())]
    if len(counts) > 1:
        rows.append(("all", *_cells(whole)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _cells(counts: Counts) -> tuple[str, ...]:
    subtests, tests = counts.subtest_statuses, counts.test_statuses
    errors = tests["ERROR"] + tests["PRECONDITION_FAILED"]
    numbers = (
        counts.tests, counts.tests_as_they_should_be, counts.subtests, counts.passed, subtests["FAIL"] + subtests["PRECONDITION_FAILED"],
        tests["TIMEOUT"], subtests["NOTRUN"], errors, tests["CRASH"], tests["SKIP"], counts.unexpected,
    )  # fmt: skip
    return (*map(str, numbers), f"{counts.seconds:.1f}")


def describe(unexpected: Unexpected, longest: int = 300) -> str:
    """One line about something that is not as expected."""
    what = unexpected.test if unexpected.subtest is None else f"{unexpected.test} | {unexpected.subtest}"
    expected = " or ".join(unexpected.expected)
    message = " ".join((unexpected.message or "").split())
    if len(message) > longest:
        message = message[: longest - 1] + "…"
    return f"{unexpected.status} (expected {expected}): {what}" + (f"\n    {message}" if message else "")
