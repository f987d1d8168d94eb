"""Background fetches in the profile: what outlives the browser.

Kept when fetch() resolves: everything that was asked for. Kept as it happens, in batches (ledger.py): responses, results,
progress. Kept before a script hears of it: how it ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.background_fetch.concepts import (
    BackgroundFetch,
    BackgroundFetchFailureReason,
    BackgroundFetchRecord,
    BackgroundFetchResult,
    RecordResult,
)
from engine.http.records import request_from_record, request_to_record, response_from_stored_record
from engine.infra.words import word_of
from engine.storage import NewBackgroundFetch, NewRecord, records_of_a_background_fetch, what_was_stored

if TYPE_CHECKING:
    from engine.service_worker.concepts import Registration
    from engine.storage import Storage, StoredBackgroundFetch, StoredRecord

_RECORDS_AT_ONCE: Final = 1000


def stored_form(bg_fetch: BackgroundFetch) -> NewBackgroundFetch:
    """What is stored of a new background fetch."""
    return NewBackgroundFetch(
        storage_key=bg_fetch.storage_key,
        scope=bg_fetch.registration.scope,
        developer_id=bg_fetch.id,
        unique_id=bg_fetch.unique_id,
        title=bg_fetch.title,
        icons=bg_fetch.icons,
        creator=bg_fetch.creator,
        created=bg_fetch.created,
        download_total=bg_fetch.download_total,
        upload_total=bg_fetch.upload_total,
        records=[NewRecord(request_to_record(record.request), record.request_body) for record in bg_fetch.records],
    )


async def background_fetch_from(
    stored: StoredBackgroundFetch, registration: Registration, storage: Storage
) -> BackgroundFetch:
    """The background fetch that was stored, as far as it has come. Raises StorageError."""
    with what_was_stored(storage.profile.index_path):
        result = word_of(BackgroundFetchResult, stored.result)
        failure_reason = word_of(BackgroundFetchFailureReason, stored.failure_reason)
    records: list[BackgroundFetchRecord] = []
    while True:
        some = await storage.run(records_of_a_background_fetch, stored.id, len(records), _RECORDS_AT_ONCE)
        with what_was_stored(storage.profile.index_path):
            records.extend(_record_from(record) for record in some)
        if len(some) < _RECORDS_AT_ONCE:
            break
    return BackgroundFetch(
        id=stored.developer_id,
        registration=registration,
        records=records,
        storage_key=stored.storage_key,
        creator=stored.creator,
        title=stored.title,
        icons=stored.icons,
        download_total=stored.download_total,
        upload_total=stored.upload_total,
        uploaded=stored.uploaded,
        stored_body_bytes_total=sum(record.response_data.length for record in records),
        result=result,
        failure_reason=failure_reason,
        records_available=stored.records_available,
        paused=stored.paused,
        number=stored.id,
        unique_id=stored.unique_id,
        created=stored.created,
        event_due=stored.event_due,
        settled=sum(record.response_data.result != "" for record in records),
        record_count=len(records),
    )


def _record_from(stored: StoredRecord) -> BackgroundFetchRecord:
    record = BackgroundFetchRecord(
        stored.position, request_from_record(stored.request), stored.request_body, attempts=stored.attempts
    )
    data = record.response_data
    data.response = None if stored.response is None else response_from_stored_record(stored.response)
    data.body = stored.response_body
    if data.body is not None and data.body.state == "failed":
        # Of no use any more. NB: it can only belong to a record that failed.
        data.body = None
    if stored.result != "":
        data.settle(word_of(RecordResult, stored.result))
    elif data.body is not None and data.body.state == "complete":
        # NB: the browser ended after the last byte and before the result was written down.
        data.settle("success")
    elif not record.is_get and record.attempts:
        # NB: it was sent, and nobody knows what became of it. To send it again may do harm.
        data.settle("fetch-error", "the browser ended while it was being sent")
    return record
