"""A short run of the fuzz, and that it would notice."""

from __future__ import annotations

import pytest

from tests.fuzz.__main__ import MODES, play


@pytest.mark.parametrize("mode", MODES)
def test_odd_calls_end_nothing(mode: str) -> None:
    result = play(1, mode, 1000)
    assert result["wrong"] is None, result
    assert sum(result["made"].values()) >= (1000 if mode in ("wild", "small") else 4000)


def test_a_round_whose_process_ends_badly_has_failed() -> None:
    result = play(1, "plain", "no number")  # type: ignore[arg-type]
    assert "its process ended with 1" in result["wrong"]
