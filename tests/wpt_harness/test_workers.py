"""Engine processes: what a test does to its process ends that test only.

The processes here are small programs that stand in for the engine.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from wpt_harness import workers
from wpt_harness.jobs import Job
from wpt_harness.workers import EngineProcess, Engines, run_jobs

FAKE = """
import json, os, sys, time
sys.stdin.readline()
for line in sys.stdin:
    job = json.loads(line)
    kind = job["test"]
    if kind == "crash":
        sys.stderr.write("last words\\n"); sys.stderr.flush(); os.kill(os.getpid(), 11)
    if kind == "exit":
        sys.exit(3)
    if kind == "hang":
        time.sleep(1000)
    if kind == "bomb":
        held = bytearray(os.urandom(1 << 20) * 300); time.sleep(1000)
    result = {"test": kind, "status": "CRASH" if kind == "engine bug" else "OK", "message": str(os.getpid())}
    print(json.dumps({**result, "stack": None, "subtests": [], "duration": 0, "log": []}), flush=True)
"""
COMMAND = (sys.executable, "-c", FAKE)


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "EXTRA_TIME", 0.1)
    monkeypatch.setattr(workers, "GRACE", 0.1)


def job(test: str, time_limit: float = 20) -> Job:
    return Job(test, f"https://example.test/{test}", time_limit)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_one_process_runs_many_tests() -> None:
    with EngineProcess({}, COMMAND) as engine:
        assert engine.run(job("one")).message == engine.run(job("two")).message


def test_a_crash_is_told_with_its_signal_and_last_words_and_the_next_test_runs() -> None:
    with EngineProcess({}, COMMAND) as engine:
        crashed = engine.run(job("crash"))
        assert crashed.status == "CRASH"
        assert "SIGSEGV" in (crashed.message or "") and "last words" in (crashed.message or "")
        assert "status 3" in (engine.run(job("exit")).message or "")
        assert engine.run(job("fine")).status == "OK"


def test_a_hang_is_a_timeout_and_the_next_test_runs() -> None:
    with EngineProcess({}, COMMAND) as engine:
        assert engine.run(job("hang", 0.1)).status == "TIMEOUT"
        assert engine.run(job("fine")).status == "OK"


def test_a_memory_bomb_is_a_crash_and_the_next_test_runs() -> None:
    with EngineProcess({}, COMMAND, memory_limit=150 << 20) as engine:
        result = engine.run(job("bomb"))
        assert (result.status, "150 MB" in (result.message or "")) == ("CRASH", True)
        assert engine.run(job("fine")).status == "OK"


def test_after_a_bug_of_the_engine_a_new_process_runs() -> None:
    with EngineProcess({}, COMMAND) as engine:
        assert engine.run(job("engine bug")).message != engine.run(job("fine")).message


def test_a_process_is_replaced_after_many_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "TESTS_BEFORE_STARTING_ANEW", 2)
    with EngineProcess({}, COMMAND) as engine:
        pids = [engine.run(job("fine")).message for _ in range(3)]
    assert pids[0] == pids[1] != pids[2]


def test_all_jobs_are_run_on_several_processes_whatever_they_do() -> None:
    jobs = [job("crash"), *(job(str(number)) for number in range(9)), job("exit")]
    results = {result.test: result.status for result in run_jobs(jobs, {}, 3, COMMAND)}
    assert results == {"crash": "CRASH", "exit": "CRASH", **{str(number): "OK" for number in range(9)}}


def test_no_process_is_left_when_a_run_is_given_up() -> None:
    run = run_jobs([job("fine"), job("hang"), job("hang")], {}, 2, COMMAND)
    pid = int(next(run).message or "")
    started = time.monotonic()
    run.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 5
    assert not is_running(pid)


def test_a_program_that_cannot_be_started_ends_the_run() -> None:
    with pytest.raises(FileNotFoundError):
        list(run_jobs([job("fine")], {}, 1, ("/nowhere/at/all",)))


def test_processes_get_ready_before_there_is_work_and_serve_several_runs() -> None:
    with Engines({}, COMMAND) as engines:
        engines.start(2)
        ready = {engine._process.pid for engine in engines._engines if engine._process is not None}
        first = {int(result.message or "") for result in engines.run([job(str(number)) for number in range(20)], 2)}
        second = {int(result.message or "") for result in engines.run([job("one more")], 2)}
        assert len(ready) == 2 and first <= ready and second <= ready
    assert not any(is_running(pid) for pid in ready)


def test_after_a_run_that_was_given_up_no_other_begins() -> None:
    with Engines({}, COMMAND) as engines:
        run = engines.run([job("fine"), job("hang")], 1)
        next(run)
        run.close()
        assert [result.status for result in engines.run([job("fine")], 1)] == ["SKIP"]


def test_what_a_process_leaves_behind_lies_in_the_folder_of_the_run(tmp_path: Path) -> None:
    program = FAKE.replace("str(os.getpid())", "__import__('tempfile').mkdtemp()")
    with EngineProcess({}, (sys.executable, "-c", program), folder=tmp_path) as engine:
        assert Path(engine.run(job("fine")).message or "").parent == tmp_path
