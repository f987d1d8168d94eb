"""`run --trace`: traces of what does not pass, and of nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wpt_harness.checkout import Checkout
from wpt_harness.errors import BadReport
from wpt_harness.expectations import Deviation, Expectations
from wpt_harness.results import Result, SubtestResult
from wpt_harness.traces import Traces, trace_name, traces_in

ROOT = Path(__file__).parents[2]


def test_each_test_has_a_file_of_its_own() -> None:
    assert trace_name("/a/b.https.any.html") == "a_b.https.any.html.jsonl"
    names = {trace_name(test) for test in ("/a.html", "/a.html?x=1", "/a.html?x_1", "/a.html?x/1", "/" + "a" * 300, "/" + "a" * 301)}
    assert len(names) == 6
    assert all("/" not in name and len(name) < 200 for name in names)


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        (Result("/a.html", "OK", subtests=[SubtestResult("one", "PASS")]), False),
        (Result("/a.html", "OK", subtests=[SubtestResult("one", "FAIL")]), True),
        (Result("/a.html", "CRASH"), True),
        (Result("/a.html", "TIMEOUT"), True),
    ],
)
def test_only_what_does_not_pass_is_kept(tmp_path: Path, result: Result, kept: bool) -> None:
    (tmp_path / "unfinished").mkdir()
    unfinished = tmp_path / "unfinished" / trace_name("/a.html")
    unfinished.write_text("{}\n")
    with traces_in(tmp_path / "kept" / "deep"):
        Traces(tmp_path / "unfinished", tmp_path / "kept" / "deep").take(Expectations().judge(result))
    assert not unfinished.exists()
    assert (tmp_path / "kept" / "deep" / trace_name("/a.html")).exists() is kept


def test_what_passes_against_expectation_is_kept(tmp_path: Path) -> None:
    (tmp_path / trace_name("/a.html")).write_text("{}\n")
    (tmp_path / "kept").mkdir()
    expectations = Expectations([Deviation(["/a.html"], None, ["ERROR"], "because", tmp_path)])
    Traces(tmp_path, tmp_path / "kept").take(expectations.judge(Result("/a.html", "OK")))
    assert (tmp_path / "kept" / trace_name("/a.html")).exists()


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadReport, match="traces cannot be written"), traces_in(tmp_path / "file"):
        pass


def test_a_run_writes_the_trace_of_the_test_that_fails(tmp_path: Path, checkout: Checkout) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "passes.https.window.js").write_text("promise_test(() => fetch('/common/blank.html'), 'fetches');")
    (tests / "fails.https.window.js").write_text("promise_test(async () => assert_false((await fetch('/common/blank.html')).ok), 'no');")
    command = [sys.executable, "-m", "wpt_harness", "run", "--wpt", str(checkout.root), str(tests), "--trace", str(tmp_path / "traces")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    answer = subprocess.run(
        [*command, "--timeout-multiplier", "5"], capture_output=True, text=True, env=environment, timeout=120
    )
    assert answer.returncode == 1, answer.stdout + answer.stderr
    (trace,) = (tmp_path / "traces").iterdir()
    assert trace.name.endswith("fails.https.window.html.jsonl")
    steps = [json.loads(line) for line in trace.read_text().splitlines()]
    assert {"main_fetch", "http_network_fetch"} <= {step["algorithm"] for step in steps}
    assert set(steps[0]) == {"time", "algorithm", "step", "text", "specification", "thread"}
    assert not list(tmp_path.glob("afterpage-*")), "nothing temporary is left"
