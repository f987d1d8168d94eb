"""A short run of the soak, and that it would notice."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.soak.__main__ import is_well, play, table_of
from tests.soak.measures import Measures

FEW = {"background fetches": 100, "pages": 20, "things left behind": 60}
"""Of these; the others are for the command."""


@pytest.mark.parametrize("journey", FEW)
def test_nothing_grows_that_has_ended(journey: str) -> None:
    result = play(journey, FEW[journey], 1, parts=2)
    assert is_well(result), table_of(result)


def test_a_journey_that_does_not_come_to_its_end_is_not_well() -> None:
    assert not is_well(play("no journey", 10, 1, 1))


def measures(**figures: int) -> Measures:
    same = {"memory": 10**8, "heaps": 10**7, "objects": 1000, "threads": 5, "descriptors": 10, "rows": 10, "files": 10}
    return Measures(**{**same, **figures}, kinds=Counter())


@pytest.mark.parametrize(
    ("figures", "grown"),
    [
        ({}, []),
        ({"objects": 1140, "memory": 102 * 10**6}, []),
        ({"objects": 1300}, ["objects"]),
        ({"threads": 8, "rows": 13, "files": 12}, ["threads", "rows"]),
        ({"memory": 110 * 10**6, "heaps": 11 * 10**6}, ["memory", "heaps"]),
    ],
)
def test_what_counts_as_grown(figures: dict[str, int], grown: list[str]) -> None:
    assert measures(**figures).grown_since(measures()) == grown
