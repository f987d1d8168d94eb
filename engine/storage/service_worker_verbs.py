"""Service worker registrations as the profile keeps them.
https://w3c.github.io/ServiceWorker/#dfn-service-worker-registration

Only what outlives a run is here: a registration has at most a waiting and an active worker. What has no column of its
own goes into `details`, a record whose content is its owner's business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.infra.sentinels import Record
from engine.storage.index import Index, disk_verb, durable_deleting_disk_verb, durable_disk_verb, from_json, to_json
from engine.storage.quota import check_quota
from engine.storage.stored_body import StoredBody

WorkerSlot: TypeAlias = Literal["waiting", "active"]


@dataclass(slots=True)
class StoredScript:
    """One pair of a script resource map: the URL, the response's head and its body."""

    url: str
    response: Record
    body: StoredBody


@dataclass(slots=True)
class StoredWorker:
    """https://w3c.github.io/ServiceWorker/#dfn-service-worker, as far as it is kept.

    The first script is the main one.
    """

    unique_id: str
    slot: WorkerSlot
    state: str
    script_url: str
    type: str
    scripts: list[StoredScript]
    skip_waiting: bool = False
    event_types: list[str] | None = None
    """https://w3c.github.io/ServiceWorker/#dfn-set-of-event-types-to-handle; None: not known."""
    policy: Record = field(default_factory=dict)
    """HTTPS state, referrer policy, policy container."""
    details: Record = field(default_factory=dict)


@dataclass(slots=True)
class StoredRegistration:
    """https://w3c.github.io/ServiceWorker/#dfn-service-worker-registration, as far as it is kept."""

    storage_key: str
    scope: str
    update_via_cache: str
    last_update_check: float | None = None
    """Seconds since 1970."""
    workers: list[StoredWorker] = field(default_factory=list)
    details: Record = field(default_factory=dict)
    """Navigation preload and the like."""


@durable_disk_verb
def save_registration(index: Index, registration: StoredRegistration) -> None:
    """Store a registration as it is now, in place of what was stored for its storage key and scope.

    Raises QuotaExceeded.
    """
    key = (registration.storage_key, registration.scope)
    index.execute(
        """INSERT INTO registrations (storage_key, scope, update_via_cache, last_update_check, details)
           VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (storage_key, scope) DO UPDATE SET update_via_cache = excluded.update_via_cache,
               last_update_check = excluded.last_update_check, details = excluded.details""",
        (*key, registration.update_via_cache, registration.last_update_check, to_json(registration.details)),
    )
    row = index.row("SELECT id FROM registrations WHERE storage_key = ? AND scope = ?", key)
    assert row is not None
    index.execute("DELETE FROM workers WHERE registration = ?", row)
    for worker in registration.workers:
        _insert_worker(index, row[0], worker)
    check_quota(
        index,
        registration.storage_key,
        sum(script.body.length for worker in registration.workers for script in worker.scripts),
    )


@disk_verb
def save_update_check(index: Index, storage_key: str, scope: str, time: float) -> None:
    """Note when a registration was last checked for an update, in seconds since 1970."""
    index.execute(
        "UPDATE registrations SET last_update_check = ? WHERE storage_key = ? AND scope = ?", (time, storage_key, scope)
    )


@durable_deleting_disk_verb
def remove_registration(index: Index, storage_key: str, scope: str) -> bool:
    """Delete a registration with its workers, their scripts and its background fetches.

    Returns whether there was one.
    """
    key = (storage_key, scope)
    index.execute("DELETE FROM background_fetches WHERE storage_key = ? AND scope = ?", key)
    return index.execute("DELETE FROM registrations WHERE storage_key = ? AND scope = ?", key) > 0


@disk_verb
def all_registrations(index: Index) -> list[StoredRegistration]:
    """Every registration of the profile, in the order in which they were first stored."""
    return [
        StoredRegistration(
            storage_key, scope, update_via_cache, last_update_check, _workers(index, registration), from_json(details)
        )
        for registration, storage_key, scope, update_via_cache, last_update_check, details in index.rows(
            "SELECT id, storage_key, scope, update_via_cache, last_update_check, details FROM registrations ORDER BY id"
        )
    ]


def _insert_worker(index: Index, registration: int, worker: StoredWorker) -> None:
    number = index.insert(
        """INSERT INTO workers
           (registration, slot, unique_id, state, script_url, type, skip_waiting, event_types, policy, details, script_count)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            registration,
            worker.slot,
            worker.unique_id,
            worker.state,
            worker.script_url,
            worker.type,
            worker.skip_waiting,
            to_json(worker.event_types),
            to_json(worker.policy),
            to_json(worker.details),
            len(worker.scripts),
        ),
    )
    index.execute_many(
        "INSERT INTO script_resources (worker, position, url, response, body) VALUES (?, ?, ?, ?, ?)",
        [
            (number, position, script.url, to_json(script.response), index.keep(script.body))
            for position, script in enumerate(worker.scripts)
        ],
    )


def _workers(index: Index, registration: int) -> list[StoredWorker]:
    return [
        StoredWorker(
            unique_id,
            slot,
            state,
            script_url,
            type_,
            _scripts(index, number),
            bool(skip_waiting),
            _names(event_types),
            from_json(policy),
            from_json(details),
        )
        for number, slot, unique_id, state, script_url, type_, skip_waiting, event_types, policy, details in index.rows(
            """SELECT id, slot, unique_id, state, script_url, type, skip_waiting, event_types, policy, details
               FROM workers WHERE registration = ? ORDER BY id""",
            (registration,),
        )
    ]


def _scripts(index: Index, worker: int) -> list[StoredScript]:
    rows = index.rows("SELECT url, response, body FROM script_resources WHERE worker = ? ORDER BY position", (worker,))
    scripts = []
    for url, response, body_id in rows:
        body = index.body(body_id)
        assert body is not None
        scripts.append(StoredScript(url, from_json(response), body))
    return scripts


def _names(text: str) -> list[str] | None:
    names: list[str] | None = json.loads(text)
    return names
