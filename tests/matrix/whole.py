"""The journeys, each with a matrix of the process in which it runs."""

from __future__ import annotations

import asyncio
import atexit
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.matrix.cells import Effort, Matrix, Result
from tests.matrix.journeys import JOURNEYS
from tests.matrix.wrong import WRONG


def result_of_a_journey(number: int, effort: Effort) -> Result:
    """By its number in JOURNEYS."""
    return asyncio.run(_matrix(effort).result_of(JOURNEYS[number]))


def results_of_wrong_journeys(effort: Effort) -> Iterator[tuple[Result, str]]:
    """And the rule that each breaks."""
    for journey, failure, rule in WRONG:
        yield asyncio.run(_matrix(effort).result_of(journey, [failure])), rule


@cache
def _matrix(effort: Effort) -> Matrix:
    """One for all journeys of this process: what it has seen of the next start is seen once."""
    shared_memory = Path("/dev/shm")
    where = shared_memory if os.access(shared_memory, os.W_OK) else Path(tempfile.gettempdir())
    folder = TemporaryDirectory(prefix="afterpage-matrix-", dir=where)
    atexit.register(folder.cleanup)
    return Matrix(Path(folder.name), effort)
