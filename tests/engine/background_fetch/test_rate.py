from __future__ import annotations

import pytest

from engine.background_fetch.rate import Rate


def test_it_is_of_the_last_seconds() -> None:
    rate = Rate(0.0)
    assert rate.bytes_per_second(0.1) is None
    for step in range(1, 101):
        rate.add(step * 0.1, 100)
    assert rate.bytes_per_second(10.0) == pytest.approx(1000, rel=0.1)
    for step in range(101, 301):
        rate.add(step * 0.1, 500)
    assert rate.bytes_per_second(30.0) == pytest.approx(5000, rel=0.1)


def test_silence_brings_it_down() -> None:
    rate = Rate(0.0)
    rate.add(1.0, 1000)
    rate.add(2.0, 1000)
    before = rate.bytes_per_second(2.0)
    after = rate.bytes_per_second(6.0)
    assert before is not None and after is not None and after < before
    assert rate.bytes_per_second(60.0) == 0
