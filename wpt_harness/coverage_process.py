"""The engine process, watched: python -m wpt_harness.coverage_process FOLDER PACKAGE < JOBS > RESULTS

Every step that the algorithms of a package of the engine take is noted, once, in a file of its own in the folder: the source file and
the line of the step, separated by a tab.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.trace import StepTaken, Tracer
from wpt_harness import engine_process


def main() -> None:
    folder, package = sys.argv[1:]
    seen: set[tuple[str, int]] = set()
    with (Path(folder) / f"{os.getpid()}.steps").open("w", encoding="utf-8", buffering=1) as output:

        def note(taken: StepTaken) -> None:
            key = taken.algorithm.file, taken.step.line
            if key not in seen:
                seen.add(key)
                output.write(f"{key[0]}\t{key[1]}\n")

        with Tracer(note, lambda: 0.0, [package]):
            engine_process.main()


if __name__ == "__main__":
    main()
