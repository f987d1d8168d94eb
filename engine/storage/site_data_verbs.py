"""Clearing what a site has stored. https://w3c.github.io/webappsec-clear-site-data/"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engine.storage.index import Index, deleting_disk_verb, disk_verb, durable_deleting_disk_verb
from engine.storage.schema import VERSION, tables, tables_at

_NOT_OF_SITES: Final = frozenset({"profile", "usage", "bodies"})
"""Tables of the profile itself, and what goes by itself when nothing owns it, or is counted."""
_OF_ROWS: Final = frozenset({"cache_entries"})
"""Tables whose rows go with those of another table."""


CLEARED_BY_A_BROWSER: Final = frozenset({"background_fetches", "caches", "local_storage", "registrations"})
"""Tables that a browser has in memory too, and clears itself while it runs, in steps of a specification."""


def _tables_of_storage_keys() -> list[str]:
    """Those whose rows say to which storage key they belong: a new one is cleared with the others."""
    return [
        name
        for name, table in tables_at(VERSION).items()
        if name not in _NOT_OF_SITES | _OF_ROWS and any(column.name == "storage_key" for column in table.columns)
    ]


@durable_deleting_disk_verb
def clear_storage(index: Index, storage_key: str, *, but: Collection[str] = ()) -> None:
    """Delete everything kept for a storage key: caches, registrations with their scripts, background fetches, local storage, …

    `but`: leave these tables alone. Bodies that somebody in this process still reads go when they are let go.
    """
    for table in _tables_of_storage_keys():
        if table not in but:
            index.execute(f"DELETE FROM {table} WHERE storage_key = ?", (storage_key,))


@deleting_disk_verb
def clear_cookies(index: Index, domain: str) -> None:
    """Delete the cookies of a domain and of every domain below it, in every partition."""
    index.execute(
        "DELETE FROM cookies WHERE domain = ? OR substr(domain, -length(?) - 1) = '.' || ?", (domain, domain, domain)
    )


@deleting_disk_verb
def clear_permissions(index: Index, origin: str) -> None:
    """Forget every permission decided for an origin."""
    index.execute("DELETE FROM permissions WHERE origin = ?", (origin,))


@disk_verb
def storage_keys(index: Index) -> list[str]:
    """Every storage key that has something stored or registered, in alphabetical order."""
    names = _tables_of_storage_keys()
    # NB: a cache that was deleted is kept only for who holds it.
    named = " UNION ".join(f"SELECT storage_key FROM {name}{' WHERE doomed = 0' * (name == 'caches')}" for name in names)
    return [key for (key,) in index.rows(f"{named} ORDER BY 1")]


@durable_deleting_disk_verb
def clear_everything(index: Index) -> None:
    """Delete what every site has stored, and what was decided or is known about it. Bodies as in `clear_storage`."""
    for table in tables():
        if table not in _NOT_OF_SITES:
            index.execute(f"DELETE FROM {table}")


@deleting_disk_verb
def forget_who_has_nothing(index: Index) -> None:
    """Delete the storage keys that are noted with a usage of 0. Of use once the bodies of what was cleared are gone, too."""
    index.execute("DELETE FROM usage WHERE used = 0 AND reserved = 0")


@disk_verb
def origins_with_permissions(index: Index) -> list[str]:
    """Every origin for which a permission was decided, in alphabetical order."""
    return [origin for (origin,) in index.rows("SELECT DISTINCT origin FROM permissions ORDER BY 1")]


@disk_verb
def domains_with_cookies(index: Index) -> list[str]:
    """Every domain that has cookies or is known to be spoken to encrypted only, in alphabetical order."""
    return [
        domain for (domain,) in index.rows("SELECT domain FROM cookies UNION SELECT host FROM known_hosts ORDER BY 1")
    ]
