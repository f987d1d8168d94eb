"""Exchanges that are silent for too long are ended, and no others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from engine.network.stall_watch import StallWatch


@dataclass(eq=False)
class Exchange:
    waiting_since: float | None = None
    is_sending: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def stalled(self, seconds: float) -> None:
        self.waiting_since = None
        self.ended.set()


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_the_one_that_waits_is_ended_and_not_before_its_time() -> None:
    began = now()
    silent, idle, lucky = Exchange(now()), Exchange(None), Exchange(now() + 1000)
    watch = StallWatch([silent, idle, lucky], 0.05)
    watch.begin()
    async with asyncio.timeout(5):
        await silent.ended.wait()
    assert now() - began >= 0.05
    assert not idle.ended.is_set()
    assert not lucky.ended.is_set()
    watch.end()


async def test_what_still_sends_has_not_begun_to_wait() -> None:
    sending = Exchange(now() - 1000, is_sending=True)
    watch = StallWatch([sending], 0.02)
    watch.begin()
    async with asyncio.timeout(5):
        while sending.waiting_since is None or sending.waiting_since < now() - 100:
            await asyncio.sleep(0)
    assert not sending.ended.is_set()
    sending.is_sending = False
    async with asyncio.timeout(5):
        await sending.ended.wait()
    watch.end()


async def test_it_ends_with_the_last_exchange_and_begins_again() -> None:
    exchanges = [Exchange(now())]
    watch = StallWatch(exchanges, 0.01)
    watch.begin()
    watch.begin()
    exchanges.clear()
    async with asyncio.timeout(5):
        while watch._timer is not None:
            await asyncio.sleep(0)
    again = Exchange(now())
    exchanges.append(again)
    watch.begin()
    async with asyncio.timeout(5):
        await again.ended.wait()
    watch.end()
    assert watch._timer is None


async def test_without_a_limit_nothing_is_watched() -> None:
    watch = StallWatch([Exchange(now() - 1000)], None)
    watch.begin()
    assert watch._timer is None
