"""`--timeout` and one Ctrl-C end the command, whatever a script is inside of: in a process of its own, whose end is waited for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_GENEROUS = 60  # seconds for a process on a machine that is busy with others; no assertion is about them

NEVER_ENDING = {
    "a search that takes years": "Array.prototype.indexOf.call({ length: Number.MAX_SAFE_INTEGER }, 1)",
    "a search in a long text": "'a'.repeat(2e6).lastIndexOf('a'.repeat(1e6) + 'b')",
    "a deep object": "let o = {}; for (let i = 0; i < 4e5; i++) o = { o }; JSON.stringify(o)",
}


def run(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "engine", "run", str(folder), "--json", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )


def site(folder: Path, script: str) -> Path:
    (folder / "index.html").write_text(f"<script>console.log('begins')</script><script>{script}</script>")
    return folder


@pytest.mark.parametrize("script", NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_the_timeout_ends_it(tmp_path: Path, script: str) -> None:
    process = run(site(tmp_path, script), "--timeout", "2")
    output, errors = process.communicate(timeout=_GENEROUS)
    assert (process.returncode, errors) == (5, "")
    events = [json.loads(line) for line in output.splitlines()]
    assert "end" in [event["event"] for event in events]


@pytest.mark.parametrize("script", NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_one_interrupt_ends_it(tmp_path: Path, script: str) -> None:
    process = run(site(tmp_path, script), "-v")
    assert process.stdout is not None
    while "begins" not in (line := process.stdout.readline()):
        assert line, process.communicate()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=_GENEROUS)
    assert (process.returncode, errors) == (130, "")
    assert json.loads(output.splitlines()[-1])["event"] == "interrupted"


def test_a_worker_that_cannot_be_stopped_does_not_keep_the_command(tmp_path: Path) -> None:
    (tmp_path / "w.js").write_text(NEVER_ENDING["a search that takes years"])
    process = run(site(tmp_path, "new Worker('w.js')"), "--timeout", "3")
    output, errors = process.communicate(timeout=_GENEROUS)
    assert (process.returncode, errors) == (0, "") or process.returncode == 5, output


def test_the_profile_is_free_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    profile = tmp_path / "profile"
    for _ in range(2):
        process = run(site(folder, NEVER_ENDING["a search that takes years"]), "--timeout", "2", "--profile", str(profile))
        assert process.communicate(timeout=_GENEROUS)[1] == "" and process.returncode == 5
    doctor = [sys.executable, "-m", "engine", "doctor", str(profile)]
    checked = subprocess.run(doctor, capture_output=True, text=True, timeout=_GENEROUS, check=False)
    assert (checked.returncode, "in order" in checked.stdout) == (0, True)
