"""https://wicg.github.io/background-fetch/#complete-a-record-algorithm: the bytes of a response, as they come"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.background_fetch import news
from engine.background_fetch.partial_responses import extract_content_range_values
from engine.background_fetch.stored_part import fail_to_store
from engine.background_fetch.temporarily_unavailable import try_later, try_when_online
from engine.http.body import BodyFailure
from engine.storage import StorageError
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.background_fetch.downloads import Downloads
    from engine.background_fetch.stored_part import StoredPart
    from engine.background_fetch.temporarily_unavailable import HowToGoOn
    from engine.http.body import Body
    from engine.http.response import Response
    from engine.storage import BodyWriter

CHUNK_SIZE: Final = 1 << 20
_KINDS_OF_BROKEN_NETWORK = frozenset({"offline", "reset", "timed out", "truncated", "stalled"})


async def receive(
    downloads: Downloads,
    bg_fetch: BackgroundFetch,
    record: BackgroundFetchRecord,
    part: StoredPart,
    response: Response,
    body: Body,
) -> HowToGoOn:
    """Step 11, "process response", 6 to 8"""
    writer = part.writer
    assert writer is not None
    length_before = writer.body.length
    try:
        # 6. Whenever bytes are transmitted from the stream:
        while chunk := await body.read(downloads.rate_limits.piece(CHUNK_SIZE)):
            if not await _store_a_chunk(downloads, bg_fetch, record, writer, body, chunk):
                return "at once"
    except StorageError as error:
        fail_to_store(record, error)
    except BodyFailure as failure:
        # 8. The stream is errored: for now,
        if record.is_get and failure.kind in _KINDS_OF_BROKEN_NETWORK:
            if failure.kind == "offline":
                return try_when_online(record)
            return try_later(downloads, bg_fetch, record, failure.message)
        # or for good.
        record.fail(failure.message)
    except ScriptException as error:
        record.fail(error.message)
    else:
        # 7. The transmission is done normally.
        _end_of_the_stream(record, part, response, writer.body.length - length_before)
    return "at once"


async def _store_a_chunk(
    downloads: Downloads,
    bg_fetch: BackgroundFetch,
    record: BackgroundFetchRecord,
    writer: BodyWriter,
    body: Body,
    chunk: bytes,
) -> bool:
    """Step 6; false: the record has its result. Raises StorageError."""
    size = len(chunk)
    # 6.1. More than the download total exceeds it. Exactly the total is not. NB: bytes as they are stored, without
    # content codings.
    download_total = bg_fetch.download_total or float("inf")
    if bg_fetch.stored_body_bytes_total + size > download_total:
        body.cancel()
        record.response_data.settle("download-total-exceeded", "there is more than downloadTotal says")
        return False
    # 6.3. The quota is exceeded. NB: before more is stored.
    if bg_fetch.storage_key in downloads.ledger.over_quota:
        record.response_data.settle("quota-exceeded", "its site may not store as much")
        return False
    # 6.2. Append the bytes to the response data's. NB: counted beforehand, as other records do the same meanwhile.
    bg_fetch.stored_body_bytes_total += size
    try:
        await writer.append(chunk)
    except BaseException:
        bg_fetch.stored_body_bytes_total -= size
        raise
    if record.is_get:
        record.attempts, record.waited = 0, 0.0
    # 6.4. Update background fetch instances.
    news.bytes_arrived(downloads, bg_fetch, record, writer, size)
    # NB: not faster than it may.
    if (has_had_its_time := downloads.rate_limits.arrived(bg_fetch, record, size)) is not None:
        await has_had_its_time
    return True


def _end_of_the_stream(record: BackgroundFetchRecord, part: StoredPart, response: Response, received: int) -> None:
    # 7.1. A partial response is a success only if the bytes reach its complete length.
    if response.status == 206:
        values = extract_content_range_values(response)
        assert values is not None
        # AD-HOC: a part that is not as long as it says fits nothing.
        if received != values.last - values.first + 1:
            part.start_over()
        else:
            part.is_complete = values.complete_length == record.response_data.length
        return
    # 7.3–7.4. Any other is a success.
    part.is_complete = True
