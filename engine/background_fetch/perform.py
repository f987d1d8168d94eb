"""https://wicg.github.io/background-fetch/#perform-a-background-fetch-algorithm"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from engine.background_fetch import news
from engine.background_fetch.complete_a_record import complete_a_record
from engine.background_fetch.terminal_events import deliver_the_terminal_event
from engine.event_loop import Event, gather, in_parallel
from engine.storage import finish_background_fetch

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchFailureReason
    from engine.background_fetch.downloads import Downloads


async def perform_a_background_fetch(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """https://wicg.github.io/background-fetch/#perform-a-background-fetch

    NB: also goes on with one that an earlier run began: records that have a result are settled already.
    """
    # 2–4. No settled fetches, no failure reason.
    failure_reason = _first_failure(bg_fetch)
    waiting = deque(record for record in bg_fetch.records if record.response_data.result == "")
    unsettled = len(waiting)
    over = Event()

    # 5. For each record, in parallel: NB: as many at a time as there are lanes, so that ten thousand records cost no
    # more than a few. (Most lanes wait for the disk; how many transfer is decided by `room` and `turns`.)
    async def lane() -> None:
        nonlocal failure_reason, unsettled
        while waiting:
            record = waiting.popleft()
            # 5.1. Complete a record.
            await complete_a_record(downloads, bg_fetch, record)
            # 5.2–5.3. SPEC-BUG: the text keeps the result only if there is a failure already; the first failure it must
            # be.
            result = record.response_data.result
            assert result not in ("", "redundant")
            if failure_reason == "" and result != "success":
                failure_reason = result  # type: ignore[assignment]  # the rest of them are failure reasons
                bg_fetch.failure_details = f"{record.request.url.serialized}: {record.response_data.reason}"
            # 5.4–5.5. One more settled fetch; "download-total-exceeded" is an immediate failure.
            unsettled -= 1
            if result == "download-total-exceeded" or unsettled == 0:
                over.set()

    async def lane_or_error() -> None:
        try:
            await lane()
        except BaseException:
            over.set()
            raise

    lanes = [
        in_parallel(lane_or_error(), "records of a background fetch")
        for _ in range(min(downloads.lanes_per_fetch, unsettled))
    ]
    forget = bg_fetch.when_stopped(lambda: over.set() if bg_fetch.abort_all else None)
    try:
        # 6. Wait until all fetches are settled, or for an immediate failure, or (NB) somebody has aborted them.
        if unsettled and not bg_fetch.abort_all:
            await over.wait()
        # 7. Set the abort all flag.
        if unsettled:
            bg_fetch.set_abort_all()
        # NB: an error that should not be is raised here.
        await gather(*lanes)
    finally:
        forget()
        for running in lanes:
            running.cancel()
        await gather(*lanes, return_exceptions=True)
    # 8. On the active background fetches edit queue: conclude.
    await _conclude(downloads, bg_fetch, failure_reason)


def _first_failure(bg_fetch: BackgroundFetch) -> BackgroundFetchFailureReason:
    for record in bg_fetch.records:
        if record.response_data.result not in ("", "success"):
            return record.response_data.result  # type: ignore[return-value]  # the rest of them are failure reasons
    return ""


async def _conclude(
    downloads: Downloads, bg_fetch: BackgroundFetch, failure_reason: BackgroundFetchFailureReason
) -> None:
    """Step 8, on the active background fetches edit queue"""
    async with downloads.edit_queue(bg_fetch.registration):
        # NB: its registration has gone, and with it all of this.
        if bg_fetch.unregistered:
            return
        # 8.1–8.4. Remove it from the active background fetches; if abort() was first, that is what has happened.
        if not downloads.deactivate(bg_fetch):
            failure_reason = "aborted"
        # 8.5–8.6. How it ended. NB: in the profile first, with all its records or not at all.
        result = "failure" if failure_reason else "success"
        await downloads.ledger.write()
        states = downloads.ledger.states_left(bg_fetch)
        await downloads.store(bg_fetch, finish_background_fetch, bg_fetch.number, result, failure_reason, states=states)
        bg_fetch.event_due = True
        bg_fetch.failure_reason = failure_reason
        bg_fetch.result = "failure" if failure_reason else "success"
        # 8.7. Update background fetch instances, with the final figures.
        news.ended(downloads, bg_fetch)
    # 8.8–8.13. Fire the functional event. NB: outside the queue, so that its handler may begin another fetch.
    await deliver_the_terminal_event(downloads, bg_fetch)
