"""Watching algorithms run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from engine.trace.steps import Algorithm, Step, algorithms_of

ENGINE = Path(__file__).resolve().parents[1]
TRACED_PACKAGES = ("background_fetch", "service_worker", "cache", "fetch", "window")


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of one run of an algorithm. `time` is in seconds of the clock given to the tracer."""

    time: float
    algorithm: Algorithm
    step: Step
    thread: str

    def to_record(self) -> dict[str, Any]:
        """For a line of JSON."""
        return {
            "time": round(self.time, 6),
            "algorithm": self.algorithm.name,
            "step": self.step.number,
            "text": self.step.text,
            "specification": self.algorithm.link,
            "thread": self.thread,
        }


class Tracer:
    """While it is entered, tells `on_step` of every step that the algorithms of some packages take.

    Only the functions that have steps are watched line by line; everything else runs at nearly its usual speed.
    """

    def __init__(
        self,
        on_step: Callable[[StepTaken], object],
        now: Callable[[], float],
        packages: Iterable[str] = TRACED_PACKAGES,
    ) -> None:
        self._on_step = on_step
        self._now = now
        self._packages = tuple(packages)
        self._algorithms: dict[str, list[Algorithm]] = {}
        self._entered = False
        self._lines: dict[CodeType, dict[int, list[tuple[Algorithm, Step]]]] = {}

    @property
    def algorithms(self) -> list[Algorithm]:
        """Every algorithm that is watched."""
        return [algorithm for algorithms in self._algorithms.values() for algorithm in algorithms]

    def __enter__(self) -> Tracer:
        for package in self._packages:
            for file in sorted((ENGINE / package).rglob("*.py")):
                algorithms = algorithms_of(file)
                if algorithms:
                    self._algorithms[str(file)] = algorithms
        self._entered = True
        threading.settrace(self._call)
        sys.settrace(self._call)
        return self

    def __exit__(self, *exception: object) -> None:
        self._entered = False  # threads that go on keep their trace function
        sys.settrace(None)
        threading.settrace(None)

    def _call(self, frame: FrameType, event: str, argument: object) -> Callable[[FrameType, str, object], Any] | None:
        code = frame.f_code
        lines = self._lines.get(code)
        if lines is None:
            lines = self._lines[code] = self._lines_of(code)
        return self._line if lines else None

    def _lines_of(self, code: CodeType) -> dict[int, list[tuple[Algorithm, Step]]]:
        algorithms = self._algorithms.get(code.co_filename, ())
        lines: dict[int, list[tuple[Algorithm, Step]]] = {}
        own = {line for *_, line in code.co_lines() if line is not None}
        for algorithm in algorithms:
            for step in algorithm.steps:
                if (
                    step.first_code_line in own
                    and algorithm.first_line <= code.co_firstlineno <= algorithm.steps[-1].first_code_line
                ):
                    lines.setdefault(step.first_code_line, []).append((algorithm, step))
        return lines

    def _line(self, frame: FrameType, event: str, argument: object) -> Callable[[FrameType, str, object], Any]:
        if event == "line" and self._entered:
            for algorithm, step in self._lines[frame.f_code].get(frame.f_lineno, ()):
                self._on_step(StepTaken(self._now(), algorithm, step, threading.current_thread().name))
        return self._line
