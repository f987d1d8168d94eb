from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from engine.background_fetch.retry import RetryPolicy, is_transient_status, retry_after
from engine.http.headers import HeaderList
from engine.http.response import Response


def record(attempts: int, length: int = 0, waited: float = 0.0, response: object = None) -> Any:
    return SimpleNamespace(attempts=attempts, waited=waited, response_data=SimpleNamespace(length=length, response=response))


def test_delays_grow_within_bounds() -> None:
    policy = RetryPolicy(jitter=0)
    chance = random.Random(1)
    assert [policy.delay(record(n), chance) for n in range(1, 6)] == [0.5, 1, 2, 4, None]
    assert [policy.delay(record(n, length=1), chance) for n in (5, 8, 9, 11, 12)] == [8, 60, 60, 60, None]


def test_delays_vary() -> None:
    chance = random.Random(1)
    delays = [RetryPolicy().delay(record(1), chance) for _ in range(100)]
    assert all(delay is not None and 0.4 <= delay <= 0.6 for delay in delays)
    assert len(set(delays)) > 50


def test_what_was_never_reached_is_given_up_after_three_seconds() -> None:
    policy = RetryPolicy(jitter=0)
    chance = random.Random(1)
    assert policy.delay(record(2, waited=0.5), chance, unreachable=True) == 1
    assert policy.delay(record(3, waited=1.5), chance, unreachable=True) is None
    assert policy.delay(record(3, waited=1.5, response=object()), chance, unreachable=True) == 2


@pytest.mark.parametrize(("asked", "delay"), [(0.1, 0.5), (20.0, 20.0), (301.0, None)])
def test_the_server_may_ask_for_more_time(asked: float, delay: float | None) -> None:
    assert RetryPolicy(jitter=0).delay(record(1), random.Random(1), retry_after=asked) == delay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b"Wed, 15 Nov 2023 00:00:00 GMT", 6400.0),
        (b"Wed, 15 Nov 2000 00:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-1", None),
        ("²".encode("latin-1"), None),
    ],
)
def test_retry_after(value: bytes, seconds: float | None) -> None:
    response = Response(status=503, header_list=HeaderList([(b"Retry-After", value)]))
    assert retry_after(response, 1_700_000_000.0) == seconds


@pytest.mark.parametrize(
    ("status", "transient"),
    [(200, False), (404, False), (500, False), (502, True), (503, True), (504, True), (429, False)],
)
def test_statuses(status: int, transient: bool) -> None:
    assert is_transient_status(Response(status=status)) is transient


def test_too_many_requests_with_a_time() -> None:
    assert is_transient_status(Response(status=429, header_list=HeaderList([(b"Retry-After", b"1")])))
