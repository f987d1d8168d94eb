"""Hosts that are only spoken to encrypted, as the profile keeps them. https://www.rfc-editor.org/rfc/rfc6797#section-5.3"""

from __future__ import annotations

from collections.abc import Iterable

from engine.storage.index import Index, deleting_disk_verb, disk_verb


@disk_verb
def change_known_hosts(
    index: Index, *, save: Iterable[tuple[str, float, bool]] = (), remove: Iterable[str] = ()
) -> None:
    """Forget hosts, then store others: host, the end of its policy in seconds since 1970, whether its subdomains are included."""
    index.execute_many("DELETE FROM known_hosts WHERE host = ?", ((host,) for host in remove))
    index.execute_many(
        """INSERT INTO known_hosts (host, expiry, include_subdomains) VALUES (?, ?, ?)
           ON CONFLICT (host) DO UPDATE SET expiry = excluded.expiry, include_subdomains = excluded.include_subdomains""",
        ((host, expiry, int(include_subdomains)) for host, expiry, include_subdomains in save),
    )


@disk_verb
def all_known_hosts(index: Index, now: float) -> list[tuple[str, float, bool]]:
    """Those whose policy has not ended at `now`."""
    rows = index.rows("SELECT host, expiry, include_subdomains FROM known_hosts WHERE expiry > ? ORDER BY host", (now,))
    return [(host, expiry, bool(include_subdomains)) for host, expiry, include_subdomains in rows]


@deleting_disk_verb
def clear_known_hosts(index: Index, domain: str) -> None:
    """Forget a domain and every domain below it."""
    index.execute(
        "DELETE FROM known_hosts WHERE host = ? OR substr(host, -length(?) - 1) = '.' || ?", (domain, domain, domain)
    )
