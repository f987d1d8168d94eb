"""The matrix: every disk verb, whatever goes wrong, then the next start. python -m tests.matrix [--verb NAME]

Prints what does not hold. Status 1 when something does not that nobody has explained (report.py), 2 where it cannot run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.matrix.recorder import is_recording_process, start_with_the_library, why_not

if TYPE_CHECKING:
    from tests.matrix.cells import Result


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--verb", action="append", help="only the journeys about this verb; may be given several times")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3, help="power losses by chance at each place")
    parser.add_argument("--places", type=int, help="at most so many for each failure in a journey")
    parser.add_argument("-j", type=int, default=2, help="processes")
    parser.add_argument("--failures", type=int, help="at most so many kinds of them for each journey")
    parser.add_argument("--short", action="store_true", help="seconds: one failure of each journey at one place")
    parser.add_argument("--wrong", action="store_true", help="instead verbs as they must not be: is each noticed?")
    parser.add_argument(
        "--write", action="store_true", help="write docs/RELIABILITY.md, its part about the disk; not with --verb"
    )
    options = parser.parse_args()
    if (reason := why_not()) is not None:
        print(reason)
        return 2
    if not is_recording_process():
        return start_with_the_library(sys.argv[1:])
    # Only here: the process that starts the other one need not know any of it.
    from tests.matrix.cells import FAILURES, Effort
    from tests.matrix.journeys import JOURNEYS
    from tests.matrix.report import unexplained, write
    from tests.matrix.whole import result_of_a_journey

    chosen = [at for at, journey in enumerate(JOURNEYS) if not options.verb or journey.about in options.verb]
    began = time.monotonic()
    if options.wrong:
        return _wrong()
    effort = Effort(options.places, options.seeds, options.seed, options.failures or len(FAILURES))
    if options.short:
        effort, options.j = Effort(1, 0, options.seed, 1), 1
    results: list[Result] = []
    with ExitStack() as stack:
        run: Callable[..., Iterable[Result]] = map
        if options.j > 1:
            run = stack.enter_context(ProcessPoolExecutor(options.j, get_context("spawn"))).map
        for result in run(result_of_a_journey, chosen, [effort] * len(chosen)):
            results.append(result)
            _print(result)
    print(f"{sum(sum(result.cells.values()) for result in results)} cells, {time.monotonic() - began:.0f} s")
    if options.write and not options.verb:
        write(results, effort)
    for broken in (left := unexplained(results))[:20]:
        print(f"not explained: {broken.journey}, {broken.failure}, {broken.place}: {broken.rule}: {broken.what[:400]}")
    return int(bool(left))


def _wrong() -> int:
    """Run verbs that are wrong. Status 1 when one of them was not noticed."""
    from tests.matrix.cells import Effort
    from tests.matrix.whole import results_of_wrong_journeys

    missed = 0
    for result, rule in results_of_wrong_journeys(Effort(8, 0)):
        found = sorted({broken.rule for broken in result.broken})
        print(f"{result.journey}: {', '.join(found) or 'nothing'}")
        missed += rule not in found
    return int(bool(missed))


def _print(result: Result) -> None:
    cells, given_up = sum(result.cells.values()), sum(result.given_up.values())
    print(f"{result.journey}: {cells} cells, {given_up} given up, {len(result.broken)} broken", flush=True)
    kinds = Counter((one.failure, one.rule) for one in result.broken)
    for (failure, rule), count in kinds.items():
        first = next(one for one in result.broken if (one.failure, one.rule) == (failure, rule))
        print(f"    {count} × {failure}: {rule}. First: {first.place}: {first.what[:400]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
