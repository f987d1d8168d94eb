"""Tests that do their worst to the real engine: that ends the test, and nothing else."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wpt_harness.checkout import Checkout
from wpt_harness.jobs import EXTRA_TIME, Job
from wpt_harness.run_tests import Plan, Ready, get_ready
from wpt_harness.workers import EngineProcess

TESTS = {
    "fine": "test(() => {}, 'fine');",
    "loop": "for (;;) {}",
    "microtasks": "(function again() { Promise.resolve().then(again) })();",
    "bomb": "const held = []; for (;;) held.push(new Uint8Array(1 << 24).fill(1));",
    "patient": "promise_test(() => new Promise(() => {}), 'never');",
}


@pytest.fixture(scope="module")
def ready(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("bad")
    for name, script in TESTS.items():
        (folder / f"{name}.https.window.js").write_text(script)
    with get_ready(Plan(checkout, [str(folder)])) as ready:
        yield ready


@pytest.fixture
def engine(ready: Ready, tmp_path: Path) -> Iterator[EngineProcess]:
    with EngineProcess(ready.settings.to_record(), memory_limit=400 << 20, folder=tmp_path) as engine:
        yield engine


def job(ready: Ready, name: str, seconds: float) -> Job:
    (test,) = (test for test in ready.tests if test.path.endswith(f"{name}.https.window.js"))
    return Job(test.url, ready.server.url_of(test.url, test.scheme), seconds - EXTRA_TIME)


def pid_of(engine: EngineProcess) -> int:
    process: Any = engine._process
    return int(process.pid)


@pytest.mark.parametrize("name", ["loop", "microtasks"])
def test_a_test_without_an_end_is_a_timeout_and_the_next_one_runs(ready: Ready, engine: EngineProcess, name: str) -> None:
    assert engine.run(job(ready, name, 1)).status == "TIMEOUT"
    assert engine.run(job(ready, "fine", 60)).status == "OK"


def test_a_memory_bomb_is_a_crash_and_the_next_test_runs(ready: Ready, engine: EngineProcess) -> None:
    result = engine.run(job(ready, "bomb", 60))
    assert (result.status, "held more than 400 MB" in (result.message or "")) == ("CRASH", True)
    assert engine.run(job(ready, "fine", 60)).status == "OK"


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL"])
def test_when_its_process_dies_it_is_a_crash_and_the_next_test_runs(ready: Ready, engine: EngineProcess, name: str) -> None:
    assert engine.run(job(ready, "fine", 60)).status == "OK"
    first = pid_of(engine)
    threading.Timer(0.3, os.kill, (first, signal.Signals[name])).start()
    result = engine.run(job(ready, "patient", 60))
    assert (result.status, name in (result.message or "")) == ("CRASH", True)
    assert engine.run(job(ready, "fine", 60)).status == "OK"
    assert pid_of(engine) != first
    assert not Path(f"/proc/{first}").exists()


def test_when_the_server_dies_the_run_ends_and_says_so(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "fine.https.window.js").write_text(TESTS["fine"])
    with get_ready(Plan(checkout, [str(tmp_path)])) as ready:
        os.killpg(ready.server.process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while ready.server.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(Exception, match="ended during the run"):
            ready.run()
