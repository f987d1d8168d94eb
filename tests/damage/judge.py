"""Whether a repair has kept what could be kept, and has named what it has set aside."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from engine.browser.row_readers import ROW_READERS
from engine.storage import Storage, StorageError
from engine.storage.check import examine_profile
from tests.damage.damages import Damage
from tests.damage.profiles import Rows, bytes_of_bodies, readable_rows_of, rows_of

PARENTS = {
    "workers": {"registration": "registrations"},
    "script_resources": {"worker": "workers", "body": "bodies"},
    "cache_entries": {"cache": "caches", "body": "bodies"},
    "background_fetch_records": {"fetch": "background_fetches", "request_body": "bodies", "response_body": "bodies"},
}
COUNTED = {
    "bodies": {"owners", "size", "checksum", "state"},
    "background_fetches": {"downloaded", "result", "failure_reason", "event_due", "record_count"},
    "background_fetch_records": {
        "stored",
        "response",
        "response_body",
        "request_body",
        "result",
        "validators",
        "attempts",
        "request",
    },
}
"""Columns that a repair may bring up to date."""
NOT_PROMISED = {"profile", "usage", "bodies"}
"""Tables of which only what others need has to be kept."""


def judge(whole: Path, damage: Damage, seed: int, folder: Path) -> list[str]:
    """What is wrong with what becomes of a copy of `whole`, made at `folder`, that is damaged and repaired."""
    shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("reserve"))
    was = rows_of(folder) if not (folder / "index.sqlite-wal").exists() else rows_of_a_copy(folder)
    bytes_before = bytes_of_bodies(folder)
    damage.harm(folder, Random(f"{seed} {damage.name}"))
    bytes_damaged = bytes_of_bodies(folder)
    probe = folder.with_name(f"{folder.name}-probe")
    shutil.copytree(folder, probe)
    readable = readable_rows_of(probe, was)
    shutil.rmtree(probe)

    looked = examine_profile(folder, readers=ROW_READERS)
    repaired = examine_profile(folder, repair=True, readers=ROW_READERS)
    wrong = [f"left: {fault}" for fault in repaired.left if fault.kind != "foreign file"]
    if bool(looked.found) != bool(repaired.found):
        wrong.append(f"looking finds {len(looked.found)} faults, repairing {len(repaired.found)}")
    again = [fault for fault in examine_profile(folder, readers=ROW_READERS).found if fault.kind != "foreign file"]
    wrong += [f"found afterwards: {fault}" for fault in again]
    is_ = rows_of(folder)
    wrong += _rows_that_are_gone(was, is_, readable, folder, bytes_damaged)
    if not damage.was_killed:  # else an earlier state of the log may be all there is
        wrong += _rows_that_come_from_nowhere(was, is_)
    wrong += _bytes_that_are_gone(bytes_before, bytes_damaged, folder, was)
    named = {path.resolve() for path in repaired.set_aside}
    there = {path.resolve() for place in ("lost/*", "index-damaged-*.sqlite") for path in folder.glob(place)}
    wrong += [f"set aside and not named: {path.name}" for path in there - named]
    return wrong


def rows_of_a_copy(folder: Path) -> Rows:
    copy = folder.with_name(f"{folder.name}-copy")
    shutil.copytree(folder, copy)
    rows = rows_of(copy)
    shutil.rmtree(copy)
    return rows


def _rows_that_are_gone(
    was: Rows, is_: Rows, readable: dict[str, set[tuple[object, ...]]], folder: Path, files: dict[str, bytes]
) -> list[str]:
    wrong = []
    for table in was.keys() - NOT_PROMISED:
        gone = [key for key in readable[table] if key not in is_[table] and not _has_lost_a_part(table, key, was, is_)]
        changed = [
            key
            for key in readable[table]
            if key in is_[table]
            and any(
                is_[table][key][column] != value
                for column, value in was[table][key].items()
                if column not in COUNTED.get(table, ())
            )
        ]
        if gone:
            wrong.append(f"{table}: {len(gone)} of {len(readable[table])} rows that can be read are gone: {gone[:3]}")
        if changed:
            wrong.append(f"{table}: {len(changed)} rows have changed: {changed[:3]}")
    return wrong


def _has_lost_a_part(table: str, key: tuple[object, ...], was: Rows, is_: Rows) -> bool:
    """Whether what the row belongs to, or needs, is not there any more."""
    row = was[table][key]
    for column, parent in PARENTS.get(table, {}).items():
        if row[column] is not None and (row[column],) not in is_[parent]:
            return True
    match table:
        case "background_fetch_records":  # those that are left are counted anew
            records = [
                len([1 for fetch, _ in rows["background_fetch_records"] if fetch == key[0]]) for rows in (was, is_)
            ]
            return records[0] > records[1]
        case "workers":
            scripts = [one for one in was["script_resources"] if one[0] == row["id"]]
            return any(one not in is_["script_resources"] for one in scripts)
        case "registrations":
            return not any(worker["registration"] == row["id"] for worker in is_["workers"].values())
    return False


def _rows_that_come_from_nowhere(was: Rows, is_: Rows) -> list[str]:
    """Rows that had been deleted before the damage, or never were."""
    wrong = []
    for table in was.keys() - {"profile", "usage"}:
        if strange := is_[table].keys() - was[table].keys():
            wrong.append(f"{table}: {len(strange)} rows come from nowhere: {list(strange)[:3]}")
    return wrong


def _bytes_that_are_gone(before: dict[str, bytes], damaged: dict[str, bytes], folder: Path, was: Rows) -> list[str]:
    kept = [*bytes_of_bodies(folder).values(), *bytes_of_bodies(folder, "lost").values()]
    gone = [name for name, data in before.items() if damaged.get(name) == data and data not in kept]
    altered = [
        name
        for name, data in damaged.items()
        if name in before and data not in kept and not _is_kept_in_part(data, kept)
    ]
    return [f"bytes are gone: {name}" for name in (*gone, *altered)]


def _is_kept_in_part(data: bytes, kept: list[bytes]) -> bool:
    """Whether so much of it is there that only what was put behind its end is not."""
    return any(data.startswith(one) and len(one) >= len(data) - 4 for one in kept if one)


async def use(folder: Path) -> str | None:
    """Open it and read all that is in it. What is wrong; None: nothing."""
    from engine.storage import (
        all_background_fetches,
        all_cookies,
        all_entries,
        all_known_hosts,
        all_permissions,
        all_registrations,
        local_storage_items,
        records_of_a_background_fetch,
        storage_keys,
    )

    try:
        storage = await Storage.open(folder)
        try:
            bodies = [
                script.body
                for one in await storage.run(all_registrations)
                for worker in one.workers
                for script in worker.scripts
            ]
            for fetch in await storage.run(all_background_fetches):
                records = await storage.run(records_of_a_background_fetch, fetch.id)
                bodies += [
                    body
                    for record in records
                    for body in (record.request_body, record.response_body)
                    if body is not None
                ]
            for (cache,) in storage.index.rows("SELECT id FROM caches"):
                bodies += [entry.body for entry in await storage.run(all_entries, cache) if entry.body is not None]
            for body in bodies:
                if body.state == "complete":
                    await body.read_all()
            for key in await storage.run(storage_keys):
                await storage.run(local_storage_items, key)
            await storage.run(all_cookies, 0.0)
            await storage.run(all_permissions)
            await storage.run(all_known_hosts, 0.0)
        finally:
            bodies = []
            await storage.close()
    except StorageError as error:
        return str(error)
    return None
