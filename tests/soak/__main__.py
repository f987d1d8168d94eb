"""Does anything grow that has ended? python -m tests.soak [JOURNEY …] [--scale X] [--seed N] [-j JOBS]

Each journey does the same thing many times in a process of its own: 20,000 events, 2,000 registrations, 5,000 background fetches, 500
pages under one worker, … After each tenth everything is measured that a browser holds; at the end it must be what it was after the
first tenth, give or take (measures.py). Prints all measures; status 1 when something has grown, and of which objects there are more.
`--scale 0.1`: a tenth of everything.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.soak.journeys import JOURNEYS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 3600  # seconds for a journey


def play(name: str, many: int, seed: int, parts: int = 10) -> dict[str, Any]:
    """One journey in a process, measured after each of so many parts; `failed`: why it did not get to its end."""
    command = [sys.executable, "-m", "tests.soak.round", name, str(many), str(seed), str(parts)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"journey": name, "failed": f"it did not end within {PATIENCE} s"}
    if done.returncode != 0:
        return {"journey": name, "failed": f"its process ended with {done.returncode}: {done.stderr[-2000:]}"}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def is_well(result: dict[str, Any]) -> bool:
    """Whether a journey came to its end, without errors on the console, and nothing has grown."""
    return "failed" not in result and not result["grown"] and not result["wrong"]


def table_of(result: dict[str, Any]) -> str:
    """The measures of a journey, a line for each tenth."""
    if "failed" in result:
        return f"{result['journey']}: FAILED: {result['failed']}\n"
    names = list(result["measures"][0])
    lines = [f"{result['journey']}: {result['many']:,}", "tenth" + "".join(f"{name:>14}" for name in names)]
    for number, figures in enumerate(result["measures"], 1):
        lines.append(f"{number:5}" + "".join(f"{figures[name]:14,}" for name in names))
    if result["grown"]:
        lines.append(f"GROWN: {', '.join(result['grown'])}; more of: {result['kinds']}")
    if result["wrong"]:
        lines.append(f"WRONG: {result['wrong']}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("journey", nargs="*", default=[""])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    given = parser.parse_args()
    chosen = [journey for journey in JOURNEYS if any(name in journey.name for name in given.journey)]
    with ThreadPoolExecutor(given.jobs) as pool:
        results = []
        for result in pool.map(lambda journey: play(journey.name, max(10, int(journey.many * given.scale)), given.seed), chosen):
            print(table_of(result), flush=True)
            results.append(result)
    sys.exit(not all(is_well(result) for result in results))


if __name__ == "__main__":
    main()
