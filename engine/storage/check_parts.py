"""What has fewer parts than it was stored with: workers without some of their scripts, background fetches without some of their
records. Part of the checker. Such a worker would run without what it imports, such a fetch would end as if all had come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from engine.storage.fault import Fault
from engine.storage.index import Index, disk_verb
from engine.storage.repairs import delete_worker


class _Whole(NamedTuple):
    table: str
    noted: str
    """Its column that says how many parts there were, null: that is not known."""
    parts: str
    owner: str
    """The column of `parts` that says whose they are. Another, `position`, counts them from 0 on."""
    condition: str
    repair: Callable[..., None]
    remedy: str


def check_parts(index: Index) -> Iterator[Fault]:
    """Whatever has too few."""
    for whole in _WHOLES:
        for row, noted, there, last in index.rows(
            f"""SELECT id, {whole.noted}, count(position), coalesce(max(position), -1) FROM {whole.table}
                LEFT JOIN {whole.parts} ON {whole.owner} = id WHERE {whole.condition} GROUP BY id ORDER BY id"""
        ):
            least = max(last + 1, 1) if noted is None else noted
            if there < max(last + 1, least):
                what = f"{there} of {max(last + 1, least)} rows of {whole.parts} are there"
                yield Fault("missing part", f"{whole.table} {row}", what, whole.remedy, partial(whole.repair, row=row))


@disk_verb
def fail_background_fetch(index: Index, row: int) -> None:
    """A background fetch of which some records were lost has failed, and its site is told so. What has come is kept."""
    index.execute(
        """UPDATE background_fetch_records SET response = NULL, response_body = NULL, stored = 0, validators = NULL, result = 'fetch-error'
           WHERE fetch = ? AND result = ''""",
        (row,),
    )
    # They are counted anew, in their order.
    for position, (number,) in enumerate(
        index.rows("SELECT rowid FROM background_fetch_records WHERE fetch = ? ORDER BY position", (row,))
    ):
        index.execute("UPDATE background_fetch_records SET position = ? WHERE rowid = ?", (position, number))
    index.execute(
        """UPDATE background_fetches SET event_due = event_due OR result = '', result = 'failure', failure_reason = 'fetch-error',
               paused = 0, record_count = (SELECT count(*) FROM background_fetch_records WHERE fetch = id)
           WHERE id = ?""",
        (row,),
    )


_WHOLES: Final = (
    _Whole("workers", "script_count", "script_resources", "worker", "true", delete_worker, "it is deleted: the page registers it again"),
    _Whole(
        "background_fetches",
        "record_count",
        "background_fetch_records",
        "fetch",
        "records_available",
        fail_background_fetch,
        "it has failed, with the records that are there",
    ),
)
