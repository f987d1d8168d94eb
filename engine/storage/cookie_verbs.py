"""Cookies as the profile keeps them. https://www.rfc-editor.org/rfc/rfc6265#section-5.3

The cookie store in memory decides; this is its copy on the disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from engine.storage.index import Index, Row, deleting_disk_verb, disk_verb, from_blob, to_blob


@dataclass(frozen=True, slots=True)
class StoredCookie:
    """One cookie.

    Times are in seconds since 1970; `expiry` None: at the end of the session; `partition` "": unpartitioned.
    """

    name: str
    value: str
    domain: str
    path: str
    expiry: float | None
    secure: bool
    http_only: bool
    same_site: str
    created: float
    last_access: float
    host_only: bool
    partition: str = ""


@disk_verb
def change_cookies(index: Index, *, save: Iterable[StoredCookie] = (), remove: Iterable[StoredCookie] = ()) -> None:
    """Delete cookies, then store others in place of those that are the same but for what they hold."""
    saved = list(map(_row, save))
    with index.transaction(frees_room=not saved):
        index.execute_many(
            "DELETE FROM cookies WHERE partition = ? AND domain = ? AND host_only = ? AND path = ? AND name = ?",
            (
                (cookie.partition, cookie.domain, cookie.host_only, to_blob(cookie.path), to_blob(cookie.name))
                for cookie in remove
            ),
        )
    index.execute_many(
        f"""INSERT INTO cookies ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (partition, domain, host_only, path, name) DO UPDATE SET value = excluded.value,
                expiry = excluded.expiry, secure = excluded.secure, http_only = excluded.http_only,
                same_site = excluded.same_site, created = excluded.created, last_access = excluded.last_access""",
        saved,
    )


@disk_verb
def all_cookies(index: Index, now: float) -> list[StoredCookie]:
    """Every cookie that has not expired at `now`, oldest first. Session cookies of earlier runs are among them."""
    return [
        _cookie(row)
        for row in index.rows(
            f"""SELECT {_COLUMNS} FROM cookies WHERE expiry IS NULL OR expiry > ?
                ORDER BY created, domain, path, name""",
            (now,),
        )
    ]


@deleting_disk_verb
def remove_dead_cookies(index: Index, now: float) -> int:
    """Delete what had expired at `now`, and the session cookies: for a run that begins. Returns how many."""
    return index.execute("DELETE FROM cookies WHERE expiry IS NULL OR expiry <= ?", (now,))


_COLUMNS = """name, value, domain, path, expiry, secure, http_only, same_site, created, last_access, host_only,
    partition"""


def _row(cookie: StoredCookie) -> Row:
    name, value, domain, path, *rest = astuple(cookie)
    return (to_blob(name), to_blob(value), domain, to_blob(path), *rest)


def _cookie(row: Row) -> StoredCookie:
    name, value, domain, path, expiry, secure, http_only, same_site, created, last_access, host_only, partition = row
    return StoredCookie(
        from_blob(name),
        from_blob(value),
        domain,
        from_blob(path),
        expiry,
        bool(secure),
        bool(http_only),
        same_site,
        created,
        last_access,
        bool(host_only),
        partition,
    )
