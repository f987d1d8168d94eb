"""A short run of `python -m tests.cancelled`, and that it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.background_fetch.turns import Turns
from tests.cancelled.__main__ import some_of
from tests.cancelled.disturbing import Place
from tests.cancelled.journeys import JOURNEYS
from tests.cancelled.running import places_of, run_journey

SEED = 1
PLACES = {"a background fetch with an upload": 5, "pause and resume": 5}


@pytest.mark.parametrize("name", JOURNEYS)
async def test_a_journey_that_is_disturbed_leaves_everything_as_it_was(name: str, tmp_path: Path) -> None:
    journey = JOURNEYS[name]
    result = await run_journey(
        journey, tmp_path, lambda tasks: some_of(places_of(tasks, journey.hows), SEED, PLACES.get(name, 3)), print
    )
    assert result.reached and not result.broken, result


async def test_a_turn_that_is_kept_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_back, is_broken = Turns._put_back, False

    def forget_one(turns: Turns, origin: str) -> None:
        put_back(turns, origin)
        turns._free -= is_broken

    monkeypatch.setattr(Turns, "_put_back", forget_one)

    def choose(tasks: list[tuple[str, int, int]]) -> list[Place]:
        nonlocal is_broken
        is_broken = True
        return places_of(tasks, ["aborted"])[:1]

    result = await run_journey(JOURNEYS["abort"], tmp_path, choose, lambda text: None)
    assert len(result.broken) == 1 and "turns that are not given back" in result.broken[0][1], result
