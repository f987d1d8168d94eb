"""What there can be many of must not cost more each the more there are: python -m tests.growth [NAME …] [--scale N]

Each count is tried with n and with 4n; four times as many may be five times the work, counted and not timed (see work.py). Status 1 when
one was more. NAME: only counts whose names have it in them; `--scale`: with so many times as many.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.growth.counts import Count, counts_of_parts, counts_of_scripts
from tests.growth.work import Work, counted_work

MOST_TIMES = 5.0
_TRIES = 3


async def grow(count: Count, scale: int = 1) -> tuple[Work, Work]:
    """The work of n and of 4n. Which thread comes first is chance, and some of the work; what really grows does so each time."""
    n = count.n * scale
    for _ in range(_TRIES):
        with counted_work() as counting:
            few, many = await count.work_of(n, counting), await count.work_of(4 * n, counting)
        if not what_grows_too_much(few, many):
            break
    return few, many


def what_grows_too_much(few: Work, many: Work) -> dict[str, float]:
    """The kinds of work that are more than they may be, and how many times as much."""
    return {kind: times for kind, times in many.times(few).items() if times > MOST_TIMES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", default=[""])
    parser.add_argument("--scale", type=int, default=1)
    given = parser.parse_args()
    failed = 0
    for count in counts_of_parts() + counts_of_scripts():
        if not any(name in count.name for name in given.name):
            continue
        few, many = asyncio.run(grow(count, given.scale))
        grows = what_grows_too_much(few, many)
        failed += bool(grows)
        figures = "  ".join(f"{kind} {getattr(few, kind):,} → {amount:,}" for kind, amount in vars(many).items())
        print(f"{'GROWS' if grows else 'ok':5}  {count.name} ({count.n * given.scale:,}): {figures}", flush=True)
    print(f"{failed} grow too much")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
