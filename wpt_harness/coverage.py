"""Which steps of an area's algorithms ran in a run of tests. What the steps are: engine/trace/steps.py."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.trace import Algorithm, Step, algorithms_of

_OURS: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class AlgorithmCoverage:
    """Of one algorithm the steps that ran, those that did not, and those that are missing in the engine (FIXME)."""

    algorithm: Algorithm
    ran: Sequence[Step]
    not_run: Sequence[Step]
    missing: Sequence[Step]


def package_of(area: str) -> Path:
    """The engine's package for a folder of the web-platform-tests."""
    return _OURS / "engine" / area.strip("/").replace("-", "_")


def paths_of(area: str) -> list[str]:
    """The tests of an area: the folder of the checkout, and ours that are to be given upstream."""
    ours = _OURS / "tests" / "to_upstream" / area.strip("/")
    return [area, str(ours)] if ours.is_dir() else [area]


def command_for(folder: Path, area: str) -> list[str]:
    """The program that runs tests and notes their steps in `folder`."""
    return [sys.executable, "-m", "wpt_harness.coverage_process", str(folder), package_of(area).name]


def coverage_of(area: str, folder: Path) -> list[AlgorithmCoverage]:
    """What the processes noted, for every algorithm of the area that has steps."""
    taken: set[tuple[str, int]] = set()
    for file in folder.glob("*.steps"):
        for line in file.read_text(encoding="utf-8").splitlines():
            name, _, number = line.rpartition("\t")
            taken.add((name, int(number)))
    found = []
    for source in sorted(package_of(area).rglob("*.py")):
        for algorithm in algorithms_of(source):
            missing = [step for step in algorithm.steps if step.is_missing]
            done = [step for step in algorithm.steps if not step.is_missing]
            ran = [step for step in done if (algorithm.file, step.line) in taken]
            found.append(AlgorithmCoverage(algorithm, ran, [step for step in done if step not in ran], missing))
    return found


def as_text(coverage: Sequence[AlgorithmCoverage]) -> str:
    """A line for each algorithm, one for each step that did not run or is missing, and the sum."""
    lines = []
    for one in coverage:
        algorithm = one.algorithm
        place = f"{Path(algorithm.file).relative_to(_OURS)}:{algorithm.first_line}"
        lines.append(
            f"{len(one.ran):3} of {len(one.ran) + len(one.not_run):3}  {algorithm.name}  {place}  {algorithm.link}"
        )
        lines += [f"              not run: {step.number}. {step.text} (line {step.line})" for step in one.not_run]
        lines += [f"              missing: {step.number}. {step.text} (line {step.line})" for step in one.missing]
    ran = sum(len(one.ran) for one in coverage)
    every = ran + sum(len(one.not_run) for one in coverage)
    missing = sum(len(one.missing) for one in coverage)
    share = 100 * ran / every if every else 0.0
    lines.append(f"{ran} of {every} steps ran ({share:.0f} %); {missing} missing")
    return "\n".join(lines) + "\n"
