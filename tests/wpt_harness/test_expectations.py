"""Deviations, and what is unexpected beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from wpt_harness.errors import BadExpectations
from wpt_harness.expectations import Expectations, exactly, file_of, load_expectations
from wpt_harness.results import Result, SubtestResult


def expectations(folder: Path, **files: str) -> Expectations:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return load_expectations(folder)


def result(*subtests: tuple[str, str], status: str = "OK", test: str = "/a/b.html") -> Result:
    return Result(test, status, subtests=[SubtestResult(name, state) for name, state in subtests])  # type: ignore[arg-type]


ONE = """
[[deviation]]
tests = ["/a/b.html"]
subtests = ["exact", "begins with *", "a \\\\* star"]
status = "FAIL"
reason = "we know"
"""


def test_without_deviations_everything_must_pass(tmp_path: Path) -> None:
    judgement = expectations(tmp_path).judge(result(("one", "PASS"), ("two", "FAIL")))
    assert [(one.subtest, one.status, one.expected) for one in judgement.unexpected] == [("two", "FAIL", ("PASS",))]


def test_a_deviation_is_expected_by_name_and_by_pattern(tmp_path: Path) -> None:
    known = expectations(tmp_path, a=ONE)
    assert not known.judge(result(("exact", "FAIL"), ("begins with this", "FAIL"), ("a * star", "FAIL"))).unexpected
    assert known.judge(result(("a big star", "FAIL"))).unexpected
    assert known.judge(result(("exact", "FAIL"), test="/a/c.html")).unexpected


def test_an_unexpected_pass_is_unexpected(tmp_path: Path) -> None:
    unexpected = expectations(tmp_path, a=ONE).judge(result(("exact", "PASS"))).unexpected
    assert [(one.subtest, one.better) for one in unexpected] == [("exact", True)]


def test_the_status_of_the_test_itself_is_judged(tmp_path: Path) -> None:
    known = expectations(tmp_path, a='[[deviation]]\ntests = ["/a/*"]\nstatus = ["TIMEOUT", "OK"]\nreason = "slow"\n')
    assert not known.judge(result(status="TIMEOUT")).unexpected
    assert not known.judge(result(status="OK")).unexpected
    assert known.judge(result(status="CRASH")).unexpected


def test_the_file_for_everywhere_comes_last(tmp_path: Path) -> None:
    everywhere = '[[deviation]]\ntests = ["*shadowrealm*"]\nstatus = "SKIP"\nreason = "none here"\n'
    here = '[[deviation]]\ntests = ["/z/shadowrealm.html"]\nstatus = "ERROR"\nreason = "known"\n'
    known = expectations(tmp_path, everywhere=everywhere, z=here)
    assert known.skipped("/y/shadowrealm.html") == "none here"
    assert known.skipped("/z/shadowrealm.html") is None


def test_a_missing_reason_is_found(tmp_path: Path) -> None:
    known = expectations(tmp_path, a='[[deviation]]\ntests = ["/a/b.html"]\nstatus = "TIMEOUT"\nreason = " "\n')
    assert [one.tests for one in known.without_reason()] == [["/a/b.html"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "only"),
        ("[[deviation]]\nstatus = 'FAIL'", "tests"),
        ("[[deviation]]\ntests = ['/a']\nstatus = 'PASS'", "no status here"),
        ("[[deviation]]\ntests = ['/a']\nsubtests = ['x']\nstatus = 'PASS'", "no deviation"),
        ("[[deviation]]\ntests = ['/a']\nsubtests = ['x']\nstatus = 'CRASH'", "no status here"),
        ("[[deviation]]\ntests = ['/a']\nstatus = 'ERROR'\nwhy = 'x'", "why"),
        ("[[deviation]]\ntests = '/a'\nstatus = 'ERROR'", "list of strings"),
        ("not toml", "a.toml"),
    ],
)
def test_a_file_that_means_nothing_is_refused_with_its_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadExpectations, match=message):
        expectations(tmp_path, a=text)


def test_names_with_stars_can_be_written_exactly(tmp_path: Path) -> None:
    name = exactly("a * b")
    known = expectations(tmp_path, a=f"[[deviation]]\ntests = ['/a/b.html']\nsubtests = ['{name}']\nstatus = 'FAIL'\nreason = 'x'")
    assert known.of_subtest("/a/b.html", "a * b") == ("FAIL",)
    assert known.of_subtest("/a/b.html", "a x b") == ("PASS",)


@pytest.mark.parametrize(
    ("test", "file"),
    [
        ("/url/a.any.html?x=/y/", "url.toml"),
        ("/fetch/api/basic/a.html", "fetch/api.toml"),
        ("/a.html", "root.toml"),
    ],
)
def test_a_test_s_deviations_are_kept_by_folder(test: str, file: str) -> None:
    assert file_of(test) == file


def test_our_own_files_can_be_read() -> None:
    load_expectations()


def test_a_deviation_for_want_of_a_host_does_not_hold_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ONE + 'without_host = "example"\n')
    failing, passing = result(("exact", "FAIL")), result(("exact", "PASS"))
    without, having = load_expectations(tmp_path), load_expectations(tmp_path, ["example"])
    assert not without.judge(failing).unexpected and without.judge(passing).unexpected
    assert having.judge(failing).unexpected and not having.judge(passing).unexpected
