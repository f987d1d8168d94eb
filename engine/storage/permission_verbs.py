"""Permission states that were decided, by origin. https://w3c.github.io/permissions/#permission-store"""

from __future__ import annotations

from engine.storage.index import Index, deleting_disk_verb, disk_verb


@disk_verb
def save_permission(index: Index, origin: str, name: str, state: str) -> None:
    """Store a decision in place of an earlier one."""
    index.execute(
        """INSERT INTO permissions (origin, name, state) VALUES (?, ?, ?)
           ON CONFLICT (origin, name) DO UPDATE SET state = excluded.state""",
        (origin, name, state),
    )


@deleting_disk_verb
def remove_permission(index: Index, origin: str, name: str) -> None:
    """Forget a decision, so that the default holds again."""
    index.execute("DELETE FROM permissions WHERE origin = ? AND name = ?", (origin, name))


@disk_verb
def all_permissions(index: Index) -> dict[tuple[str, str], str]:
    """Every decision: (origin, name) → state."""
    return {(origin, name): state for origin, name, state in index.rows("SELECT origin, name, state FROM permissions")}
