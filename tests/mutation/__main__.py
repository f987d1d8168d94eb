"""Does the conformance suite notice faults? python -m tests.mutation [-j JOBS] [TEXT]

Puts each fault of faults.py (or those whose file or text contains TEXT) into a copy of the engine, runs the part of the suite that is to
notice it, and prints what was not caught. Status 1 when something was not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.faults import FAULTS, ROOT, Fault
from wpt_harness.checkout import find_checkout
from wpt_harness.run_tests import Plan, Ready, get_ready
from wpt_harness.workers import Engines

SUITE = ROOT / "tests" / "to_upstream" / "background-fetch"
TIMEOUT_MULTIPLIER = 0.3  # of a minute
PACKAGES = ("engine", "js_bindings", "wpt_harness")


def copy_of_the_project(source: Path, folder: Path) -> None:
    """Everything that runs; files are shared with those of `source` where the file system can."""

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return target

    for package in PACKAGES:
        shutil.copytree(source / package, folder / package, copy_function=link)


def command_in(folder: Path) -> Sequence[str]:
    """The engine process, from that copy."""
    program = (
        f"import sys; sys.path.insert(0, {str(folder)!r})\n"
        "import runpy; runpy.run_module('wpt_harness.engine_process', run_name='__main__')"
    )
    return sys.executable, "-c", program


def is_caught(fault: Fault, project: Path, ready: Ready) -> str | None:
    """What noticed it first; None when nothing did."""
    with TemporaryDirectory(prefix="afterpage-mutation-") as name:
        folder = Path(name)
        copy_of_the_project(project, folder)
        fault.apply(folder)
        for part in fault.tests:
            tests = [test for test in ready.tests if test.path.rpartition("/")[2].startswith(f"{part}.https.")]
            assert tests, part
            with Engines(ready.settings.to_record(), command_in(folder)) as engines:
                report = replace(ready, plan=replace(ready.plan, jobs=1), tests=tests, engines=engines).run()
            for judgement in report.judgements:
                for one in judgement.unexpected:
                    return f"{part}: {one.subtest or judgement.result.status}"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("text", nargs="?", default="")
    given = parser.parse_args()
    chosen = [fault for fault in FAULTS if given.text in fault.file or given.text in fault.old]
    missed: list[Fault] = []
    started = time.monotonic()
    plan = Plan(find_checkout(None), [str(SUITE)], timeout_multiplier=TIMEOUT_MULTIPLIER)
    with TemporaryDirectory(prefix="afterpage-mutation-") as name, get_ready(plan) as ready:
        # What all faults are put into: the project as it is now, whoever works on it meanwhile.
        project = Path(name)
        for package in PACKAGES:
            shutil.copytree(ROOT / package, project / package)

        def judge(fault: Fault) -> None:
            by = is_caught(fault, project, ready)
            if by is None:
                missed.append(fault)
            print("MISSED" if by is None else "caught", f"{fault.file}: {fault.old!r} -> {fault.new!r}", by or "", flush=True)

        with ThreadPoolExecutor(given.jobs) as threads:
            for _ in threads.map(judge, chosen):
                pass
    caught = len(chosen) - len(missed)
    print(f"{caught} of {len(chosen)} faults caught in {time.monotonic() - started:.0f} s")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
