"""How fast bytes may come, on a clock that stands still."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

import pytest

from engine.background_fetch import BackgroundFetchLimits
from engine.background_fetch.rate_limits import RateLimits, TokenBucket
from engine.event_loop import FakeClock, in_parallel
from engine.network.fake_transport import FakeResponse, FakeTransport

World: TypeAlias = Any


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def pass_time(clock: FakeClock, seconds: float, step: float = 0.05) -> None:
    for _ in range(round(seconds / step)):
        clock.advance(step)
        await settle()


class Taker:
    """Takes pieces from a bucket one after another, as long as it is let."""

    def __init__(self, bucket: TokenBucket, who: object, size: int) -> None:
        self.had = 0
        self.steps = in_parallel(self._take(bucket, who, size))

    async def _take(self, bucket: TokenBucket, who: object, size: int) -> None:
        while True:
            await bucket.take(who, size)
            self.had += size


async def test_bytes_have_their_time(clock: FakeClock) -> None:
    taker = Taker(TokenBucket(clock, 1000), "a", 100)
    await settle()
    assert taker.had == 0
    await pass_time(clock, 1)
    assert taker.had == 1000
    taker.steps.cancel()


async def test_little_is_saved_up(clock: FakeClock) -> None:
    bucket = TokenBucket(clock, 1000)
    clock.advance(3600)
    taker = Taker(bucket, "a", 100)
    await settle()
    assert taker.had == 100
    await pass_time(clock, 1)
    assert taker.had == 1100
    taker.steps.cancel()


async def test_a_bucket_is_shared_fairly_whatever_somebody_asks_for(clock: FakeClock) -> None:
    bucket = TokenBucket(clock, 10_000)
    many = [Taker(bucket, "many", 100) for _ in range(8)]
    large, small = Taker(bucket, "large", 400), Taker(bucket, "small", 50)
    await pass_time(clock, 6)
    shares = [sum(taker.had for taker in many), large.had, small.had]
    assert sum(shares) == pytest.approx(60_000, rel=0.03)
    assert max(shares) - min(shares) < 1200
    for taker in (*many, large, small):
        taker.steps.cancel()


async def test_who_comes_late_does_not_get_what_others_had_before(clock: FakeClock) -> None:
    bucket = TokenBucket(clock, 1000)
    early = Taker(bucket, "early", 50)
    await pass_time(clock, 10)
    late = Taker(bucket, "late", 50)
    before = early.had
    await pass_time(clock, 2)
    assert early.had - before == pytest.approx(1000, abs=100)
    assert late.had == pytest.approx(1000, abs=100)
    early.steps.cancel()
    late.steps.cancel()


async def test_a_new_limit_holds_at_once_also_for_those_who_wait(clock: FakeClock) -> None:
    bucket = TokenBucket(clock, 1)
    waiting = in_parallel(bucket.take("a", 1000))
    await pass_time(clock, 1)
    assert not waiting.done
    bucket.bytes_per_second = 1000
    await pass_time(clock, 0.95)
    assert not waiting.done
    await pass_time(clock, 0.1)
    assert waiting.done
    bucket.bytes_per_second = 1
    waiting = in_parallel(bucket.take("a", 1000))
    await settle()
    bucket.bytes_per_second = None
    await settle()
    assert waiting.done


async def test_one_that_goes_leaves_no_gap(clock: FakeClock) -> None:
    bucket = TokenBucket(clock, 1000)
    gone = in_parallel(bucket.take("a", 500))
    stays = in_parallel(bucket.take("b", 500))
    await settle()
    gone.cancel()
    await pass_time(clock, 1.05)
    assert stays.done


@pytest.mark.parametrize("rate", [0, -1])
def test_nothing_at_all_is_no_rate(clock: FakeClock, rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        RateLimits(clock, rate)
    with pytest.raises(ValueError, match="rate"):
        RateLimits(clock, None, rate)


@pytest.mark.parametrize("name", ["transfers_in_all", "transfers_per_origin", "bytes_per_second", "bytes_per_second_each"])
def test_limits_are_more_than_nothing(name: str) -> None:
    assert getattr(BackgroundFetchLimits(**{name: 1}), name) == 1
    with pytest.raises(ValueError, match=name):
        BackgroundFetchLimits(**{name: 0})


def test_pieces_are_small_where_it_is_slow(clock: FakeClock) -> None:
    limits = RateLimits(clock)
    assert limits.piece(1 << 20) == 1 << 20
    limits.bytes_per_second = 2_000_000
    assert limits.piece(1 << 20) == 100_000
    limits.bytes_per_second_each = 10
    assert limits.piece(1 << 20) == 1024


async def test_without_a_limit_nobody_waits(world: World) -> None:
    bg_fetch = object()
    assert world.fetches.rate_limits.arrived(bg_fetch, object(), 1 << 30) is None


async def test_one_fetch_comes_as_fast_as_each_may(world: World, transport: FakeTransport, clock: FakeClock) -> None:
    transport.route("*", FakeResponse(bytes(100_000)))
    world.fetches.rate_limits.bytes_per_second_each = 10_000
    one, other = await world.fetch("one", "a", "b"), await world.fetch("other", "c")
    await world.settle()
    for _ in range(100):
        clock.advance(0.05)
        await world.settle(3)
    for bg_fetch in (one, other):
        assert bg_fetch.stored_body_bytes_total == pytest.approx(50_000, rel=0.1)
    assert one.records[0].response_data.length == pytest.approx(25_000, rel=0.2)


async def test_all_together_come_as_fast_as_all_may_and_share_it(
    world: World, transport: FakeTransport, clock: FakeClock
) -> None:
    transport.route("*", FakeResponse(bytes(1_000_000)))
    world.fetches.rate_limits.bytes_per_second = 100_000
    many, one = await world.fetch("many", *"abcde"), await world.fetch("one", "f")
    for _ in range(100):
        clock.advance(0.05)
        await world.settle(3)
    assert many.stored_body_bytes_total + one.stored_body_bytes_total == pytest.approx(500_000, rel=0.1)
    assert one.stored_body_bytes_total == pytest.approx(250_000, rel=0.15)
    # What waits is stopped like everything else, and without the limit the rest comes at once.
    assert await world.fetches.handle(many.number).abort()
    world.fetches.rate_limits.bytes_per_second = None
    await world.end_of(one)
    assert one.result == "success"


async def test_a_pause_and_the_end_of_the_browser_do_not_wait_for_their_bytes(
    world: World, transport: FakeTransport, clock: FakeClock
) -> None:
    transport.route("*", FakeResponse(bytes(100_000)))
    world.fetches.rate_limits.bytes_per_second = 1
    bg_fetch = await world.fetch("id", "a")
    await world.until(lambda: bg_fetch.stored_body_bytes_total)
    handle = world.fetches.handle(bg_fetch.number)
    assert await handle.pause()
    await world.until(lambda: not bg_fetch.running)
    assert await handle.resume()
    await world.until(lambda: bg_fetch.running)
    await world.stop()
