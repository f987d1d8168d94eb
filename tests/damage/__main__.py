"""Damaged profiles, the long form: python -m tests.damage [--seeds N] [--first SEED] [--only WORDS] [-j JOBS]

Every kind of damage, and every page of the index in every way, each by so many seeds. A profile fails when the doctor raises, leaves
something wrong, loses what can be read, or does not name what it has set aside. Status 1 when one failed: its name and seed play it
again.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import traceback
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.damage.damages import PAGE, Damage, all_damages, every_page
from tests.damage.judge import judge, use
from tests.damage.profiles import make


def damages(folder: Path) -> list[Damage]:
    """All, for the profiles in `folder`."""
    pages = (folder / "closed/index.sqlite").stat().st_size // PAGE
    return [*all_damages(), *every_page(pages)]


def try_one(folder: Path, task: tuple[int, int]) -> str | None:
    """What is wrong with the damage of this number and seed."""
    number, seed = task
    damage = damages(folder)[number]
    with tempfile.TemporaryDirectory() as place:
        profile = Path(place) / "profile"
        try:
            wrong = judge(folder / ("killed" if damage.was_killed else "closed"), damage, seed, profile)
            if (refusal := asyncio.run(use(profile))) is not None:
                wrong.append(refusal)
        except Exception:
            wrong = [traceback.format_exc()]
    return f"{damage.name}, seed {seed}:\n    " + "\n    ".join(wrong) if wrong else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        asyncio.run(make(folder / "closed", folder / "killed"))
        tasks = [
            (number, seed)
            for number, damage in enumerate(damages(folder))
            if options.only in damage.name
            for seed in range(options.first, options.first + options.seeds)
        ]
        with ProcessPoolExecutor(options.j) as pool:
            failures = [one for one in pool.map(partial(try_one, folder), tasks, chunksize=8) if one is not None]
    finally:
        shutil.rmtree(folder)
    print(*failures, f"{len(tasks)} damaged profiles, {len(failures)} failed", sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
