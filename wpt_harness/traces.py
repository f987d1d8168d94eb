"""`run --trace`: which algorithm ran which step, for every test that does not pass or is not as expected."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wpt_harness.errors import BadReport
from wpt_harness.expectations import Judgement


def trace_name(test: str) -> str:
    """The name of the file with a test's trace."""
    readable = re.sub(r"[^A-Za-z0-9.-]+", "_", test).strip("_")
    digest = "-" + hashlib.sha256(test.encode()).hexdigest()[:8] if "?" in test or len(readable) > 150 else ""
    return f"{readable[:150]}{digest}.jsonl"


class Traces:
    """What the processes of a run write to `unfinished`, and what of it goes to `kept`."""

    def __init__(self, unfinished: Path, kept: Path) -> None:
        self._unfinished = unfinished
        self._kept = kept
        self.command: Sequence[str] = (sys.executable, "-m", "wpt_harness.trace_process", str(unfinished))

    def take(self, judgement: Judgement) -> None:
        """A test has ended. Its trace is what it did in its last run. Raises BadReport."""
        name = trace_name(judgement.result.test)
        trace = self._unfinished / name
        if not trace.exists():  # it was skipped
            return
        if judgement.result.as_it_should_be and not judgement.unexpected:
            trace.unlink()
            return
        try:
            shutil.move(trace, self._kept / name)
        except OSError as error:
            raise BadReport(f"the trace cannot be written to {self._kept / name}: {error.strerror}") from error


@contextmanager
def traces_in(folder: Path) -> Iterator[Traces]:
    """Traces that are kept in `folder`, which is made if need be. Raises BadReport."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        raise BadReport(f"traces cannot be written to {folder}: {error.strerror}") from error
    if not writable:
        raise BadReport(f"traces cannot be written to {folder}")
    with TemporaryDirectory(prefix="afterpage-traces-") as name:
        yield Traces(Path(name), folder)
