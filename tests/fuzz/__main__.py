"""Odd calls of everything that scripts can see: python -m tests.fuzz [--calls N] [--seed S] [--mode MODE] [-j JOBS] [--trace]

Each round is a process with a page, a dedicated, a shared and a service worker, all of which call every exposed member with odd
arguments, while frames come and go; in some rounds the language is patched, realms end themselves, or heaps are small. A round fails
when its process crashes, when the engine was wrong (BrowserFailed), when a script gets an object of the realm that the bindings run in, or
when it does not end. Status 1 when one failed: its seed and mode
play it again, `--trace` tells the last call. In the end it says how many calls each kind of realm has made, and which members none has
called on an object that has them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MODES = ("plain", "patched", "wild", "small")
CALLS_IN_A_ROUND = 4000  # of each scope
PATIENCE = 300  # seconds for a round
SEEDS = (1, 2, 3, 5, 8, 13, 21, 34)
"""Those that once found something come first."""


def play(seed: int, mode: str, calls: int, trace: bool = False) -> dict[str, Any]:
    """One round in a process. `wrong`: what happened that must not; None: nothing."""
    command = [sys.executable, "-m", "tests.fuzz.round", str(seed), mode, str(calls), *(["--trace"] if trace else [])]
    plan = {"seed": seed, "mode": mode, "calls": calls}
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"plan": plan, "made": {}, "wrong": f"it did not end within {PATIENCE} s"}
    if done.returncode != 0:
        return {"plan": plan, "made": {}, "wrong": f"its process ended with {done.returncode}: {done.stderr[-2000:]}"}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def rounds(seed: int | None, mode: str | None) -> Iterator[tuple[int, str]]:
    """Seed and mode of each round, without end."""
    seeds: Iterator[int] = iter((seed,)) if seed is not None else _all_seeds()
    for one in seeds:
        for chosen in MODES if mode is None else (mode,):
            yield one, chosen


def _all_seeds() -> Iterator[int]:
    yield from SEEDS
    yield from range(1000, 1_000_000)


def run(
    calls: int, seed: int | None, mode: str | None, jobs: int, trace: bool = False
) -> tuple[Counter[str], list[dict[str, Any]], dict[str, set[str]]]:
    """Play rounds until so many calls have been made. Returns them by scope and mode, the rounds that failed, and what none has reached."""
    made: Counter[str] = Counter()
    never: dict[str, set[str]] = {}
    failed: list[dict[str, Any]] = []
    plans = rounds(seed, mode)
    with ThreadPoolExecutor(jobs) as pool:
        while made.total() < calls:
            batch = [plan for plan, _ in zip(plans, range(jobs), strict=False)]
            if not batch:
                break
            for result in pool.map(lambda plan: play(*plan, CALLS_IN_A_ROUND, trace), batch):
                for scope, number in result["made"].items():
                    made[f"{scope}, {result['plan']['mode']}"] += number
                for scope, names in result.get("never", {}).items():
                    never[scope] = never.get(scope, set(names)) & set(names)
                if result["wrong"] is not None:
                    failed.append(result)
                    print(f"WRONG {json.dumps(result)}", flush=True)
            print(f"{made.total():,} calls, {len(failed)} rounds failed", flush=True)
    return made, failed, never


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--mode", choices=MODES)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--trace", action="store_true")
    given = parser.parse_args()
    made, failed, never = run(given.calls, given.seed, given.mode, given.jobs, given.trace)
    for what, number in sorted(made.items()):
        print(f"{number:>12,}  {what}")
    for scope, names in sorted(never.items()):
        print(f"never reached in a {scope}: {' '.join(sorted(names)) or 'nothing'}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
