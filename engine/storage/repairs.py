"""What the checker does about faults it has found. Each repair is a verb over an open index."""

from __future__ import annotations

import itertools
import stat
from pathlib import Path
from typing import Final

from engine.storage.errors import disk_errors
from engine.storage.flushing import flush_folder, make_folder
from engine.storage.index import Index, disk_verb
from engine.storage.own_files import is_there, refuse_what_is_no
from engine.storage.schema import BODY_OWNERS, RESERVATION

LOST_NAME: Final = "lost"
"""The folder of a profile into which files are moved that nothing knows what to do with."""

OWNED = " + ".join(f"(SELECT count(*) FROM {table} WHERE {column} = bodies.id)" for table, column in BODY_OWNERS)
"""How many rows own a body, as an expression over `bodies`."""

USAGE = f"""SELECT storage_key, sum(used) AS used, sum(reserved) AS reserved FROM (
    SELECT storage_key, size AS used, 0 AS reserved FROM bodies UNION ALL
    SELECT storage_key, charge, 0 FROM cache_entries UNION ALL
    SELECT storage_key, 0, {RESERVATION} FROM background_fetches
) GROUP BY storage_key"""
"""What each storage key uses and has reserved."""

DOWNLOADED = "(SELECT coalesce(sum(stored), 0) FROM background_fetch_records WHERE fetch = background_fetches.id)"
"""What was downloaded, as an expression over `background_fetches`."""


def set_aside(folder: Path) -> list[Path]:
    """What repairs have set aside in a profile: indexes that could not be read, and files that nothing knew what to do with."""
    return [*sorted(folder.glob("index-damaged-*.sqlite")), *sorted((folder / LOST_NAME).glob("*"))]


@disk_verb
def count_owners(index: Index) -> None:
    """Count the owners of every body anew."""
    index.execute(f"UPDATE bodies SET owners = {OWNED}")


@disk_verb
def count_usage(index: Index) -> None:
    """Count the usage of every storage key anew."""
    index.execute("DELETE FROM usage")
    index.execute(f"INSERT INTO usage (storage_key, used, reserved) {USAGE}")


@disk_verb
def count_progress(index: Index) -> None:
    """Take the progress of records from their bodies, and that of background fetches from their records."""
    index.execute(
        "UPDATE background_fetch_records SET stored = coalesce((SELECT size FROM bodies WHERE id = response_body), 0)"
    )
    # A fetch whose records were released keeps the total it had.
    index.execute(f"UPDATE background_fetches SET downloaded = {DOWNLOADED} WHERE records_available")


@disk_verb
def delete_row(index: Index, table: str, row: int) -> None:
    """Delete a row that means nothing without the row it refers to."""
    index.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))


@disk_verb
def cut_file(index: Index, body_id: int, size: int) -> None:
    """Take off what is behind the end of a body."""
    index.bodies.cut(body_id, size)


@disk_verb
def set_file_aside(index: Index, body_id: int) -> None:
    """Move a body's file into the profile's folder `lost`, for the user to look at."""
    path = index.bodies.path(body_id)
    lost = index.path.with_name(LOST_NAME)
    with disk_errors(lost):
        refuse_what_is_no(stat.S_IFDIR, lost)
        make_folder(lost, 0o700)
        path.rename(free_path(lost / path.name))
        flush_folder(lost)


@disk_verb
def set_unowned_aside(index: Index) -> None:
    """Forget the bodies that nothing owns, and move their files into `lost`: perhaps what owned them was lost."""
    for (body_id,) in index.rows("SELECT id FROM bodies WHERE owners = 0"):
        index.execute("DELETE FROM bodies WHERE id = ?", (body_id,))
        if is_there(index.bodies.path(body_id)):
            set_file_aside(index, body_id)


def free_path(path: Path) -> Path:
    """`path`, with a number behind its name if something is there already."""
    numbers = itertools.count(2)
    candidate = path
    while is_there(candidate):
        candidate = path.with_name(f"{path.name}-{next(numbers)}")
    return candidate


@disk_verb
def note_body_anew(index: Index, body_id: int, size: int) -> None:
    """Give a body whose row was lost, but whose file and owner are there, a row again. Of its bytes nothing is known then but,
    of some, how many there were.
    """
    owner = index.row(
        """SELECT storage_key, 'complete', NULL FROM cache_entries WHERE body = :body
           UNION ALL SELECT storage_key, 'complete', NULL FROM script_resources JOIN workers ON workers.id = worker
               JOIN registrations ON registrations.id = registration WHERE body = :body
           UNION ALL SELECT storage_key,
                   CASE WHEN request_body = :body OR records.result IN ('success', 'bad-status')
                   THEN 'complete' ELSE 'growing' END,
                   CASE response_body WHEN :body THEN stored END
               FROM background_fetch_records AS records JOIN background_fetches ON background_fetches.id = fetch
               WHERE :body IN (request_body, response_body)""",
        {"body": body_id},
    )
    if owner is None:
        return
    storage_key, state, known = owner
    if known is not None and size < known and state == "complete":
        give_up_bytes(index, body_id, 0)
        return
    index.execute(
        "INSERT INTO bodies (id, size, storage_key, state) VALUES (?, ?, ?, ?)",
        (body_id, size if known is None else min(size, known), storage_key, state),
    )


@disk_verb
def give_up_bytes(index: Index, body_id: int, actual: int) -> None:
    """Make do with the first `actual` bytes of a body, of which more were promised.

    What can go on with less is kept, what cannot is deleted.
    """
    # A response that was arriving goes on after the bytes that are there.
    if actual and index.execute("UPDATE bodies SET size = ?, checksum = NULL WHERE id = ? AND state = 'growing'", (actual, body_id)):
        index.execute("UPDATE background_fetch_records SET stored = ? WHERE response_body = ?", (actual, body_id))
        return
    if is_there(index.bodies.path(body_id)):
        set_file_aside(index, body_id)
    # Another begins anew where its fetch is active, and has failed where that has ended.
    index.execute(
        """UPDATE background_fetch_records
           SET response = NULL, response_body = NULL, stored = 0, validators = NULL, result =
               CASE (SELECT result FROM background_fetches WHERE id = fetch) WHEN '' THEN '' ELSE 'fetch-error' END
           WHERE response_body = ?""",
        (body_id,),
    )
    # A request that cannot be sent any more has failed.
    index.execute(
        """UPDATE background_fetch_records
           SET request_body = NULL, result = CASE result WHEN '' THEN 'fetch-error' ELSE result END
           WHERE request_body = ?""",
        (body_id,),
    )
    index.execute("DELETE FROM cache_entries WHERE body = ?", (body_id,))
    for (worker,) in index.rows("SELECT DISTINCT worker FROM script_resources WHERE body = ?", (body_id,)):
        delete_worker(index, worker)


@disk_verb
def delete_worker(index: Index, row: int) -> None:
    """Delete a worker that has not all its scripts, as it cannot start; and its registration if that has no other, as it is none
    then: the page will register it again.
    """
    for (registration,) in index.rows("SELECT registration FROM workers WHERE id = ?", (row,)):
        index.execute("DELETE FROM workers WHERE id = ?", (row,))
        index.execute(
            "DELETE FROM registrations WHERE id = ? AND id NOT IN (SELECT registration FROM workers)", (registration,)
        )
