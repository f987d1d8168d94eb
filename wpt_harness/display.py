"""What a run shows while it goes on: a line that lives in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from wpt_harness.expectations import Judgement
from wpt_harness.results import Counts
from wpt_harness.tables import describe

_PLAIN_LINE_EVERY: Final = 10.0  # seconds


class Display:
    """A context for one run of `tests` tests.

    `every_test`: a line for each. `unexpected`: lines for what is unexpected.
    """

    def __init__(self, tests: int, stream: TextIO, *, every_test: bool = False, unexpected: bool = True) -> None:
        self._console = Console(file=stream, highlight=False, soft_wrap=True)
        self._tests = tests
        self._every_test = every_test
        self._unexpected = unexpected
        self._counts = Counts()
        self._ended = 0
        self._started = time.monotonic()
        self._last_line = self._started
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(
            *columns, console=self._console, disable=not self._console.is_terminal, transient=True
        )
        self._task = self._progress.add_task(self._sums(), total=tests)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, judgement: Judgement | None) -> None:
        """A result has come; None: one that nobody asked for."""
        self._ended += 1
        if judgement is not None:
            self._show(judgement)
        self._progress.update(self._task, advance=1, description=self._sums())
        if not self._console.is_terminal:
            self._plain_line()

    def _show(self, judgement: Judgement) -> None:
        result = judgement.result
        self._counts.add(result, len(judgement.unexpected))
        if self._every_test:
            passed = sum(subtest.status == "PASS" for subtest in result.subtests)
            self._print(f"{result.status:8} {passed}/{len(result.subtests)} {result.duration:6.2f} s  {result.test}")
        for unexpected in judgement.unexpected if self._unexpected else ():
            self._print(describe(unexpected))

    def _sums(self) -> str:
        counts = self._counts
        return f"{counts.passed} of {counts.subtests} subtests pass · {counts.unexpected} unexpected"

    def _plain_line(self) -> None:
        now = time.monotonic()
        if now - self._last_line >= _PLAIN_LINE_EVERY:
            self._last_line = now
            left = (now - self._started) / self._ended * (self._tests - self._ended)
            self._print(f"{self._ended} of {self._tests} tests · {self._sums()} · about {left:.0f} s left")

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False)
