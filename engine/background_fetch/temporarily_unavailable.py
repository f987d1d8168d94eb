"""https://wicg.github.io/background-fetch/#background-fetch-temporarily-unavailable: what is tried again, and when

How patient we are is the retry policy's (retry.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.background_fetch import news
from engine.network import ConditionedTransport

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.background_fetch.downloads import Downloads

HowToGoOn: TypeAlias = Literal["at once", "later"]
"""What to do with a record that has no result after an attempt."""


def try_when_online(record: BackgroundFetchRecord) -> HowToGoOn:
    """It is tried again as soon as there is a network."""
    record.waiting_until, record.waiting_reason = None, "offline"
    return "later"


def try_later(
    downloads: Downloads,
    bg_fetch: BackgroundFetch,
    record: BackgroundFetchRecord,
    reason: str,
    retry_after: float | None = None,
    *,
    unreachable: bool = False,
) -> HowToGoOn:
    """It is tried again after a while, or not any more. `retry_after`: seconds that the server asked for; `unreachable`: there was no
    connection.
    """
    record.attempts += 1
    delay = downloads.retry_policy.delay(record, downloads.chance, retry_after=retry_after, unreachable=unreachable)
    if delay is None:
        record.fail(reason)
        return "at once"
    news.record_changed(downloads, bg_fetch, record)
    record.waited += delay
    record.waiting_until, record.waiting_reason = downloads.clock.now() + delay, reason
    return "later"


async def wait_until_available(downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
    """https://wicg.github.io/background-fetch/#background-fetch-temporarily-unavailable: until it may be available again"""
    if record.waiting_until is None:
        waiting = _wait_until_online(downloads)
    else:
        waiting = downloads.clock.sleep(record.waiting_until - downloads.clock.now())
    bg_fetch.waiting.add(record)
    news.display_changed(downloads, bg_fetch)
    try:
        await bg_fetch.unless_stopped(waiting)
    finally:
        bg_fetch.waiting.discard(record)
        record.waiting_until, record.waiting_reason = None, ""
    news.display_changed(downloads, bg_fetch)


async def _wait_until_online(downloads: Downloads) -> None:
    transport = downloads.user_agent.transport
    if isinstance(transport, ConditionedTransport) and transport.is_offline:
        await transport.back_online()
    else:
        await downloads.clock.sleep(downloads.offline_poll)
