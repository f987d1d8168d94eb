"""The index's tables, as a list of migrations: `PRAGMA user_version` counts those that were applied.

A migration that has been released is never edited; a change is a new one at the end.

Bodies are owned by rows of other tables. `bodies.owners` counts them, and triggers keep the count, so that no verb
can forget to. `usage` is likewise kept by triggers: `used` is the sum of the bodies of a storage key, each counted
once however many owners it has, and of what its cache entries charge beside their body, `reserved` what its active
background fetches will still download. Strings a script can choose
freely (ids, names, titles) may hold lone surrogates, which SQLite's text cannot: they are blobs.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Final, NamedTuple

BODY_OWNERS: Final = (
    ("script_resources", "body"),
    ("cache_entries", "body"),
    ("background_fetch_records", "request_body"),
    ("background_fetch_records", "response_body"),
)
"""Every (table, column) that refers to a body."""


def _owner_triggers(table: str, column: str) -> str:
    """The triggers by which `column` of `table` counts as an owner of the body it names."""
    gain = f"UPDATE bodies SET owners = owners + 1 WHERE id = new.{column};"
    loss = f"UPDATE bodies SET owners = owners - 1 WHERE id = old.{column};"
    return f"""
    CREATE INDEX {table}_by_{column} ON {table} ({column}) WHERE {column} IS NOT NULL;
    CREATE TRIGGER {table}_{column}_inserted AFTER INSERT ON {table}
        WHEN new.{column} IS NOT NULL BEGIN {gain} END;
    CREATE TRIGGER {table}_{column}_deleted AFTER DELETE ON {table}
        WHEN old.{column} IS NOT NULL BEGIN {loss} END;
    CREATE TRIGGER {table}_{column}_updated AFTER UPDATE OF {column} ON {table}
        WHEN old.{column} IS NOT new.{column} BEGIN {loss} {gain} END;
    """


def _usage_triggers(table: str, column: str) -> str:
    """The triggers by which `column` of `table` counts towards the usage of the row's storage key."""
    add = """INSERT INTO usage (storage_key, used) VALUES ({row}.storage_key, {amount})
             ON CONFLICT (storage_key) DO UPDATE SET used = used + excluded.used;"""
    gain = add.format(row="new", amount=f"new.{column}")
    change = add.format(row="new", amount=f"new.{column} - old.{column}")
    loss = add.format(row="old", amount=f"-old.{column}")
    return f"""
    CREATE TRIGGER {table}_{column}_inserted AFTER INSERT ON {table} BEGIN {gain} END;
    CREATE TRIGGER {table}_{column}_deleted AFTER DELETE ON {table} BEGIN {loss} END;
    CREATE TRIGGER {table}_{column}_updated AFTER UPDATE OF {column} ON {table}
        WHEN old.{column} <> new.{column} BEGIN {change} END;
    """


_FIRST: Final = f"""
CREATE TABLE profile (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

CREATE TABLE usage (storage_key TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    storage_key TEXT NOT NULL,
    size INTEGER NOT NULL,                       -- bytes known to be on the disk; the file may be longer
    state TEXT NOT NULL CHECK (state IN ('growing', 'complete', 'failed')),
    owners INTEGER NOT NULL DEFAULT 0 CHECK (owners >= 0)
);
CREATE INDEX bodies_without_owners ON bodies (id) WHERE owners = 0;
CREATE INDEX bodies_by_storage_key ON bodies (storage_key);

CREATE TABLE registrations (
    id INTEGER PRIMARY KEY,
    storage_key TEXT NOT NULL,
    scope TEXT NOT NULL,
    update_via_cache TEXT NOT NULL,
    last_update_check REAL,                      -- seconds since 1970, null: never
    details TEXT NOT NULL,                       -- JSON
    UNIQUE (storage_key, scope)
);

CREATE TABLE workers (
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL REFERENCES registrations (id) ON DELETE CASCADE,
    slot TEXT NOT NULL CHECK (slot IN ('waiting', 'active')),
    unique_id TEXT NOT NULL,
    state TEXT NOT NULL,
    script_url TEXT NOT NULL,
    type TEXT NOT NULL,
    skip_waiting INTEGER NOT NULL,
    event_types TEXT NOT NULL,                   -- JSON list, or null: not known
    policy TEXT NOT NULL,                        -- JSON
    details TEXT NOT NULL,                       -- JSON
    UNIQUE (registration, slot)
);

CREATE TABLE script_resources (
    worker INTEGER NOT NULL REFERENCES workers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    response TEXT NOT NULL,                      -- JSON
    body INTEGER NOT NULL REFERENCES bodies (id),
    PRIMARY KEY (worker, position)
);

CREATE TABLE caches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,        -- creation order
    storage_key TEXT NOT NULL,
    name BLOB NOT NULL,
    doomed INTEGER NOT NULL DEFAULT 0            -- deleted by a script, kept for the Cache objects that are still held
);
CREATE UNIQUE INDEX caches_by_name ON caches (storage_key, name) WHERE doomed = 0;

CREATE TABLE cache_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,        -- insertion order
    cache INTEGER NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
    storage_key TEXT NOT NULL,
    url TEXT NOT NULL,                           -- without fragment
    url_without_query TEXT NOT NULL,
    method TEXT NOT NULL,
    request TEXT NOT NULL,                       -- JSON
    response TEXT NOT NULL,                      -- JSON
    vary TEXT,
    body INTEGER REFERENCES bodies (id),
    charge INTEGER NOT NULL                      -- bytes counted towards the quota beside the body: heads and padding
);
CREATE INDEX cache_entries_by_url ON cache_entries (cache, url);
CREATE INDEX cache_entries_by_url_without_query ON cache_entries (cache, url_without_query);

CREATE TABLE background_fetches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    storage_key TEXT NOT NULL,
    scope TEXT NOT NULL,                         -- of the service worker registration
    developer_id BLOB NOT NULL,                  -- the id the script gave
    unique_id TEXT NOT NULL UNIQUE,
    title BLOB NOT NULL,
    icons TEXT NOT NULL,                         -- JSON
    creator TEXT NOT NULL,                       -- JSON: origin, policy container, referrer policy
    created REAL NOT NULL,                       -- seconds since 1970
    download_total INTEGER NOT NULL,
    upload_total INTEGER NOT NULL,
    downloaded INTEGER NOT NULL DEFAULT 0,       -- kept by a trigger: the sum of its records' stored
    uploaded INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    result TEXT NOT NULL DEFAULT '',
    failure_reason TEXT NOT NULL DEFAULT '',
    records_available INTEGER NOT NULL DEFAULT 1,
    event_due INTEGER NOT NULL DEFAULT 0         -- has ended, and its terminal event has not been delivered
);
CREATE UNIQUE INDEX active_background_fetches ON background_fetches (storage_key, scope, developer_id)
    WHERE result = '';
CREATE INDEX background_fetches_of_a_registration ON background_fetches (storage_key, scope);

CREATE TABLE background_fetch_records (
    fetch INTEGER NOT NULL REFERENCES background_fetches (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    request TEXT NOT NULL,                       -- JSON
    request_body INTEGER REFERENCES bodies (id),
    response TEXT,                               -- JSON
    response_body INTEGER REFERENCES bodies (id),
    stored INTEGER NOT NULL DEFAULT 0,           -- bytes of the response body known to be on the disk
    validators TEXT,                             -- JSON
    result TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (fetch, position)
);
CREATE TRIGGER background_fetch_records_stored AFTER UPDATE OF stored ON background_fetch_records
WHEN old.stored <> new.stored BEGIN
    UPDATE background_fetches SET downloaded = downloaded + new.stored - old.stored WHERE id = new.fetch;
END;

CREATE TABLE permissions (
    origin TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (origin, name)
) WITHOUT ROWID;

CREATE TABLE cookies (
    partition TEXT NOT NULL,                     -- '' for an unpartitioned one
    domain TEXT NOT NULL,
    path BLOB NOT NULL,
    name BLOB NOT NULL,
    value BLOB NOT NULL,
    host_only INTEGER NOT NULL,
    secure INTEGER NOT NULL,
    http_only INTEGER NOT NULL,
    same_site TEXT NOT NULL,
    expiry REAL,                                 -- seconds since 1970, null: at the end of the session
    created REAL NOT NULL,
    last_access REAL NOT NULL,
    PRIMARY KEY (partition, domain, path, name)
) WITHOUT ROWID;

{"".join(_owner_triggers(table, column) for table, column in BODY_OWNERS)}
{_usage_triggers("bodies", "size")}
{_usage_triggers("cache_entries", "charge")}
"""

_LOCAL_STORAGE: Final = """
CREATE TABLE local_storage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,        -- insertion order
    storage_key TEXT NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (storage_key, key)
);
"""

_KNOWN_HOSTS: Final = """
CREATE TABLE known_hosts (                       -- of HTTP Strict Transport Security
    host TEXT PRIMARY KEY,
    expiry REAL NOT NULL,                        -- seconds since 1970
    include_subdomains INTEGER NOT NULL
) WITHOUT ROWID;
"""

_CHECKSUMS: Final = """
ALTER TABLE bodies ADD COLUMN checksum INTEGER;  -- CRC-32 of the first `size` bytes; null: not known, stored before there were any
"""

_COOKIES_BY_HOST_ONLY: Final = """
-- One of a host only and one of its domain are two, whatever else they share. The table is made anew, not renamed: what renaming makes
-- of its text differs between versions of SQLite.
CREATE TEMP TABLE kept_cookies AS SELECT * FROM cookies;
DROP TABLE cookies;
CREATE TABLE cookies (
    partition TEXT NOT NULL,                     -- '' for an unpartitioned one
    domain TEXT NOT NULL,
    path BLOB NOT NULL,
    name BLOB NOT NULL,
    value BLOB NOT NULL,
    host_only INTEGER NOT NULL,
    secure INTEGER NOT NULL,
    http_only INTEGER NOT NULL,
    same_site TEXT NOT NULL,
    expiry REAL,                                 -- seconds since 1970, null: at the end of the session
    created REAL NOT NULL,
    last_access REAL NOT NULL,
    PRIMARY KEY (partition, domain, host_only, path, name)
) WITHOUT ROWID;
INSERT INTO cookies SELECT * FROM kept_cookies;
DROP TABLE kept_cookies;
"""

_COUNTS: Final = """
ALTER TABLE workers ADD COLUMN script_count INTEGER;             -- null, here and there: not known, stored before it was counted
ALTER TABLE background_fetches ADD COLUMN record_count INTEGER;
"""



def _reservation(row: str) -> str:
    """What a background fetch keeps free: of an active one, what it has said it will download and has not."""
    return f"CASE WHEN {row}.result = '' THEN max(0, {row}.download_total - {row}.downloaded) ELSE 0 END"


RESERVATION: Final = _reservation("background_fetches")
"""The same, as an expression over `background_fetches`."""


def _reservation_triggers() -> str:
    add = """INSERT INTO usage (storage_key, used, reserved) VALUES ({row}.storage_key, 0, {amount})
             ON CONFLICT (storage_key) DO UPDATE SET reserved = reserved + excluded.reserved;"""
    old, new = _reservation("old"), _reservation("new")
    return f"""
    CREATE TRIGGER background_fetches_reservation_inserted AFTER INSERT ON background_fetches
        BEGIN {add.format(row="new", amount=new)} END;
    CREATE TRIGGER background_fetches_reservation_deleted AFTER DELETE ON background_fetches
        BEGIN {add.format(row="old", amount=f"-({old})")} END;
    CREATE TRIGGER background_fetches_reservation_updated
        AFTER UPDATE OF download_total, downloaded, result ON background_fetches
        WHEN {old} <> {new} BEGIN {add.format(row="new", amount=f"{new} - {old}")} END;
    """


_RESERVATIONS: Final = f"""
ALTER TABLE usage ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;    -- bytes, kept by triggers, as `used` is
{_reservation_triggers()}
INSERT INTO usage (storage_key, used, reserved)
    SELECT storage_key, 0, sum({RESERVATION}) FROM background_fetches WHERE true GROUP BY storage_key
    ON CONFLICT (storage_key) DO UPDATE SET reserved = excluded.reserved;
"""

MIGRATIONS: Final = (_FIRST, _LOCAL_STORAGE, _KNOWN_HOSTS, _CHECKSUMS, _COOKIES_BY_HOST_ONLY, _COUNTS, _RESERVATIONS)

JSON_COLUMNS: Final[dict[tuple[str, str], tuple[type | None, ...]]] = {
    ("registrations", "details"): (dict,),
    ("workers", "event_types"): (list, None),
    ("workers", "policy"): (dict,),
    ("workers", "details"): (dict,),
    ("script_resources", "response"): (dict,),
    ("cache_entries", "request"): (dict,),
    ("cache_entries", "response"): (dict,),
    ("background_fetches", "icons"): (list,),
    ("background_fetches", "creator"): (dict,),
    ("background_fetch_records", "request"): (dict,),
    ("background_fetch_records", "response"): (dict,),
    ("background_fetch_records", "validators"): (dict,),
}
"""Columns that hold JSON, and what it is at its outermost; None: null."""

JSON_ITEMS: Final[dict[tuple[str, str], type]] = {
    ("workers", "event_types"): str,
    ("background_fetches", "icons"): dict,
}
"""What the lists among them are made of."""

WORDS: Final = {
    ("bodies", "state"): frozenset({"growing", "complete", "failed"}),
    ("workers", "slot"): frozenset({"waiting", "active"}),
}
"""Columns that hold one of a few words of ours. SQLite checks them only while it writes."""

VERSION: Final = len(MIGRATIONS)
"""The newest format this software reads and the one it writes."""

APPLICATION_ID: Final = 0x41667470
"""Marks the database file as an index of ours (`PRAGMA application_id`)."""

_DEFINITIONS: Final = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def strange_definition(connection: sqlite3.Connection, version: int) -> str | None:
    """What a database of ours has, or lacks, that our migrations up to `version` do not make; None: it is as we made it.

    Triggers and views of others would run with our statements.
    """
    expected, found = _expected_definitions(version), dict(connection.execute(_DEFINITIONS))
    if found == expected:
        return None
    added, gone = sorted(found.keys() - expected.keys()), sorted(expected.keys() - found.keys())
    changed = sorted(name for name in found.keys() & expected.keys() if found[name] != expected[name])
    for names, what in ((added, "is not ours"), (gone, "is missing"), (changed, "has been changed")):
        if names:
            return f"its {names[0]} {what}"
    raise AssertionError


@cache
def _expected_definitions(version: int) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(" ".join(MIGRATIONS[:version]))
        return dict(empty.execute(_DEFINITIONS))


class Column(NamedTuple):
    """Of a table. `key`: its place in the primary key, from 1 on, 0: it is no part of it."""

    name: str
    type: str
    is_needed: bool
    key: int
    is_number: bool
    """Whether it is another name of the row's number."""


class Table(NamedTuple):
    """`is_by_key`: whether its rows have no numbers, and lie in the order of their keys."""

    columns: tuple[Column, ...]
    is_by_key: bool


@cache
def tables_at(version: int) -> dict[str, Table]:
    """The tables as the migrations up to `version` make them, in their order."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(" ".join(MIGRATIONS[:version]))
        found: dict[str, Table] = {}
        for name, statement in empty.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).fetchall():
            rows = empty.execute(f"PRAGMA table_info({name})").fetchall()
            is_by_key = "WITHOUT ROWID" in statement
            keys = [row[1] for row in rows if row[5]]
            columns = tuple(
                Column(
                    column, type_, bool(not_null or key), key, not is_by_key and type_ == "INTEGER" and keys == [column]
                )
                for _, column, type_, not_null, _, key in rows
            )
            found[name] = Table(columns, is_by_key)
        return found


def tables() -> tuple[str, ...]:
    """Every table that the migrations make, in the order in which they are made."""
    return tuple(tables_at(VERSION))
