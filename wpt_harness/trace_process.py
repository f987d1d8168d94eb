"""The engine process, traced: python -m wpt_harness.trace_process FOLDER < JOBS > RESULTS

Every step that is taken while a test runs is a line of its file in the folder, as `afterpage run --trace` writes it.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.event_loop import SystemClock
from engine.trace import StepTaken, Tracer
from wpt_harness import engine_process
from wpt_harness.jobs import Job
from wpt_harness.traces import trace_name


class _Output:
    """The file of the test that runs now. Steps are taken on several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: TextIO | None = None
        self._lock = threading.Lock()

    @contextmanager
    def of(self, job: Job) -> Iterator[None]:
        with (self._folder / trace_name(job.test)).open("w", encoding="utf-8", buffering=1) as file:
            self._use(file)
            try:
                yield
            finally:
                self._use(None)

    def _use(self, file: TextIO | None) -> None:
        with self._lock:
            self._file = file

    def write(self, taken: StepTaken) -> None:
        line = json.dumps(taken.to_record()) + "\n"
        with self._lock:
            if self._file is not None:
                self._file.write(line)


def main() -> None:
    output = _Output(Path(sys.argv[1]))
    with Tracer(output.write, SystemClock().wall_time):
        engine_process.main(output.of)


if __name__ == "__main__":
    main()
