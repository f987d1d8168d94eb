"""Choosing a benchmark and printing its figures."""

from __future__ import annotations

import argparse
import asyncio
import json

from benchmarks import download, events, startup
from benchmarks.figures import Figures

BENCHMARKS = {"startup": startup, "download": download, "events": events}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name",
        choices=BENCHMARKS,
        help="; ".join(f"{name}: {module.__doc__.splitlines()[0]}" for name, module in BENCHMARKS.items()),
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object of the figures")
    parser.add_argument(
        "--quick", action="store_true", help="fewer and smaller runs: for trying it out, not for quoting"
    )
    options = parser.parse_args()
    figures: Figures = asyncio.run(BENCHMARKS[options.name].measure(quick=options.quick))
    print(json.dumps(figures.to_record()) if options.json else figures.to_table())


main()
