from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from engine.storage import (
    Index,
    NewBackgroundFetch,
    NewCacheEntry,
    NewRecord,
    Profile,
    QuotaExceeded,
    RecordProgress,
    RecordState,
    StoredBackgroundFetch,
    StoredBody,
    all_background_fetches,
    change_entries,
    create_background_fetch,
    disk_verb,
    estimate,
    event_delivered,
    finish_background_fetch,
    open_cache,
    records_of_a_background_fetch,
    release_records,
    remove_background_fetch,
    remove_settled_background_fetches,
    save_display,
    save_paused,
    save_progress,
    save_records,
    unfinished_background_fetches,
)
from engine.storage.check import check_index
from engine.storage.quota import reserved
from engine.storage.site_data_verbs import clear_storage

NewBody: TypeAlias = Callable[..., Awaitable[StoredBody]]
Reclaim: TypeAlias = Callable[[], None]

KEY = "https://site.test"


def new_fetch(count: int = 2, **changes: object) -> NewBackgroundFetch:
    new = NewBackgroundFetch(
        storage_key=KEY,
        scope=f"{KEY}/app/",
        developer_id="my-fetch\ud800",
        unique_id="u1",
        title="A title \U0001f3a7",
        icons=[{"src": "/icon.png"}],
        creator={"origin": KEY, "referrer policy": "no-referrer"},
        created=1_700_000_000.5,
        download_total=0,
        upload_total=0,
        records=[NewRecord({"url": f"{KEY}/{number}"}) for number in range(count)],
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def the_only(index: Index) -> StoredBackgroundFetch:
    (fetch,) = all_background_fetches(index)
    return fetch


def arriving(fetch: int, position: int, body: StoredBody | None, result: str = "", attempts: int = 1) -> RecordState:
    return RecordState(fetch, position, {"status": 200}, body, {"etag": '"x"'}, result, attempts)


def test_a_fetch_and_its_records_keep_all_they_were_given(index: Index) -> None:
    new = new_fetch(download_total=500, upload_total=7)
    fetch = create_background_fetch(index, new)
    stored = the_only(index)
    for name in (
        "storage_key",
        "scope",
        "developer_id",
        "unique_id",
        "title",
        "icons",
        "creator",
        "created",
        "download_total",
        "upload_total",
    ):
        assert getattr(stored, name) == getattr(new, name), name
    assert stored.id == fetch
    assert (stored.downloaded, stored.uploaded, stored.paused, stored.result, stored.failure_reason) == (
        0,
        0,
        False,
        "",
        "",
    )
    assert (stored.records_available, stored.event_due) == (True, False)
    first, second = records_of_a_background_fetch(index, fetch)
    assert (first.request, second.request) == ({"url": f"{KEY}/0"}, {"url": f"{KEY}/1"})
    assert (first.position, second.position) == (0, 1)
    assert (first.response, first.response_body, first.stored, first.validators, first.result, first.attempts) == (
        None,
        None,
        0,
        None,
        "",
        0,
    )


async def test_request_bodies_are_kept_with_their_records(index: Index, new_body: NewBody, reclaim: Reclaim) -> None:
    fetch = create_background_fetch(
        index, new_fetch(records=[NewRecord({}, await new_body(b"upload"))], upload_total=6)
    )
    reclaim()
    (record,) = records_of_a_background_fetch(index, fetch)
    assert record.request_body is not None
    assert await record.request_body.read_all() == b"upload"
    assert estimate(index, KEY).usage == 6


async def test_progress_of_many_records_is_stored_at_once(index: Index) -> None:
    fetch = create_background_fetch(index, new_fetch(3))
    writers = [index.bodies.new(KEY) for _ in range(3)]
    save_records(index, [arriving(fetch, position, writer.body) for position, writer in enumerate(writers)])
    for position, writer in enumerate(writers):
        await writer.append(b"x" * (position + 1))
        await writer.flush()
        await writer.append(b"not flushed")
    save_progress(
        index, [RecordProgress(fetch, position, writer.body) for position, writer in enumerate(writers)], {fetch: 42}
    )
    assert [record.stored for record in records_of_a_background_fetch(index, fetch)] == [1, 2, 3]
    assert (the_only(index).downloaded, the_only(index).uploaded) == (6, 42)
    assert estimate(index, KEY).usage == 6
    for writer in writers:
        await writer.pause()


async def test_a_response_that_begins_anew_lets_the_downloaded_bytes_go_down(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    fetch = create_background_fetch(index, new_fetch(1))
    old = await new_body(b"x" * 100)
    path = index.bodies.path(old.id)
    save_records(index, [arriving(fetch, 0, old)])
    assert the_only(index).downloaded == 100
    writer = index.bodies.new(KEY)
    save_records(index, [arriving(fetch, 0, writer.body, attempts=2)])
    assert the_only(index).downloaded == 0
    # Late news of the old body changes nothing.
    save_progress(index, [RecordProgress(fetch, 0, old)])
    assert the_only(index).downloaded == 0
    del old
    reclaim()
    assert not path.exists()
    writer.fail("done")


async def test_what_was_stored_is_there_for_the_next_run(profile: Profile, index: Index) -> None:
    fetch = create_background_fetch(index, new_fetch(1))
    writer = index.bodies.new(KEY)
    await writer.append(b"x" * 300_000)
    await writer.flush()
    save_records(index, [arriving(fetch, 0, writer.body)])
    await writer.append(b"lost")
    index.bodies.close()
    index.close()
    again = profile.open_index()
    (stored,) = unfinished_background_fetches(again)
    (record,) = records_of_a_background_fetch(again, stored.id)
    assert (record.response, record.validators, record.attempts, record.stored) == (
        {"status": 200},
        {"etag": '"x"'},
        1,
        300_000,
    )
    assert record.response_body is not None
    assert record.response_body.state == "growing"
    resumed = await again.bodies.resume(record.response_body)
    await resumed.append(b"found")
    body = await resumed.finish()
    assert (await body.read_all())[-6:] == b"xfound"
    save_records(again, [arriving(stored.id, 0, body, "success")])
    assert records_of_a_background_fetch(again, stored.id)[0].result == "success"
    again.bodies.close()
    again.close()


def test_records_can_be_read_in_parts(index: Index) -> None:
    fetch = create_background_fetch(index, new_fetch(10))
    assert [record.position for record in records_of_a_background_fetch(index, fetch, 4, 3)] == [4, 5, 6]


def test_two_active_fetches_of_a_registration_cannot_have_the_same_id(index: Index) -> None:
    fetch = create_background_fetch(index, new_fetch())
    with pytest.raises(sqlite3.IntegrityError):
        create_background_fetch(index, new_fetch(unique_id="u2"))
    create_background_fetch(index, new_fetch(unique_id="u3", scope=f"{KEY}/other/"))
    finish_background_fetch(index, fetch, "success", "")
    create_background_fetch(index, new_fetch(unique_id="u4"))


def test_the_download_total_is_reserved_until_it_is_downloaded_or_over(index: Index) -> None:
    fetch = create_background_fetch(index, new_fetch(download_total=600_000))
    assert reserved(index, KEY) == 600_000
    with pytest.raises(QuotaExceeded) as caught:
        create_background_fetch(index, new_fetch(unique_id="u2", developer_id="second", download_total=400_001))
    assert (caught.value.requested, caught.value.used, caught.value.quota) == (400_001, 600_000, 1_000_000)
    assert len(all_background_fetches(index)) == 1
    finish_background_fetch(index, fetch, "failure", "fetch-error")
    assert reserved(index, KEY) == 0
    create_background_fetch(index, new_fetch(unique_id="u3", developer_id="third", download_total=1_000_000))


async def test_downloaded_bytes_are_not_reserved_twice(index: Index, new_body: NewBody) -> None:
    fetch = create_background_fetch(index, new_fetch(download_total=600_000))
    body = await new_body(b"x" * 250_000)
    assert save_records(index, [arriving(fetch, 0, body)]) == set()
    assert reserved(index, KEY) == 350_000
    assert estimate(index, KEY).usage == 250_000


async def test_what_is_reserved_is_kept_as_it_would_be_counted_anew(index: Index, new_body: NewBody) -> None:
    def check(expected: int) -> None:
        assert reserved(index, KEY) == expected
        assert check_index(index) == []

    one = create_background_fetch(index, new_fetch(download_total=600_000))
    two = create_background_fetch(index, new_fetch(unique_id="u2", developer_id="second", download_total=1000))
    check(601_000)
    body = await new_body(b"x" * 2000)
    save_records(index, [arriving(two, 0, body)])
    check(600_000)
    finish_background_fetch(index, one, "success", "")
    check(0)
    create_background_fetch(index, new_fetch(unique_id="u3", developer_id="third", download_total=70))
    check(70)
    clear_storage(index, KEY)
    check(0)


async def test_who_is_over_quota_is_named_and_others_are_unharmed(index: Index, new_body: NewBody) -> None:
    poor, rich = KEY, "https://rich.test"
    one = create_background_fetch(index, new_fetch())
    two = create_background_fetch(index, new_fetch(unique_id="u2", storage_key=rich))
    bodies = [await new_body(b"x" * 1000, key) for key in (poor, rich)]
    save_records(index, [arriving(one, 0, bodies[0]), arriving(two, 0, bodies[1])])
    index.quota.set_limit(poor, 999)
    assert save_progress(index, [RecordProgress(one, 0, bodies[0]), RecordProgress(two, 0, bodies[1])]) == {poor}
    assert [fetch.downloaded for fetch in all_background_fetches(index)] == [1000, 1000]


def test_ending_pausing_and_showing_are_stored(index: Index) -> None:
    fetch = create_background_fetch(index, new_fetch())
    save_paused(index, fetch, True)
    assert the_only(index).paused
    save_display(index, fetch, "New \ud800", [])
    assert (the_only(index).title, the_only(index).icons) == ("New \ud800", [])
    finish_background_fetch(index, fetch, "failure", "bad-status")
    stored = the_only(index)
    assert (stored.result, stored.failure_reason, stored.event_due, stored.paused) == (
        "failure",
        "bad-status",
        True,
        False,
    )


def test_a_fetch_is_unfinished_until_its_event_was_delivered(index: Index) -> None:
    active = create_background_fetch(index, new_fetch())
    due = create_background_fetch(index, new_fetch(unique_id="u2", developer_id="2"))
    over = create_background_fetch(index, new_fetch(unique_id="u3", developer_id="3"))
    silent = create_background_fetch(index, new_fetch(unique_id="u4", developer_id="4"))
    finish_background_fetch(index, due, "success", "")
    finish_background_fetch(index, over, "success", "")
    event_delivered(index, over)
    finish_background_fetch(index, silent, "failure", "aborted", event_due=False)
    assert [fetch.id for fetch in unfinished_background_fetches(index)] == [active, due]
    remove_settled_background_fetches(index)
    assert [fetch.id for fetch in all_background_fetches(index)] == [active, due]


async def test_a_body_put_into_a_cache_outlives_its_fetch_without_a_copy(
    index: Index, new_body: NewBody, reclaim: Reclaim
) -> None:
    fetch = create_background_fetch(index, new_fetch(2))
    kept, other = await new_body(b"k" * 200_000), await new_body(b"o" * 200_000)
    paths = [index.bodies.path(body.id) for body in (kept, other)]
    save_records(index, [arriving(fetch, 0, kept, "success"), arriving(fetch, 1, other, "success")])
    before = estimate(index, KEY).usage
    cache = open_cache(index, KEY, "v1")
    change_entries(index, cache, put=[NewCacheEntry(f"{KEY}/0", "GET", {}, {}, body=kept)])
    assert estimate(index, KEY).usage - before < 1000, "counted once"
    del kept, other
    release_records(index, fetch)
    reclaim()
    assert [path.exists() for path in paths] == [True, False]
    stored = the_only(index)
    assert (stored.records_available, stored.downloaded) == (False, 400_000)
    assert records_of_a_background_fetch(index, fetch) == []
    remove_background_fetch(index, fetch)
    assert all_background_fetches(index) == []


async def test_verbs_of_several_areas_are_one_transaction_together(index: Index, new_body: NewBody) -> None:
    fetch = create_background_fetch(index, new_fetch())

    @disk_verb
    def settle(index: Index) -> None:
        finish_background_fetch(index, fetch, "success", "")
        open_cache(index, KEY, "v1")
        raise LookupError

    with pytest.raises(LookupError):
        settle(index)
    assert the_only(index).result == ""


async def test_time_per_record_does_not_grow_with_their_number(index: Index) -> None:
    """Counts the work SQLite does, not time."""

    async def steps_of_progress(records: int) -> int:
        fetch = create_background_fetch(index, new_fetch(records, unique_id=f"u{records}", developer_id=str(records)))
        writer = index.bodies.new(KEY)
        save_records(index, [arriving(fetch, records // 2, writer.body)])
        await writer.append(b"x")
        await writer.flush()
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        index._connection.set_progress_handler(count, 10)
        save_progress(index, [RecordProgress(fetch, records // 2, writer.body)])
        index._connection.set_progress_handler(None, 0)
        await writer.pause()
        return steps

    few, many = await steps_of_progress(100), await steps_of_progress(5000)
    assert many <= few * 1.3 + 2
