"""Background fetches and their records as the profile keeps them.
https://wicg.github.io/background-fetch/#background-fetch-concept

A background fetch is known by its number here (`StoredBackgroundFetch.id`), a record by that and its position. What
was promised to a script is on the disk when the verb that stores it returns: these verbs are durable. Progress is
stored for many records of many fetches in one transaction; call `flush_all` on their writers first, as only flushed
bytes count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.infra.sentinels import Record, WireValue
from engine.storage.index import (
    Index,
    Row,
    deleting_disk_verb,
    disk_verb,
    durable_deleting_disk_verb,
    durable_disk_verb,
    from_blob,
    from_json,
    to_blob,
    to_json,
)
from engine.storage.quota import check_quota, over_quota
from engine.storage.stored_body import StoredBody


@dataclass(slots=True)
class NewRecord:
    """A record to be: the request's head as its owner writes it, and its body."""

    request: Record
    body: StoredBody | None = None


@dataclass(slots=True)
class NewBackgroundFetch:
    """A background fetch to be.

    `scope` is its service worker registration's; `creator` holds what is kept of the creator: origin, policy
    container, referrer policy; `created` is in seconds since 1970.
    """

    storage_key: str
    scope: str
    developer_id: str
    unique_id: str
    title: str
    icons: list[WireValue]
    creator: Record
    created: float
    download_total: int
    upload_total: int
    records: Sequence[NewRecord]


@dataclass(slots=True)
class StoredBackgroundFetch:
    """https://wicg.github.io/background-fetch/#background-fetch without its records."""

    id: int
    storage_key: str
    scope: str
    developer_id: str
    unique_id: str
    title: str
    icons: list[WireValue]
    creator: Record
    created: float
    download_total: int
    upload_total: int
    downloaded: int
    uploaded: int
    paused: bool
    result: str
    failure_reason: str
    records_available: bool
    event_due: bool
    """It has ended and its terminal event has not been delivered."""


@dataclass(slots=True)
class StoredRecord:
    """https://wicg.github.io/background-fetch/#background-fetch-record

    `stored` is how many bytes of the response are on the disk.
    """

    fetch: int
    position: int
    request: Record
    request_body: StoredBody | None
    response: Record | None
    response_body: StoredBody | None
    stored: int
    validators: Record | None
    result: str
    attempts: int


@dataclass(slots=True)
class RecordState:
    """What changes of a record while it is fetched, as it is now."""

    fetch: int
    position: int
    response: Record | None
    response_body: StoredBody | None
    validators: Record | None
    result: str
    attempts: int


@dataclass(slots=True)
class RecordProgress:
    """That more bytes of a record's response are on the disk."""

    fetch: int
    position: int
    response_body: StoredBody


@durable_disk_verb
def create_background_fetch(index: Index, new: NewBackgroundFetch) -> int:
    """Store a background fetch with its records and reserve its download total. Returns its number.

    Raises QuotaExceeded when total and request bodies are more than is left, StorageFull; then nothing was stored.
    """
    fetch = index.insert(
        """INSERT INTO background_fetches
           (storage_key, scope, developer_id, unique_id, title, icons, creator, created, download_total, upload_total,
            record_count)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            new.storage_key,
            new.scope,
            to_blob(new.developer_id),
            new.unique_id,
            to_blob(new.title),
            to_json(new.icons),
            to_json(new.creator),
            new.created,
            new.download_total,
            new.upload_total,
            len(new.records),
        ),
    )
    index.execute_many(
        "INSERT INTO background_fetch_records (fetch, position, request, request_body) VALUES (?, ?, ?, ?)",
        (
            (fetch, position, to_json(record.request), index.keep(record.body))
            for position, record in enumerate(new.records)
        ),
    )
    check_quota(
        index,
        new.storage_key,
        new.download_total + sum(record.body.length for record in new.records if record.body is not None),
    )
    return fetch


@disk_verb
def unfinished_background_fetches(index: Index) -> list[StoredBackgroundFetch]:
    """Those that are active, and those whose terminal event is still to be delivered; oldest first."""
    return _fetches(
        index.rows(f"SELECT {_FETCH_COLUMNS} FROM background_fetches WHERE result = '' OR event_due ORDER BY id")
    )


@disk_verb
def all_background_fetches(index: Index) -> list[StoredBackgroundFetch]:
    """Every background fetch of the profile, oldest first."""
    return _fetches(index.rows(f"SELECT {_FETCH_COLUMNS} FROM background_fetches ORDER BY id"))


@disk_verb
def records_of_a_background_fetch(index: Index, fetch: int, first: int = 0, count: int = -1) -> list[StoredRecord]:
    """Its records in order, from position `first` on, at most `count` (-1: all)."""
    rows = index.rows(
        """SELECT position, request, request_body, response, response_body, stored, validators, result, attempts
           FROM background_fetch_records WHERE fetch = ? AND position >= ? ORDER BY position LIMIT ?""",
        (fetch, first, count),
    )
    return [
        StoredRecord(
            fetch,
            position,
            from_json(request),
            index.body(request_body),
            None if response is None else from_json(response),
            index.body(response_body),
            stored,
            None if validators is None else from_json(validators),
            result,
            attempts,
        )
        for position, request, request_body, response, response_body, stored, validators, result, attempts in rows
    ]


@durable_disk_verb
def save_records(index: Index, states: Iterable[RecordState]) -> set[str]:
    """Store where records stand: a response that has begun, one that started anew, a result, an attempt.

    Returns the storage keys that are over their quota now; what they have is stored all the same, their fetches have
    to end.
    """
    fetches = set()
    for state in states:
        body = state.response_body
        index.execute(
            """UPDATE background_fetch_records
               SET response = ?, response_body = ?, stored = ?, validators = ?, result = ?, attempts = ?
               WHERE fetch = ? AND position = ?""",
            (
                None if state.response is None else to_json(state.response),
                index.keep(body),
                0 if body is None else body.recorded,
                None if state.validators is None else to_json(state.validators),
                state.result,
                state.attempts,
                state.fetch,
                state.position,
            ),
        )
        fetches.add(state.fetch)
    return _over_quota(index, fetches)


@durable_disk_verb
def save_progress(
    index: Index, progress: Sequence[RecordProgress], uploaded: Mapping[int, int] | None = None
) -> set[str]:
    """Store how far many records are, and how much of some fetches was uploaded (number → bytes).

    Returns the storage keys that are over their quota now, as `save_records` does.
    """
    index.execute_many(
        "UPDATE background_fetch_records SET stored = ?4 WHERE fetch = ?1 AND position = ?2 AND response_body = ?3",
        [
            # NB: `keep` comes first, and says how much it has noted.
            (step.fetch, step.position, index.keep(step.response_body), step.response_body.recorded)
            for step in progress
        ],
    )
    if uploaded:
        index.execute_many(
            "UPDATE background_fetches SET uploaded = ? WHERE id = ?",
            [(count, fetch) for fetch, count in uploaded.items()],
        )
    return _over_quota(index, {step.fetch for step in progress})


@durable_deleting_disk_verb
def finish_background_fetch(
    index: Index,
    fetch: int,
    result: str,
    failure_reason: str,
    *,
    event_due: bool = True,
    states: Sequence[RecordState] = (),
) -> None:
    """Store how a background fetch ended, which frees what it had reserved.

    `event_due`: its terminal event is to be delivered. `states`: of its records that have not been stored yet, as this may find room
    where `save_records` did not.
    """
    save_records(index, states)
    index.execute(
        "UPDATE background_fetches SET result = ?, failure_reason = ?, event_due = ?, paused = 0 WHERE id = ?",
        (result, failure_reason, event_due, fetch),
    )


@deleting_disk_verb
def save_paused(index: Index, fetch: int, paused: bool) -> None:
    """Store the paused flag."""
    index.execute("UPDATE background_fetches SET paused = ? WHERE id = ?", (paused, fetch))


@disk_verb
def save_display(index: Index, fetch: int, title: str, icons: list[WireValue]) -> None:
    """Store what it is shown as, which updateUI() changes."""
    index.execute(
        "UPDATE background_fetches SET title = ?, icons = ? WHERE id = ?", (to_blob(title), to_json(icons), fetch)
    )


@deleting_disk_verb
def event_delivered(index: Index, fetch: int) -> None:
    """Note that the terminal event has been delivered."""
    index.execute("UPDATE background_fetches SET event_due = 0 WHERE id = ?", (fetch,))


@deleting_disk_verb
def release_records(index: Index, fetch: int) -> None:
    """Unset the records available flag, and delete the records; bodies that nothing else owns or holds go with them."""
    index.execute("UPDATE background_fetches SET records_available = 0 WHERE id = ?", (fetch,))
    index.execute("DELETE FROM background_fetch_records WHERE fetch = ?", (fetch,))


@deleting_disk_verb
def remove_background_fetch(index: Index, fetch: int) -> None:
    """Delete a background fetch with its records, as if it had never been."""
    index.execute("DELETE FROM background_fetches WHERE id = ?", (fetch,))


@deleting_disk_verb
def remove_settled_background_fetches(index: Index) -> None:
    """Delete those that have ended and whose event was delivered: of no use to a run that begins."""
    index.execute("DELETE FROM background_fetches WHERE result <> '' AND NOT event_due")


_FETCH_COLUMNS = """id, storage_key, scope, developer_id, unique_id, title, icons, creator, created,
    download_total, upload_total, downloaded, uploaded, paused, result, failure_reason, records_available, event_due"""


def _fetches(rows: Iterable[Row]) -> list[StoredBackgroundFetch]:
    return [
        StoredBackgroundFetch(
            id=row[0],
            storage_key=row[1],
            scope=row[2],
            developer_id=from_blob(row[3]),
            unique_id=row[4],
            title=from_blob(row[5]),
            icons=_icons(row[6]),
            creator=from_json(row[7]),
            created=row[8],
            download_total=row[9],
            upload_total=row[10],
            downloaded=row[11],
            uploaded=row[12],
            paused=bool(row[13]),
            result=row[14],
            failure_reason=row[15],
            records_available=bool(row[16]),
            event_due=bool(row[17]),
        )
        for row in rows
    ]


def _icons(text: str) -> list[WireValue]:
    """The image resources: a list of records."""
    icons: list[WireValue] = json.loads(text)
    if not all(isinstance(icon, dict) for icon in icons):
        raise TypeError("an icon is no record")
    return icons


def _over_quota(index: Index, fetches: Iterable[int]) -> set[str]:
    keys = {
        row[0]
        for fetch in fetches
        for row in index.rows("SELECT storage_key FROM background_fetches WHERE id = ?", (fetch,))
    }
    return {key for key in keys if over_quota(index, key)}
