"""The format of wpt.fyi."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from wpt_harness.errors import BadReport
from wpt_harness.expectations import Deviation, Expectations
from wpt_harness.report import Report, check_writable, read_results, run_info, to_wptreport, write_report
from wpt_harness.results import Result, SubtestResult, from_the_harness


def report() -> Report:
    known = Expectations(
        [
            Deviation(["/a.html"], ["one"], ["FAIL", "PASS"], "why", Path("a.toml")),
            Deviation(["/a.html"], ["two"], ["FAIL"], "why", Path("a.toml")),
        ]
    )
    result = Result("/a.html", "TIMEOUT", "slow", duration=1.5, subtests=[SubtestResult("one", "PASS"), SubtestResult("two", "FAIL", "m")])
    return Report(run_info("0" * 40), 10.0, 12.5, [known.judge(result)])


def test_the_report_has_what_wpt_fyi_requires() -> None:
    written = to_wptreport(report())
    assert {"product", "browser_version", "os", "revision"} <= set(written["run_info"])
    assert (written["time_start"], written["time_end"]) == (10000, 12500)
    [test] = written["results"]
    assert (test["test"], test["status"], test["expected"], test["duration"], test["subsuite"]) == ("/a.html", "TIMEOUT", "OK", 1500, "")


def test_expected_is_told_only_where_it_differs() -> None:
    one, two = to_wptreport(report())["results"][0]["subtests"]
    assert (one["expected"], one["known_intermittent"]) == ("FAIL", ["PASS"])
    assert "expected" not in two and "known_intermittent" not in two


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "report.json"
    write_report(report(), file)
    info, [result] = read_results(file)
    assert info["product"] == "afterpage"
    assert (result.test, result.status, result.duration) == ("/a.html", "TIMEOUT", 1.5)
    assert [(subtest.name, subtest.status, subtest.message) for subtest in result.subtests] == [("one", "PASS", None), ("two", "FAIL", "m")]
    assert [entry.name for entry in file.parent.iterdir()] == ["report.json"]


def test_lone_surrogates_are_written_as_the_official_runner_writes_them() -> None:
    result = from_the_harness("/a.html", {"status": 0}, [["\ud800!", 0, None, None]])
    assert result.subtests[0].name == "U+d800!"


@pytest.mark.parametrize("content", ["", "[]", '{"results": [{}]}', '{"results": 1}'])
def test_what_is_no_report_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(BadReport, match=r"x\.json"):
        read_results(file)


def test_a_report_that_cannot_be_written_is_known_before_the_run(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "report.json")
    with pytest.raises(BadReport):
        check_writable(tmp_path)
    (tmp_path / "file").write_text(json.dumps({}))
    with pytest.raises(BadReport):
        check_writable(tmp_path / "file" / "report.json")
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(BadReport):
            check_writable(tmp_path / "report.json")
