"""https://wicg.github.io/background-fetch/#complete-a-record-algorithm: its outside, which tries until there is a result

One attempt, from the request to the last byte, is in attempt.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.background_fetch.attempt import Attempt

if TYPE_CHECKING:
    from engine.background_fetch.attempt import HowToGoOn
    from engine.background_fetch.background_fetches import BackgroundFetches
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord

MOST_ROUNDS_WITHOUT_PROGRESS: Final = 3


async def complete_a_record(
    fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord
) -> None:
    """https://wicg.github.io/background-fetch/#complete-a-record-algorithm

    Returns when the record has its result, and always with one. NB: where the specification calls itself again, this is
    a loop.
    """
    rounds_without_progress = 0
    while record.response_data.result == "":
        length_before = record.response_data.length
        # 3. Nothing happens while it is paused.
        await bg_fetch.may_go_on()
        if bg_fetch.abort_all:
            record.response_data.settle("aborted")
            break
        # 12. One attempt, when it is this fetch's turn, which the paused flag and the abort all flag cut short.
        again = await bg_fetch.unless_stopped(_attempt(fetches, bg_fetch, record))
        # 13. It was aborted. NB: only after the ongoing fetch has been terminated; nothing of that changes the result.
        if again is None:
            if bg_fetch.abort_all:
                record.response_data.settle("aborted")
            continue
        # 14. Without a result, once more: at once, after a while, or when there is a network.
        if record.response_data.result == "":
            if again == "later":
                await _wait_until_available(fetches, bg_fetch, record)
                continue
            # NB: a server that answers ranges and never gets on would keep us busy for ever.
            has_grown = record.response_data.length > length_before
            rounds_without_progress = 0 if has_grown else rounds_without_progress + 1
            if rounds_without_progress >= MOST_ROUNDS_WITHOUT_PROGRESS:
                record.response_data.settle("fetch-error", "the server's parts never make a whole")
    bg_fetch.settled += 1
    fetches.record_changed(bg_fetch, record)
    fetches.display_changed(bg_fetch)


async def _attempt(fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> HowToGoOn:
    attempt = Attempt(fetches, bg_fetch, record)
    try:
        async with bg_fetch.room, fetches.turns.take(bg_fetch.storage_key):
            bg_fetch.running.add(record)
            return await attempt.run()
    finally:
        # NB: nobody can cancel this.
        await attempt.conclude()
        bg_fetch.running.discard(record)


async def _wait_until_available(
    fetches: BackgroundFetches, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord
) -> None:
    """https://wicg.github.io/background-fetch/#background-fetch-temporarily-unavailable: until it may be available again"""
    clock = fetches.user_agent.clock
    if record.waiting_until is None:
        waiting = fetches.wait_until_online()
    else:
        waiting = clock.sleep(record.waiting_until - clock.now())
    bg_fetch.waiting.add(record)
    fetches.display_changed(bg_fetch)
    try:
        await bg_fetch.unless_stopped(waiting)
    finally:
        bg_fetch.waiting.discard(record)
        record.waiting_until, record.waiting_reason = None, ""
    fetches.display_changed(bg_fetch)
