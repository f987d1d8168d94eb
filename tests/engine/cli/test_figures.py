"""Numbers as people read them."""

from __future__ import annotations

import pytest

from engine.cli.figures import bar, bytes_of, duration, rate_of


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_234_567, "1.2 MB"),
        (99_949_000, "99.9 MB"),
        (150_000_000, "150 MB"),
        (5e12, "5000 GB"),
    ],
)
def test_bytes_are_given_in_powers_of_a_thousand(count: float, text: str) -> None:
    assert bytes_of(count) == text


def test_rates_are_bytes_a_second() -> None:
    assert rate_of(2_500_000) == "2.5 MB/s"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0 s"), (4, "4 s"), (65, "1:05"), (3725, "1:02:05")])
def test_durations_grow_into_minutes_and_hours(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_bar_is_always_as_wide_and_fills_up() -> None:
    bars = [bar(share / 50) for share in range(51)]
    assert {len(drawn) for drawn in bars} == {24}
    assert (bars[0], bars[-1]) == ("·" * 24, "█" * 24)
    assert [drawn.count("█") for drawn in bars] == sorted(drawn.count("█") for drawn in bars)
    assert bar(None) == "·" * 24
