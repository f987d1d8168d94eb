"""Cookies as the profile keeps them. https://www.rfc-editor.org/rfc/rfc6265#section-5.3

The cookie store in memory decides; this is its copy on the disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.storage.index import Index, disk_verb, from_blob, to_blob


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
    """Delete cookies, then store others in place of those of the same partition, domain, path and name."""
    index.execute_many(
        "DELETE FROM cookies WHERE partition = ? AND domain = ? AND path = ? AND name = ?",
        ((cookie.partition, cookie.domain, to_blob(cookie.path), to_blob(cookie.name)) for cookie in remove),
    )
    index.execute_many(
        """INSERT INTO cookies (partition, domain, path, name, value, host_only, secure, http_only, same_site, expiry, created, last_access)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (partition, domain, path, name) DO UPDATE SET value = excluded.value, host_only = excluded.host_only,
               secure = excluded.secure, http_only = excluded.http_only, same_site = excluded.same_site, expiry = excluded.expiry,
               created = excluded.created, last_access = excluded.last_access""",
        (
            (
                cookie.partition,
                cookie.domain,
                to_blob(cookie.path),
                to_blob(cookie.name),
                to_blob(cookie.value),
                cookie.host_only,
                cookie.secure,
                cookie.http_only,
                cookie.same_site,
                cookie.expiry,
                cookie.created,
                cookie.last_access,
            )
            for cookie in save
        ),
    )


@disk_verb
def all_cookies(index: Index, now: float) -> list[StoredCookie]:
    """Every cookie that has not expired at `now`, oldest first. Session cookies of earlier runs are among them."""
    return [
        StoredCookie(
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
        for name, value, domain, path, expiry, secure, http_only, same_site, created, last_access, host_only, partition in index.rows(
            """SELECT name, value, domain, path, expiry, secure, http_only, same_site, created, last_access, host_only, partition
               FROM cookies WHERE expiry IS NULL OR expiry > ? ORDER BY created, domain, path, name""",
            (now,),
        )
    ]


@disk_verb
def remove_dead_cookies(index: Index, now: float) -> int:
    """Delete what had expired at `now`, and the session cookies: for a run that begins. Returns how many."""
    return index.execute("DELETE FROM cookies WHERE expiry IS NULL OR expiry <= ?", (now,))
