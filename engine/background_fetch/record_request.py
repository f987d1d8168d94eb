"""https://wicg.github.io/background-fetch/#complete-a-record-algorithm: the request that is sent for a record"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.background_fetch import news
from engine.background_fetch.partial_responses import strong_validator
from engine.event_loop import Cancelled
from engine.http.body import Body
from engine.http.policy_container import PolicyContainer
from engine.url import Origin, origin_from_record, origin_of, same_origin

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.background_fetch.downloads import Downloads
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.storage import StorageError


def request_of(bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> Request:
    """Steps 4 to 6"""
    # 4. A copy of the record's request. NB: its client is gone, so the policies of whoever asked travel with it
    # (WICG/background-fetch#164).
    # NB: and so, after a pause, do the cookies of the time at which it goes on, not those of the first request.
    request, creator = record.request.clone(), bg_fetch.creator
    request.origin = origin_from_record(creator["origin"])
    request.policy_container = PolicyContainer.from_record(creator["policy_container"])
    request.traversable_for_user_prompts = "no-traversable"
    request.initiator_type = None
    if record.request_body is not None:
        request.body = Body(record.request_body)
    # 5–6. Set keepalive, and the service-workers mode "none".
    request.keepalive = True
    request.service_workers_mode = "none"
    return request


def add_the_range(request: Request, record: BackgroundFetchRecord) -> None:
    """Step 8: go on at the range start, behind the bytes that there are"""
    range_start, had = record.response_data.length, record.response_data.response
    if range_start == 0:
        return
    # NB: a range of the script's own was for the first part.
    request.header_list.delete(b"Range")
    request.add_a_range_header(range_start)
    # NB: `If-Range` lets the server say that it is another thing now. To another origin it would make the request one that
    # needs a preflight; there the validators are compared afterwards only.
    validator = strong_validator(had) if had is not None else None
    assert isinstance(request.origin, Origin)
    if had is not None and validator is not None and _came_from(request.origin, record, had):
        request.header_list.append(b"If-Range", validator)


def _came_from(origin: Origin, record: BackgroundFetchRecord, had: Response) -> bool:
    """Whether neither the request nor the redirects it met left `origin`."""
    urls = [*record.request.url_list, *had.unsafe_response().url_list]
    return all(same_origin(origin, origin_of(url)) for url in urls)


async def note_that_it_is_sent(
    downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord
) -> StorageError | None:
    """A request that must not be repeated is noted in the profile before it is sent; returns why it cannot be. Ours."""
    record.attempts += 1
    news.record_changed(downloads, bg_fetch, record)
    try:
        await downloads.ledger.write()
    except Cancelled:
        # It is not sent now.
        record.attempts -= 1
        news.record_changed(downloads, bg_fetch, record)
        raise
    return downloads.ledger.failure


def process_request_body(
    downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord
) -> Callable[[int], None] | None:
    """Step 11, "process request body", for one fetch of it: what counts each chunk (bytes) that has gone up, and tells"""
    body = record.request_body
    if body is None:
        return None
    sent = 0

    def process(length: int) -> None:
        nonlocal sent
        # 1–3. Add the transmitted bytes to the uploaded ones. NB: a body that is sent again, for a redirect, counts
        # once.
        sent += length
        transmitted = min(sent, body.length)
        if transmitted > record.transmitted:
            bg_fetch.uploaded += transmitted - record.transmitted
            record.transmitted = transmitted
            # 4. Update background fetch instances.
            news.bytes_departed(downloads, bg_fetch)

    return process
