"""One journey, in a process of its own: python -m tests.soak.round NAME MANY SEED PARTS. Its last line of output is a JSON object. Ours."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from tempfile import TemporaryDirectory

from engine import Browser, ConsoleMessage
from tests.soak.journeys import GRANTED, JOURNEYS, Soaked, transport
from tests.soak.measures import Measures, measure

_KINDS_SHOWN = 12


async def soak(name: str, many: int, seed: int, parts: int) -> dict[str, object]:
    """Measures after each part, and what has grown since the first."""
    (journey,) = [journey for journey in JOURNEYS if journey.name == name]
    wrong: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.level == "error":
            wrong.append(message.text)

    with TemporaryDirectory() as profile:
        async with Browser(profile=profile, transport=transport(), permissions=GRANTED, on_console=hear) as browser:
            soaked = Soaked(browser, random.Random(seed))
            await soaked.begin()
            measures: list[Measures] = []
            for part in range(parts):
                await journey.part_of(soaked, many * (part + 1) // parts - soaked.done)
                measures.append(await measure(browser))
    first, last = measures[0], measures[-1]
    return {
        "journey": name,
        "many": many,
        "measures": [each.figures() for each in measures],
        "grown": last.grown_since(first),
        "kinds": dict((last.kinds - first.kinds).most_common(_KINDS_SHOWN)),
        "wrong": dict(Counter(wrong).most_common(5)),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(soak(sys.argv[1], *map(int, sys.argv[2:])))))
