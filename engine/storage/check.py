"""The checker behind `afterpage doctor`: whether the index and the body files tell the same story, and what to do if not.

Repairing loses nothing that can be kept: a response that is incomplete is fetched on from where it is good, or anew; only what
cannot be read any more, and what nothing refers to, is deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from engine.storage.errors import NotAProfile, ProfileDamaged
from engine.storage.index import Index
from engine.storage.profile import Profile
from engine.storage.recovery import files_by_number, files_without_rows
from engine.storage.salvage import salvage_index
from engine.storage.schema import BODY_OWNERS

FaultKind: TypeAlias = Literal[
    "damaged index",
    "foreign file",
    "orphan file",
    "missing file",
    "short file",
    "long file",
    "unowned body",
    "dangling row",
    "wrong owner count",
    "wrong usage",
    "wrong progress",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what, and what repairing it does."""

    kind: FaultKind
    where: str
    what: str
    remedy: str
    repair: Callable[[Index], None] | None = field(default=None, compare=False, repr=False)
    """None: left to the user."""


@dataclass(slots=True)
class Diagnosis:
    """What was found, and after a repair: what is still wrong."""

    found: list[Fault]
    left: list[Fault]


def examine_profile(folder: Path, *, repair: bool = False) -> Diagnosis:
    """Check the profile in a folder, which no browser may have open, and repair it when asked to.

    Raises ProfileInUse, ProfileTooNew, ProfileNotWritable, NotAProfile, and ProfileDamaged where even salvage finds nothing.
    """
    if not (folder / "index.sqlite").exists():
        raise NotAProfile(folder)
    profile = Profile(folder)
    try:
        found: list[Fault] = []
        try:
            index = profile.open_index()
            faults = check_index(index)
        except ProfileDamaged as error:
            faults = [_damage(str(error))]
            if not repair:
                return Diagnosis(faults, faults)
            index = None
        if repair and any(fault.kind == "damaged index" for fault in faults):
            if index is not None:
                index.close()
            found += [fault for fault in faults if fault.kind == "damaged index"]
            salvage_index(profile.index_path)
            index = profile.open_index()
            faults = check_index(index)
        assert index is not None
        try:
            found += faults
            left = repair_index(index, faults) if repair else faults
        finally:
            index.bodies.close()
            index.close()
        return Diagnosis(found, left)
    finally:
        profile.close()


def check_index(index: Index) -> list[Fault]:
    """Everything that is wrong with an open index and its body files; nothing is changed."""
    with index.transaction():
        return [
            *_check_database(index),
            *_check_references(index),
            *_check_files(index),
            *_check_folder(index),
            *_check_counts(index),
        ]


def repair_index(index: Index, faults: list[Fault]) -> list[Fault]:
    """Repair what can be. Returns what is wrong afterwards."""
    for fault in faults:
        if fault.repair is not None:
            with index.transaction():
                fault.repair(index)
    # Taking a row out can leave its body without an owner, and change what is counted.
    index.reclaim()
    again = check_index(index)
    if any(fault.repair is not None for fault in again) and again != faults:
        return repair_index(index, again)
    return again


def _damage(what: str) -> Fault:
    return Fault("damaged index", "index.sqlite", what, "every row that can be read is copied into a new index; the old one is kept beside it")


def _check_database(index: Index) -> list[Fault]:
    return [_damage(line) for (line,) in index.rows("PRAGMA integrity_check") if line != "ok"]


def _check_references(index: Index) -> list[Fault]:
    return [
        Fault(
            "dangling row",
            f"{table} {row}",
            f"it refers to a row of {parent} that is not there",
            "the row is deleted",
            lambda index, table=table, row=row: _run(index, f"DELETE FROM {table} WHERE rowid = ?", row),  # type: ignore[misc]
        )
        for table, row, parent, _ in index.rows("PRAGMA foreign_key_check")
    ]


def _check_files(index: Index) -> list[Fault]:
    sizes = files_by_number(index)
    faults = []
    for body_id, size, state in index.rows("SELECT id, size, state FROM bodies WHERE owners > 0 ORDER BY id"):
        where = str(index.bodies.path(body_id))
        actual = sizes.get(body_id)
        if actual is None or actual < size:
            kind: FaultKind = "missing file" if actual is None else "short file"
            faults.append(
                Fault(
                    kind,
                    where,
                    f"{actual or 0} of {size} bytes are there",
                    "what needs it is fetched on, or deleted where that is impossible",
                    lambda index, body_id=body_id, actual=actual: _give_up_bytes(index, body_id, actual or 0),  # type: ignore[misc]
                )
            )
        elif actual > size and state == "complete":
            faults.append(
                Fault(
                    "long file",
                    where,
                    f"it has {actual} bytes, {size} were stored",
                    "it is cut",
                    lambda index, body_id=body_id, size=size: index.bodies.cut(body_id, size),  # type: ignore[misc]
                )
            )
    return faults


def _check_folder(index: Index) -> list[Fault]:
    faults = [
        Fault(
            "orphan file",
            str(index.bodies.path(body_id)),
            "nothing refers to it",
            "it is deleted",
            lambda index, body_id=body_id: index.bodies.remove([body_id]),  # type: ignore[misc]
        )
        for body_id in files_without_rows(index)
    ]
    faults += [
        Fault("unowned body", str(index.bodies.path(body_id)), "no row owns it", "it is deleted", Index.reclaim)
        for (body_id,) in index.rows("SELECT id FROM bodies WHERE owners = 0")
        if body_id not in index.bodies.alive
    ]
    known = {index.bodies.path(body_id) for body_id in files_by_number(index)}
    faults += [
        Fault("foreign file", str(path), "it is no body file", "left alone: move it away")
        for path in sorted(index.bodies.folder.rglob("*"))
        if not path.is_dir() and path not in known
    ]
    return faults


_OWNED = " + ".join(f"(SELECT count(*) FROM {table} WHERE {column} = bodies.id)" for table, column in BODY_OWNERS)

_USED = """SELECT storage_key, sum(used) AS used FROM (
    SELECT storage_key, size AS used FROM bodies UNION ALL SELECT storage_key, charge FROM cache_entries) GROUP BY storage_key"""

_DOWNLOADED = "(SELECT coalesce(sum(stored), 0) FROM background_fetch_records WHERE fetch = background_fetches.id)"


def _check_counts(index: Index) -> list[Fault]:
    faults = [
        Fault("wrong owner count", f"body {body_id}", f"{owners} are noted, {owned} there", "it is counted anew", _count_owners)
        for body_id, owners, owned in index.rows(f"SELECT id, owners, {_OWNED} AS owned FROM bodies WHERE owners <> owned")
    ]
    noted = dict(index.rows("SELECT storage_key, used FROM usage"))
    used = dict(index.rows(_USED))
    faults += [
        Fault("wrong usage", key, f"{noted.get(key, 0)} bytes are noted, {used.get(key, 0)} used", "it is counted anew", _count_usage)
        for key in sorted(noted.keys() | used.keys())
        if noted.get(key, 0) != used.get(key, 0)
    ]
    faults += [
        Fault("wrong progress", f"record {position} of background fetch {fetch}", f"{stored} bytes are noted, {size} stored", "it is corrected", _count_progress)
        for fetch, position, stored, size in index.rows(
            """SELECT fetch, position, stored, coalesce(size, 0) AS size FROM background_fetch_records
               LEFT JOIN bodies ON bodies.id = response_body WHERE records.stored <> coalesce(size, 0)""".replace("records.stored", "stored")
        )
    ]
    # A fetch whose records were released keeps the total it had.
    faults += [
        Fault("wrong progress", f"background fetch {fetch}", f"{noted} bytes are noted, {downloaded} stored", "it is corrected", _count_progress)
        for fetch, noted, downloaded in index.rows(
            f"SELECT id, downloaded, {_DOWNLOADED} AS real FROM background_fetches WHERE records_available AND downloaded <> real"
        )
    ]
    return faults


def _count_owners(index: Index) -> None:
    index.execute(f"UPDATE bodies SET owners = {_OWNED}")


def _count_usage(index: Index) -> None:
    index.execute("DELETE FROM usage")
    index.execute(f"INSERT INTO usage (storage_key, used) {_USED}")


def _count_progress(index: Index) -> None:
    index.execute("UPDATE background_fetch_records SET stored = coalesce((SELECT size FROM bodies WHERE id = response_body), 0)")
    index.execute(f"UPDATE background_fetches SET downloaded = {_DOWNLOADED} WHERE records_available")


def _give_up_bytes(index: Index, body_id: int, actual: int) -> None:
    """Make do with the `actual` first bytes of a body, of which more were promised."""
    # A response that was not settled goes on after the bytes that are there. One that was whole begins anew where its fetch
    # is still active, and is one that failed where it has ended.
    index.execute("UPDATE bodies SET size = ? WHERE id = ? AND state = 'growing'", (actual, body_id))
    growing = index.row("SELECT 1 FROM bodies WHERE id = ? AND state = 'growing'", (body_id,)) is not None
    if growing and actual > 0:
        index.execute("UPDATE background_fetch_records SET stored = ? WHERE response_body = ?", (actual, body_id))
        return
    index.execute(
        """UPDATE background_fetch_records SET response = NULL, response_body = NULL, stored = 0, validators = NULL, result =
               CASE (SELECT result FROM background_fetches WHERE id = fetch) WHEN '' THEN '' ELSE 'fetch-error' END
           WHERE response_body = ?""",
        (body_id,),
    )
    # A request that cannot be sent any more is one that failed.
    index.execute(
        "UPDATE background_fetch_records SET request_body = NULL, result = CASE result WHEN '' THEN 'fetch-error' ELSE result END WHERE request_body = ?",
        (body_id,),
    )
    index.execute("DELETE FROM cache_entries WHERE body = ?", (body_id,))
    # A worker without its script cannot start, and a registration without a worker is none: the page registers it again.
    index.execute("DELETE FROM workers WHERE id IN (SELECT worker FROM script_resources WHERE body = ?)", (body_id,))
    index.execute("DELETE FROM registrations WHERE id NOT IN (SELECT registration FROM workers)")


def _run(index: Index, statement: str, value: object) -> None:
    index.execute(statement, (value,))
