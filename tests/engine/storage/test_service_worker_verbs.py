from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from engine.storage import (
    Index,
    NewBackgroundFetch,
    NewRecord,
    Profile,
    QuotaExceeded,
    StoredBody,
    StoredRegistration,
    StoredScript,
    StoredWorker,
    all_background_fetches,
    all_registrations,
    create_background_fetch,
    estimate,
    remove_registration,
    save_registration,
    save_update_check,
)

NewBody: TypeAlias = Callable[..., Awaitable[StoredBody]]
Reclaim: TypeAlias = Callable[[], None]

KEY = "https://site.test"


@pytest.fixture
async def registration(new_body: NewBody) -> StoredRegistration:
    scripts = [
        StoredScript(
            f"{KEY}/sw.js",
            {"status": 200, "headers": [["content-type", "text/javascript"]]},
            await new_body(b"importScripts('b.js')"),
        ),
        StoredScript(f"{KEY}/b.js", {"status": 200}, await new_body(b"1")),
    ]
    worker = StoredWorker(
        "w1",
        "waiting",
        "installed",
        f"{KEY}/sw.js",
        "classic",
        scripts,
        True,
        ["install", "fetch"],
        {"HTTPS state": "modern"},
        {"more": 1},
    )
    return StoredRegistration(
        KEY, f"{KEY}/app/", "imports", 1_700_000_000.25, [worker], {"navigation preload": {"enabled": False}}
    )


def test_a_registration_keeps_all_it_was_given(
    profile: Profile, index: Index, registration: StoredRegistration
) -> None:
    save_registration(index, registration)
    assert all_registrations(index) == [registration]


async def test_it_is_there_for_the_next_run(profile: Profile, index: Index, registration: StoredRegistration) -> None:
    save_registration(index, registration)
    index.close()
    again = profile.open_index()
    (stored,) = all_registrations(again)
    (worker,) = stored.workers
    assert [await script.body.read_all() for script in worker.scripts] == [b"importScripts('b.js')", b"1"]
    assert replace(worker, scripts=[]) == replace(registration.workers[0], scripts=[])
    again.bodies.close()
    again.close()


async def test_saving_again_replaces_what_was_stored(
    index: Index, registration: StoredRegistration, new_body: NewBody, reclaim: Reclaim
) -> None:
    save_registration(index, registration)
    (old,) = registration.workers
    old.slot, old.state = "active", "activated"
    new = StoredWorker(
        "w2", "waiting", "installed", f"{KEY}/sw.js", "module", [StoredScript(f"{KEY}/sw.js", {}, await new_body(b"2"))]
    )
    registration.workers.append(new)
    save_registration(index, registration)
    assert all_registrations(index) == [registration]
    assert new.event_types is None
    paths = [index.bodies.path(script.body.id) for script in old.scripts]
    # The new worker takes the place of the old one, whose scripts go.
    registration.workers = [replace(new, slot="active")]
    del old
    save_registration(index, registration)
    reclaim()
    assert all_registrations(index) == [registration]
    assert [path.exists() for path in paths] == [False, False]


def test_registrations_are_told_apart_by_storage_key_and_scope(index: Index, registration: StoredRegistration) -> None:
    others = [
        replace(registration, scope=f"{KEY}/b/", workers=[]),
        replace(registration, storage_key="https://partition.test", workers=[]),
    ]
    for each in (registration, *others):
        save_registration(index, each)
    assert all_registrations(index) == [registration, *others]
    assert remove_registration(index, KEY, registration.scope)
    assert not remove_registration(index, KEY, registration.scope)
    assert all_registrations(index) == others


def test_a_registration_saved_again_keeps_its_place(index: Index, registration: StoredRegistration) -> None:
    other = replace(registration, scope=f"{KEY}/b/", workers=[])
    save_registration(index, registration)
    save_registration(index, other)
    save_registration(index, registration)
    assert all_registrations(index) == [registration, other]


def test_the_time_of_the_last_check_is_stored_alone(index: Index, registration: StoredRegistration) -> None:
    save_registration(index, registration)
    save_update_check(index, KEY, registration.scope, 5.5)
    assert all_registrations(index) == [replace(registration, last_update_check=5.5)]


async def test_everything_of_a_registration_goes_with_it(
    index: Index, registration: StoredRegistration, new_body: NewBody, reclaim: Reclaim
) -> None:
    save_registration(index, registration)
    for scope in (registration.scope, f"{KEY}/other/"):
        create_background_fetch(
            index,
            NewBackgroundFetch(
                KEY, scope, "id", scope, "", [], {}, 0.0, 0, 4, [NewRecord({}, await new_body(b"body"))]
            ),
        )
    registration.workers = []
    remove_registration(index, KEY, registration.scope)
    reclaim()
    assert [fetch.scope for fetch in all_background_fetches(index)] == [f"{KEY}/other/"]
    assert estimate(index, KEY).usage == 4


def test_scripts_count_towards_the_quota(index: Index, registration: StoredRegistration) -> None:
    index.quota.set_limit(KEY, 10)
    with pytest.raises(QuotaExceeded):
        save_registration(index, registration)
    assert all_registrations(index) == []
