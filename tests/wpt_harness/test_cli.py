"""The command: its answers and its exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from wpt_harness.checkout import _NEEDED, Checkout

ROOT = Path(__file__).parents[2]


def command(*arguments: str, cache: Path, check_out: Checkout | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line(*arguments, check_out=check_out), capture_output=True, text=True, env=environment(cache), timeout=60)


def line(*arguments: str, check_out: Checkout | None = None) -> Sequence[str]:
    first, *others = arguments
    return [sys.executable, "-m", "wpt_harness", first, *(["--wpt", str(check_out.root)] if check_out else []), *others]


def environment(cache: Path | None = None) -> dict[str, str]:
    """`cache`: a folder without a checkout; by default the user's, where the bindings are compiled already."""
    inherited = {name: value for name, value in os.environ.items() if name != "WPT_ROOT"}
    return {**inherited, "PYTHONPATH": str(ROOT), **({} if cache is None else {"XDG_CACHE_HOME": str(cache)})}


def test_without_a_checkout_it_says_what_to_do(tmp_path: Path) -> None:
    for name in ("run", "list", "update"):
        answer = command(name, "background-fetch", cache=tmp_path)
        assert answer.returncode == 3
        assert "no web-platform-tests checkout" in answer.stderr and "Traceback" not in answer.stderr


def test_a_broken_checkout_is_told_by_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "wpt" / "resources").mkdir(parents=True)
    for name in ("run", "list", "update"):
        answer = command(name, "background-fetch", "--wpt", str(tmp_path / "wpt"), cache=tmp_path)
        assert answer.returncode == 3
        assert "not a whole web-platform-tests checkout" in answer.stderr and "testharness.js" in answer.stderr
        assert "Traceback" not in answer.stderr


def test_a_checkout_whose_tools_fail_is_told_with_their_words(tmp_path: Path) -> None:
    root = tmp_path / "wpt"
    for name in _NEEDED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "tools" / "localpaths.py").write_text("raise SystemExit('it does not work')")
    (root / "background-fetch").mkdir()
    answer = command("run", "background-fetch", "--wpt", str(root), cache=tmp_path)
    assert (answer.returncode, "it does not work" in answer.stderr, "Traceback" in answer.stderr) == (3, True, False)


def test_a_path_without_tests_is_a_usage_error(tmp_path: Path, checkout: Checkout) -> None:
    answer = command("run", "backgrond-fetch", cache=tmp_path, check_out=checkout)
    assert (answer.returncode, "did you mean background-fetch" in answer.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [["run"], ["run", "x", "-j", "0"], ["nonsense"], ["run", "x", "--host", "example"]])
def test_a_command_line_that_means_nothing_is_a_usage_error(tmp_path: Path, arguments: list[str]) -> None:
    answer = command(*arguments, cache=tmp_path)
    assert (answer.returncode, "Traceback" in answer.stderr) == (2, False)


def test_a_report_that_cannot_be_written_ends_it_before_the_run(tmp_path: Path) -> None:
    answer = command("run", "background-fetch", "--wptreport", str(tmp_path), cache=tmp_path)
    assert (answer.returncode, "cannot be written" in answer.stderr) == (3, True)


def test_traces_that_cannot_be_written_end_it_before_the_run(tmp_path: Path, checkout: Checkout) -> None:
    (tmp_path / "file").touch()
    answer = command("run", "background-fetch", "--trace", str(tmp_path / "file"), cache=tmp_path, check_out=checkout)
    assert (answer.returncode, "traces cannot be written" in answer.stderr) == (3, True)


def test_list_prints_one_url_a_line(tmp_path: Path, checkout: Checkout) -> None:
    answer = command("list", "background-fetch/get.https.window.js", cache=tmp_path, check_out=checkout)
    assert (answer.returncode, answer.stdout) == (0, "/background-fetch/get.https.window.html\n")


def test_compare_tells_by_its_exit_code(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text('{"results": [{"test": "/a", "status": "OK", "subtests": []}]}')
    two.write_text('{"results": [{"test": "/a", "status": "ERROR", "subtests": []}]}')
    assert command("compare", str(one), str(one), cache=tmp_path).returncode == 0
    answer = command("compare", str(one), str(two), "--html", str(tmp_path / "page.html"), cache=tmp_path)
    assert (answer.returncode, "worse: /a: OK → ERROR" in answer.stdout) == (1, True)
    assert "<table>" in (tmp_path / "page.html").read_text()
    assert command("compare", str(one), str(tmp_path / "none.json"), cache=tmp_path).returncode == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_and_leaves_no_process(tmp_path: Path, checkout: Checkout, number: signal.Signals) -> None:
    run = line("run", "background-fetch/abort.https.window.js", "--repeat", "500", check_out=checkout)
    child = subprocess.Popen(run, env={**environment(), "TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while len(started := children_of(child.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert {"serve.py", "wpt_harness.engine_process"} <= set(started.values())
    time.sleep(0.5)  # in the midst of a test
    child.send_signal(number)
    _, errors = child.communicate(timeout=20)
    assert child.returncode == 130, errors.decode()
    assert b"interrupted" in errors and b"Traceback" not in errors
    assert not [pid for pid in started if is_running(pid)]
    assert not list(tmp_path.glob("afterpage-*")), "nothing temporary is left"


def children_of(pid: int) -> dict[int, str]:
    """Process → what it is, of the children that a run needs for long."""
    answer = subprocess.run(["ps", "-A", "-ww", "-o", "ppid=,pid=,args="], capture_output=True, text=True, check=True)
    rows = (row.split(maxsplit=2) for row in answer.stdout.splitlines())
    names = ("serve.py", "wpt_harness.engine_process")
    found = {int(number): [name for name in names if name in command] for parent, number, command in rows if int(parent) == pid}
    return {number: name for number, (name, *_) in ((number, names) for number, names in found.items() if names)}


def is_running(pid: int) -> bool:
    answer = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True)
    return bool(answer.stdout.strip()) and not answer.stdout.startswith("Z")
