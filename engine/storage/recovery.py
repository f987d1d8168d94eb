"""What is cleaned up when a profile is opened.

Every start: bodies that no row owns, because a script still held them when the browser ended; caches that were
deleted but still held. After a run that did not end well also: files without a row (made, and then the process died),
which takes a look into every folder. Bodies that were growing are left as they are: whoever owns them goes on or
gives them up.
"""

from __future__ import annotations

from engine.storage.cache_verbs import remove_doomed_caches
from engine.storage.errors import UNFINISHED_REPAIR, ProfileDamaged
from engine.storage.index import Index, deleting_disk_verb, durable_deleting_disk_verb
from engine.storage.salvage import NOTE
from engine.storage.site_data_verbs import forget_who_has_nothing


def recover(index: Index) -> None:
    """Clean up, and note that a run has begun. Raises StorageError; of that ProfileDamaged while rows are known to be lost."""
    if rows_were_lost(index):
        raise ProfileDamaged(index.path, UNFINISHED_REPAIR)
    leftovers = [] if _previous_run_ended_well(index) else _files_without_rows(index)
    index.run(_begin_run)
    index.bodies.doomed.add(leftovers)
    row = index.row("SELECT max(id) FROM bodies")
    highest = row[0] if row is not None and row[0] is not None else 0
    index.bodies.continue_after(max([highest, *leftovers]))


def ended_well(index: Index) -> None:
    """Note that the run has ended in good order: also that no file is left that no row speaks of. Nobody may hold a body any
    more. Raises StorageError.
    """
    index.let_go_of_all_bodies()
    index.run(Index.reclaim)
    if index.bodies.doomed.are_gone_for_good() and not index.only_reads:
        index.run(_end_run)


@deleting_disk_verb
def _end_run(index: Index) -> None:
    index.execute("UPDATE profile SET value = 1 WHERE name = 'ended well'")


@durable_deleting_disk_verb
def _begin_run(index: Index) -> None:
    index.execute(
        "INSERT INTO profile (name, value) VALUES ('ended well', 0) ON CONFLICT (name) DO UPDATE SET value = 0"
    )
    remove_doomed_caches(index)
    forget_who_has_nothing(index)


def _previous_run_ended_well(index: Index) -> bool:
    """Whether it left nothing to be cleaned up."""
    row = index.row("SELECT value FROM profile WHERE name = 'ended well'")
    return row is None or bool(row[0])


def _files_without_rows(index: Index) -> list[int]:
    """The numbers of the body files that no row speaks of."""
    known = {row[0] for row in index.rows("SELECT id FROM bodies")}
    return sorted(body_id for body_id in index.bodies.sizes() if body_id not in known)


def rows_were_lost(index: Index) -> bool:
    """Whether the checker found that, and has not come to its end since."""
    return index.row("SELECT 1 FROM profile WHERE name = ?", (NOTE,)) is not None


@durable_deleting_disk_verb
def forget_that_rows_were_lost(index: Index) -> None:
    """The checker has come to its end."""
    index.execute("DELETE FROM profile WHERE name = ?", (NOTE,))
