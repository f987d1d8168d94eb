"""https://wicg.github.io/background-fetch/#complete-a-record-algorithm"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.background_fetch import news
from engine.background_fetch.partial_responses import is_coded, says_that_nothing_is_left, validate_a_partial_response
from engine.background_fetch.received_bytes import receive
from engine.background_fetch.record_request import (
    add_the_range,
    note_that_it_is_sent,
    process_request_body,
    request_of,
)
from engine.background_fetch.retry import is_transient_failure, is_transient_status, is_unreachable, retry_after
from engine.background_fetch.stored_part import StoredPart, fail_to_store
from engine.background_fetch.temporarily_unavailable import try_later, try_when_online, wait_until_available
from engine.fetch import fetch
from engine.http.response import is_an_ok_status

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.background_fetch.downloads import Downloads
    from engine.background_fetch.temporarily_unavailable import HowToGoOn
    from engine.http.response import Response

MOST_ROUNDS_WITHOUT_PROGRESS: Final = 3


async def complete_a_record(downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
    """https://wicg.github.io/background-fetch/#complete-a-record-algorithm

    Returns when the record has its result, and always with one. NB: where the specification calls itself again, this is
    a loop.
    """
    rounds_without_progress = 0
    # 1–2. NB: the record's response data may be other ones after each await; the download total is looked at in step 11.
    while record.response_data.result == "":
        length_before = record.response_data.length
        # 3. Nothing happens while the paused flag is set.
        await bg_fetch.may_go_on()
        if bg_fetch.abort_all:
            record.response_data.settle("aborted")
            break
        # 4–13. Attempt the fetch, when it is this one's turn, which the paused flag and the abort all flag cut short.
        again = await bg_fetch.unless_stopped(_attempt(downloads, bg_fetch, record))
        # 14. Aborted. NB: only after the ongoing fetch has been terminated; nothing of that changes the result.
        if again is None:
            if bg_fetch.abort_all:
                record.response_data.settle("aborted")
            continue
        # 15. Without a result, complete the record once more: at once, after a while, or when there is a network.
        if record.response_data.result == "":
            if again == "later":
                await wait_until_available(downloads, bg_fetch, record)
                continue
            # NB: a server that answers ranges and never gets on would keep us busy for ever.
            has_grown = record.response_data.length > length_before
            rounds_without_progress = 0 if has_grown else rounds_without_progress + 1
            if rounds_without_progress >= MOST_ROUNDS_WITHOUT_PROGRESS:
                record.fail("the server's parts never make a whole")
    bg_fetch.settled += 1
    news.record_changed(downloads, bg_fetch, record)
    news.display_changed(downloads, bg_fetch)


async def _attempt(downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> HowToGoOn:
    """Steps 4 to 12. The answer says how to go on where the record has no result yet."""
    part = StoredPart(downloads, bg_fetch, record)
    try:
        async with bg_fetch.room, downloads.turns.take(bg_fetch.storage_key):
            bg_fetch.running.add(record)
            return await _fetch(downloads, bg_fetch, record, part)
    finally:
        # NB: nobody can cancel this.
        await part.conclude()
        bg_fetch.running.discard(record)


async def _fetch(
    downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, part: StoredPart
) -> HowToGoOn:
    """Steps 4 to 11"""
    # AD-HOC: only HTTP(S) (WICG/background-fetch#44); data: and blob: would work elsewhere.
    if not record.request.url.is_http:
        record.fail(f"{record.request.url.scheme}: URLs cannot be fetched in the background")
        return "at once"
    # 4–6. A copy of the record's request.
    request = request_of(bg_fetch, record)
    # 7. The range start: the length of the bytes that are stored.
    await part.go_back_to_what_is_stored()
    if record.response_data.result != "":
        return "at once"
    # 8. Add a range header, for the rest.
    add_the_range(request, record)
    # 9–10. NB: this function returns when the fetch attempt is complete; what has been transmitted is counted below.
    if not record.is_get and (failure := await note_that_it_is_sent(downloads, bg_fetch, record)) is not None:
        fail_to_store(record, failure)
        return "at once"
    # 11. Fetch the request; process its body and its response.
    controller = fetch(
        request,
        downloads.user_agent,
        process_request_body_chunk_length=process_request_body(downloads, bg_fetch, record),
    )
    try:
        return await _process_response(downloads, bg_fetch, record, part, await controller.response())
    finally:
        # 14.4. Terminate the ongoing fetch, however it ends.
        controller.terminate()


async def _process_response(
    downloads: Downloads,
    bg_fetch: BackgroundFetch,
    record: BackgroundFetchRecord,
    part: StoredPart,
    response: Response,
) -> HowToGoOn:
    """Step 11, "process response" """
    data = record.response_data
    # 1. The response is a network error.
    if response.is_network_error:
        # 1.1. The resource may be temporarily unavailable. Sending a body twice may do harm, so only for GET.
        if record.is_get and response.failure_kind == "offline":
            return try_when_online(record)
        if record.is_get and is_transient_failure(response):
            reason, unreachable = response.reason or response.failure_kind, is_unreachable(response)
            return try_later(downloads, bg_fetch, record, reason, unreachable=unreachable)
        # 1.2–1.3. The result is "aborted" or "fetch-error". NB: also for ports and policies that forbid it: the record
        # fails, not the call of fetch().
        if response.aborted:
            data.settle("aborted")
        else:
            record.fail(response.reason)
        return "at once"
    # NB: 502, 503, 504, and 429 with a time, are "temporarily unavailable" too.
    if record.is_get and is_transient_status(response):
        wait = retry_after(response, downloads.clock.wall_time())
        return try_later(downloads, bg_fetch, record, f"the server answered {response.status}", wait)
    if response.status == 416 and data.length != 0:
        # AD-HOC: what 416 says to a request for the rest: that there is none, or that it is another thing now.
        if data.response is not None and says_that_nothing_is_left(data.length, response, data.response):
            part.is_complete = True
        else:
            part.start_over()
        return "at once"
    # 2. Validate a partial response against the bytes that are stored.
    if response.status == 206:
        if is_coded(response) or not validate_a_partial_response(data.length, response, data.response):
            if data.length == 0:
                record.fail("the server's part is not the one that was asked for")
            else:
                # AD-HOC: what differs may only be the entity tag of another coding; the whole is asked for again.
                part.start_over()
            return "at once"
    # 3. Any other response makes the response data redundant. SPEC-BUG: the text replaces the response data even if
    # they are still empty, so that a record object made before the first answer would never get one.
    elif data.response is not None:
        part.start_over()
        data = record.response_data
        if data.result != "":
            return "at once"
    # 4–5. The response data's response: a copy without the body. AD-HOC: the head of a bad answer is shown, its bytes
    # are not (as browsers and the tests have it).
    is_bad = not is_an_ok_status(response.status)
    if data.length == 0:
        if response.body is not None and not is_bad:
            part.begin()
        data.response = _without_body(response)
        data.tell_followers()
        news.record_changed(downloads, bg_fetch, record)
    # 7.2. Without an ok status the result is "bad-status". NB: without having read it.
    if is_bad:
        data.settle("bad-status", f"the server answered {response.status}")
        return "at once"
    if response.body is None:
        data.settle("success")
        return "at once"
    # 6–8. The bytes of the response's body stream.
    return await receive(downloads, bg_fetch, record, part, response, response.body)


def _without_body(response: Response) -> Response:
    """A copy of a response's head; what a filter hides stays hidden."""
    inner = response.unsafe_response()
    bodies = response.body, inner.body
    response.body = inner.body = None
    try:
        return response.clone()
    finally:
        response.body, inner.body = bodies
