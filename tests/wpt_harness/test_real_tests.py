"""A real test in the real engine, from the checkout on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from wpt_harness.checkout import Checkout

ROOT = Path(__file__).parents[2]


def test_a_window_test_with_a_service_worker_passes_and_is_reported(tmp_path: Path, checkout: Checkout) -> None:
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "wpt_harness", "run", "--wpt", str(checkout.root), "background-fetch/get-ids.https.window.js"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    options = ["--timeout-multiplier", "5", "--wptreport", str(report)]  # the whole suite may be running beside it
    answer = subprocess.run([*command, *options], capture_output=True, text=True, env=environment, timeout=120)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "all as expected" in answer.stdout
    [result] = json.loads(report.read_text())["results"]
    assert (result["test"], result["status"]) == ("/background-fetch/get-ids.https.window.html", "OK")
    assert [subtest["status"] for subtest in result["subtests"]] == ["PASS", "PASS"]
