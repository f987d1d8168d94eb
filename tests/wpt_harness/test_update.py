"""Rewriting expectation files."""

from __future__ import annotations

from pathlib import Path

from wpt_harness.expectations import load_expectations, read_file
from wpt_harness.results import Result, SubtestResult
from wpt_harness.update import update


def result(*subtests: tuple[str, str], status: str = "OK", test: str = "/a/b.html") -> Result:
    return Result(test, status, subtests=[SubtestResult(name, state) for name, state in subtests])  # type: ignore[arg-type]


def deviation(tests: str, status: str, reason: str, subtests: str | None = None) -> str:
    lines = ["[[deviation]]", f"tests = [{tests}]", f'status = "{status}"', f'reason = "{reason}"']
    if subtests is not None:
        lines.append(f"subtests = [{subtests}]")
    return "\n".join(lines) + "\n"


def test_new_deviations_are_written_without_a_reason(tmp_path: Path) -> None:
    changes = update(tmp_path, [result(("bad \u007f\n\"one\" *", "FAIL"), ("good", "PASS"), status="ERROR")])
    assert (changes.added, changes.without_reason) == (2, 2)
    known = load_expectations(tmp_path)
    assert known.of_test("/a/b.html") == ("ERROR",)
    assert known.of_subtest("/a/b.html", "bad \u007f\n\"one\" *") == ("FAIL",)
    assert len(known.without_reason()) == 2


def test_an_update_is_followed_by_a_run_as_expected(tmp_path: Path) -> None:
    results = [result(("x", "FAIL"), ("y", "NOTRUN"), status="TIMEOUT"), result(("x", "FAIL"), test="/a/c.html")]
    update(tmp_path, results)
    known = load_expectations(tmp_path)
    assert not [one for each in results for one in known.judge(each).unexpected]
    assert not update(tmp_path, results).files


def test_reasons_stay_and_what_passes_now_goes(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(deviation('"/a/b.html"', "FAIL", "because", '"one", "two"'))
    update(tmp_path, [result(("one", "FAIL"), ("two", "PASS"))])
    assert [(one.subtests, one.reason) for one in read_file(tmp_path / "a.toml")] == [(["one"], "because")]
    update(tmp_path, [result(("one", "PASS"), ("two", "PASS"))])
    assert not (tmp_path / "a.toml").exists()


def test_tests_that_were_not_run_keep_theirs(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(deviation('"/a/b.html", "/a/c.html"', "FAIL", "because", '"one"'))
    update(tmp_path, [result(("one", "PASS"))])
    assert [one.tests for one in read_file(tmp_path / "a.toml")] == [["/a/c.html"]]


def test_a_pattern_that_is_right_of_all_stays(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(deviation('"/a/*"', "FAIL", "because", '"one *"'))
    before = (tmp_path / "a.toml").read_text()
    assert not update(tmp_path, [result(("one 1", "FAIL"), ("one 2", "FAIL"))]).files
    assert (tmp_path / "a.toml").read_text() == before


def test_a_pattern_that_is_wrong_is_written_out(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(deviation('"/a/*"', "FAIL", "because", '"one *"'))
    update(tmp_path, [result(("one 1", "FAIL"), ("one 2", "PASS"), ("one 3", "TIMEOUT"))])
    found = [(one.subtests, one.status, one.reason) for one in read_file(tmp_path / "a.toml")]
    assert found == [(["one 1"], ["FAIL"], "because"), (["one 3"], ["TIMEOUT"], "")]


def test_what_comes_and_goes_gets_all_its_statuses(tmp_path: Path) -> None:
    update(tmp_path, [result(("x", "FAIL")), result(("x", "PASS"))])
    assert load_expectations(tmp_path).of_subtest("/a/b.html", "x") == ("FAIL", "PASS")


def test_tests_that_are_skipped_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "everywhere.toml").write_text(deviation('"*"', "SKIP", "none here"))
    assert not update(tmp_path, [result(status="SKIP")]).files


def test_what_depends_on_a_host_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(deviation('"/a/b.html"', "FAIL", "no such host", subtests='"x"') + 'without_host = "example"\n')
    update(tmp_path, [result(("x", "PASS"), ("y", "FAIL"))])
    assert [(one.subtests, one.without_host) for one in read_file(file)] == [(["x"], "example"), (["y"], None)]
