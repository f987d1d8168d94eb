"""Two runs beside each other."""

from __future__ import annotations

from wpt_harness.compare import as_html, as_text, compare
from wpt_harness.results import Result, SubtestResult


def run(*subtests: tuple[str, str], status: str = "OK") -> list[Result]:
    return [Result("/a.html", status, subtests=[SubtestResult(name, state) for name, state in subtests])]  # type: ignore[arg-type]


def test_the_same_run_twice_is_the_same() -> None:
    comparison = compare(run(("x", "PASS")), run(("x", "PASS")))
    assert comparison.is_same
    assert comparison.counts["same"] == 2


def test_every_direction_is_told() -> None:
    first = run(("a", "PASS"), ("b", "FAIL"), ("c", "FAIL"), ("d", "PASS"))
    second = run(("a", "FAIL"), ("b", "PASS"), ("c", "TIMEOUT"), ("e", "PASS"))
    comparison = compare(first, second)
    assert {one.subtest: one.direction for one in comparison.differences} == {
        "a": "worse", "b": "better", "c": "other", "d": "only in the first", "e": "only in the second",
    }  # fmt: skip
    assert (comparison.passed, comparison.subtests) == ((2, 2), (4, 4))


def test_a_page_shows_names_as_text() -> None:
    comparison = compare(run(("<b>", "PASS")), run(("<b>", "FAIL")))
    assert "&lt;b&gt;" in as_html(comparison, "one", "two")
    assert "worse: /a.html | <b>: PASS → FAIL" in as_text(comparison, "one", "two")
