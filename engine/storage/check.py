"""The checker behind `afterpage doctor`: whether the index and the body files tell the same story, and what to do if
not.

Repairing loses nothing that can be kept: a response that is incomplete goes on from where it is good, or begins anew; rows
that mean nothing are deleted; files are never, they are set aside for people to look at. (After a run that was killed the next
start deletes files without a row, as that run's leftovers. Who asks the checker has a reason to doubt that they are.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from engine.storage.check_bodies import check_bodies, check_folder
from engine.storage.check_parts import check_parts
from engine.storage.check_rows import Reader, damaged_rows, delete_damaged_rows
from engine.storage.errors import UNFINISHED_REPAIR, NotAProfile, ProfileDamaged
from engine.storage.fault import Fault
from engine.storage.index import Index
from engine.storage.profile import INDEX_NAME, Profile, is_a_profile
from engine.storage.recovery import forget_that_rows_were_lost, rows_were_lost
from engine.storage.repairs import (
    DOWNLOADED,
    LOST_NAME,
    OWNED,
    USAGE,
    count_owners,
    count_progress,
    count_usage,
    delete_row,
    give_up_bytes,
    note_body_anew,
    set_aside,
    set_unowned_aside,
)
from engine.storage.salvage import WRITE_NOTE, finish_salvage, is_salvage_unfinished, salvage_index

_ROUNDS = 5  # repairing one thing can show another, but not for ever


@dataclass(slots=True)
class Diagnosis:
    """What was found, and what is still wrong now."""

    found: list[Fault]
    left: list[Fault]
    set_aside: list[Path] = field(default_factory=list)
    """What this repair has put out of the way, for people to look at: damaged indexes, and files of no known use."""
    unknown: int = 0
    """How many bodies were stored without a checksum."""


def examine_profile(folder: Path, *, repair: bool = False, readers: Mapping[str, Reader] | None = None) -> Diagnosis:
    """Check the profile in a folder, which no browser may have open, and repair it when asked to.

    `readers`: what the packages above make of the rows of a table, by its name.

    A repair may be interrupted at any moment: the next one goes on, and until then nobody opens the profile.

    Raises ProfileInUse, ProfileTooNew, ProfileNotWritable, NotAProfile, StorageFull.
    """
    if not is_a_profile(folder):
        raise NotAProfile(folder)
    profile = Profile(folder)
    aside_before = [] if is_salvage_unfinished(profile.index_path) else set_aside(profile.folder)
    try:
        damage = _damage_of_the_index(profile)
        if damage and not repair:
            return Diagnosis(damage, damage)
        if is_salvage_unfinished(profile.index_path):
            finish_salvage(profile.index_path)
        elif damage:
            salvage_index(profile.index_path)
        index = profile.open_index()
        try:
            diagnosis = _examine_index(index, damage, repair, readers or {})
        finally:
            index.bodies.close()
            index.close()
    finally:
        profile.close()
    diagnosis.set_aside = [path for path in set_aside(profile.folder) if path not in aside_before]
    return diagnosis


def _examine_index(index: Index, damage: list[Fault], repair: bool, readers: Mapping[str, Reader]) -> Diagnosis:
    if rows_were_lost(index) and not damage:
        damage = [Fault("unfinished repair", INDEX_NAME, UNFINISHED_REPAIR, "it is brought to its end")]
    nonsense = list(damaged_rows(index, readers))
    remedy = f"it is deleted; bytes that were its alone are moved into the folder `{LOST_NAME}`"
    damage += [Fault("damaged row", str(row), row.what, remedy) for row in nonsense]
    if damage and not repair:
        return Diagnosis(damage, damage)
    if nonsense:
        delete_damaged_rows(index, nonsense)
    faults = check_index(index)
    left = repair_index(index, faults) if repair else faults
    if repair:
        forget_that_rows_were_lost(index)
    ((unknown,),) = index.rows("SELECT count(*) FROM bodies WHERE checksum IS NULL")
    return Diagnosis(damage + faults, left, unknown=unknown)


def check_index(index: Index) -> list[Fault]:
    """Everything on which an open index, whole in itself, and the body files disagree. Nothing is changed.

    No row without its bytes, no file without an owner, no count that is wrong: after whatever accident and the next start this
    finds nothing. Of a profile that nobody has open `examine_profile` asks the same.
    """
    with index.transaction():
        sizes = index.bodies.sizes()
        return [
            *_check_references(index, sizes),
            *check_bodies(index, sizes),
            *check_folder(index, sizes),
            *check_parts(index),
            *_check_counts(index),
        ]


def repair_index(index: Index, faults: list[Fault]) -> list[Fault]:
    """Repair what can be. Returns what is wrong afterwards."""
    for _ in range(_ROUNDS):
        if not any(fault.repair is not None for fault in faults):
            break
        # What refers to nothing comes first: it decides which files are orphans.
        dangling = [fault for fault in faults if fault.kind == "dangling row"]
        with index.transaction():
            # In one transaction, as bodies without owners go at its end: by then the counts have to be right.
            index.execute(WRITE_NOTE)
            count_owners(index)
            for fault in dangling or faults:
                if fault.repair is not None:
                    fault.repair(index)
            for step in (count_owners, set_unowned_aside, count_usage, count_progress):
                step(index)
        index.reclaim()
        index.bodies.wait_for_removals()
        faults = check_index(index)
    return faults


def _damage_of_the_index(profile: Profile) -> list[Fault]:
    remedy = "every row that can be read is copied into a new index; the old one is kept beside it"
    try:
        index = profile.open_index()
        try:
            with index.transaction():
                lines = [line for (line,) in index.rows("PRAGMA integrity_check")]
        finally:
            index.bodies.close()
            index.close()
    except ProfileDamaged as error:
        lines = [error.what]
    return [Fault("damaged index", INDEX_NAME, line, remedy) for line in lines if line != "ok"]


def _check_references(index: Index, sizes: dict[int, int]) -> list[Fault]:
    faults: list[Fault] = []
    for table, row, parent, key in index.rows("PRAGMA foreign_key_check"):
        if parent != "bodies":
            faults.append(
                Fault(
                    "dangling row",
                    f"{table} {row}",
                    f"its row of {parent} is gone",
                    "it is deleted",
                    partial(delete_row, table=table, row=row),
                )
            )
            continue
        (column,) = (line[3] for line in index.rows(f"PRAGMA foreign_key_list({table})") if line[0] == key)
        found = index.row(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,))
        assert found is not None
        (body_id,) = found
        if body_id in sizes:
            repair: Callable[[Index], None] = partial(note_body_anew, body_id=body_id, size=sizes[body_id])
            remedy = "the body is noted anew from its file"
        else:
            repair = partial(give_up_bytes, body_id=body_id, actual=0)
            remedy = "what needs it begins anew, or is deleted where that is impossible"
        if not any(fault.where == f"body {body_id}" for fault in faults):
            faults.append(
                Fault("dangling row", f"body {body_id}", f"{table} refers to it and it is not noted", remedy, repair)
            )
    return faults


def _used(usage: tuple[int, ...]) -> str:
    used, reserved = usage
    return f"{used} bytes{f' and {reserved} reserved' if reserved else ''}"


def _check_counts(index: Index) -> list[Fault]:
    faults = [
        Fault(
            "wrong owner count",
            f"body {body_id}",
            f"{noted} are noted, {owned} there",
            "they are counted anew",
            count_owners,
        )
        for body_id, noted, owned in index.rows(
            f"SELECT id, owners, {OWNED} AS owned FROM bodies WHERE owners <> owned"
        )
    ]
    noted_usage = {key: tuple(row) for key, *row in index.rows("SELECT storage_key, used, reserved FROM usage")}
    usage = {key: tuple(row) for key, *row in index.rows(USAGE)}
    nothing = (0, 0)
    faults += [
        Fault(
            "wrong usage",
            key,
            f"{_used(noted_usage.get(key, nothing))} are noted, {_used(usage.get(key, nothing))} there",
            "it is counted anew",
            count_usage,
        )
        for key in sorted(noted_usage.keys() | usage.keys())
        if noted_usage.get(key, nothing) != usage.get(key, nothing)
    ]
    faults += [
        Fault(
            "wrong progress",
            f"record {position} of background fetch {fetch}",
            f"{noted} bytes are noted, {size} stored",
            "it is corrected",
            count_progress,
        )
        for fetch, position, noted, size in index.rows(
            """SELECT fetch, position, stored, coalesce(size, 0) AS bytes FROM background_fetch_records
               LEFT JOIN bodies ON bodies.id = response_body WHERE stored <> bytes"""
        )
    ]
    faults += [
        Fault(
            "wrong progress",
            f"background fetch {fetch}",
            f"{noted} bytes are noted, {downloaded} stored",
            "it is corrected",
            count_progress,
        )
        for fetch, noted, downloaded in index.rows(
            f"""SELECT id, downloaded, {DOWNLOADED} AS stored FROM background_fetches
                WHERE records_available AND downloaded <> stored"""
        )
    ]
    return faults
