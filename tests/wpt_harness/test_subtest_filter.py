"""`run --subtest`: only what was asked for is shown, counted, judged and traced."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from wpt_harness.checkout import Checkout
from wpt_harness.display import Display
from wpt_harness.errors import UnknownPath
from wpt_harness.expectations import Expectations, Judgement
from wpt_harness.manifest import discover
from wpt_harness.report import Report
from wpt_harness.results import Result, SubtestResult, TestStatus
from wpt_harness.subtest_filter import SubtestFilter

ROOT = Path(__file__).parents[2]
EVERYTHING_PASSES = Expectations()


def judged(test: str, *subtests: tuple[str, bool], status: TestStatus = "OK") -> Judgement:
    found = [SubtestResult(name, "PASS" if passes else "FAIL") for name, passes in subtests]
    return EVERYTHING_PASSES.judge(Result(test, status, subtests=found))


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        ("a fetch", ["a fetch"]),
        ("a *", ["a fetch", "a [bracket]?"]),
        ("*r*", ["the rest", "a [bracket]?"]),
        ("a [bracket]?", ["a [bracket]?"]),
        ("a ?etch", []),
        ("A FETCH", []),
        ("fetch", []),
        ("*", ["a fetch", "the rest", "a [bracket]?", "two\nlines"]),
        ("two*lines", ["two\nlines"]),
        ("", []),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_does(pattern: str, chosen: list[str]) -> None:
    judgement = judged("/a.html", ("a fetch", True), ("the rest", False), ("a [bracket]?", True), ("two\nlines", True))
    found = SubtestFilter(pattern, EVERYTHING_PASSES).of(judgement)
    assert ([] if found is None else [subtest.name for subtest in found.result.subtests]) == chosen


def test_what_was_not_asked_for_is_not_unexpected() -> None:
    judgement = judged("/a.html", ("chosen", True), ("other", False))
    found = SubtestFilter("chosen", EVERYTHING_PASSES).of(judgement)
    assert found is not None and (found.unexpected, len(judgement.unexpected)) == ([], 1)
    assert SubtestFilter(None, EVERYTHING_PASSES).of(judgement) is judgement


def test_a_test_that_ended_before_it_told_of_any_subtest_is_not_lost() -> None:
    chosen = SubtestFilter("chosen", EVERYTHING_PASSES)
    assert chosen.of(judged("/crash.html", status="CRASH")) is not None
    assert chosen.of(judged("/other.html", ("other", True), status="TIMEOUT")) is None
    assert chosen.of(judged("/nothing.html")) is None


def test_a_name_that_no_subtest_has_is_told_with_names_that_are_there() -> None:
    report = Report({}, 0, 0, [judged("/a.html", ("one", True), ("two", True))])
    with pytest.raises(UnknownPath, match="--subtest three: no subtest has such a name; there are 'one', 'two'"):
        SubtestFilter("three", EVERYTHING_PASSES).of_report(report)
    report.interrupted = True
    assert SubtestFilter("three", EVERYTHING_PASSES).of_report(report).judgements == []


def test_while_it_runs_only_what_was_asked_for_is_shown_and_counted() -> None:
    stream = StringIO()
    with Display(2, stream, every_test=True) as display:
        chosen = SubtestFilter("chosen", EVERYTHING_PASSES)
        for judgement in (judged("/a.html", ("chosen", True), ("other", False)), judged("/b.html", ("other", False))):
            display.show(chosen.of(judgement))
    assert "1/1" in stream.getvalue() and "/a.html" in stream.getvalue()
    assert "/b.html" not in stream.getvalue() and "FAIL" not in stream.getvalue()


@pytest.fixture
def own_tests(tmp_path: Path) -> Path:
    """A folder of tests outside of every checkout."""
    folder = tmp_path / "lessons" / "first"
    folder.mkdir(parents=True)
    (folder / "one.window.js").write_text("test(() => {}, 'it passes'); test(() => { assert_true(false) }, 'it fails');")
    (folder / "two.any.js").write_text("test(() => { assert_true(false) }, 'it fails, too');")
    return folder


def run(checkout: Checkout, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "WPT_ROOT"}
    line = [sys.executable, "-m", "wpt_harness", "run", "--wpt", str(checkout.root), "-j", "1", *arguments]
    environment = {**inherited, "PYTHONPATH": str(ROOT)}
    return subprocess.run(line, capture_output=True, text=True, cwd=folder, timeout=120, env=environment)


def test_a_run_of_one_subtest_shows_nothing_else(checkout: Checkout, own_tests: Path) -> None:
    traces = own_tests.parent / "traces"
    answer = run(checkout, own_tests, ".", "--subtest", "it passes", "-v", "--trace", str(traces))
    assert answer.returncode == 0, answer.stderr
    assert "FAIL" not in answer.stdout + answer.stderr and "two.any" not in answer.stdout + answer.stderr
    assert "1/1" in answer.stderr and "all as expected" in answer.stdout
    assert list(traces.iterdir()) == []


def test_the_folder_one_is_in_is_not_the_checkout(checkout: Checkout, own_tests: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = ["/lessons/first/one.window.html", "/lessons/first/two.any.html", "/lessons/first/two.any.worker.html"]
    monkeypatch.chdir(own_tests)
    for here in (".", "./", "../first", "../first/.", str(own_tests)):
        assert [test.url for test in discover(checkout, [here])] == every
    assert [test.url for test in discover(checkout, ["./one.window.js"])] == every[:1]
    monkeypatch.chdir(own_tests.parent)
    assert [test.url for test in discover(checkout, ["./first"])] == every
    for nowhere in ("./nothing", "../nothing/at/all"):
        with pytest.raises(UnknownPath, match="there is no /"):
            discover(checkout, [nowhere])


def test_in_the_checkout_the_folder_one_is_in_is_that_of_the_checkout(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout.root / "background-fetch")
    whole = discover(checkout, ["background-fetch"])
    assert discover(checkout, ["."]) == whole
    assert discover(checkout, ["./idlharness.https.any.js"]) == [test for test in whole if test.path.endswith("/idlharness.https.any.js")]
    assert discover(checkout, ["../background-fetch"]) == whole
