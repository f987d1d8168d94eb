"""`run --subtest`: what of a run is looked at."""

from __future__ import annotations

import re
from dataclasses import replace

from wpt_harness.errors import UnknownPath
from wpt_harness.expectations import Expectations, Judgement
from wpt_harness.report import Report


class SubtestFilter:
    """The subtests of one name, in which "*" stands for anything; without a pattern all of them."""

    def __init__(self, pattern: str | None, expectations: Expectations) -> None:
        self._pattern = pattern
        self._expectations = expectations
        self._matches = re.compile(".*".join(map(re.escape, (pattern or "").split("*"))), re.DOTALL).fullmatch

    def of(self, judgement: Judgement) -> Judgement | None:
        """The judgement of the chosen subtests; None: the test has none.

        NB: a test that ended before it told of any subtest, against what we said, may have one.
        """
        if self._pattern is None:
            return judgement
        result = judgement.result
        chosen = [subtest for subtest in result.subtests if self._matches(subtest.name)]
        if chosen:
            return self._expectations.judge(replace(result, subtests=chosen))
        return judgement if not result.subtests and judgement.unexpected else None

    def of_report(self, report: Report) -> Report:
        """Only those. Raises UnknownPath when a run that came to its end has none."""
        kept = [chosen for judgement in report.judgements if (chosen := self.of(judgement)) is not None]
        if not kept and not report.interrupted and self._pattern is not None:
            near = _names_of(report)
            raise UnknownPath(f"--subtest {self._pattern}: no subtest has such a name{near}")
        return replace(report, judgements=kept)


def _names_of(report: Report, most: int = 3) -> str:
    names = [repr(subtest.name) for result in report.results for subtest in result.subtests]
    return f"; there are {', '.join(names[:most])}{', …' if len(names) > most else ''}" if names else ""

