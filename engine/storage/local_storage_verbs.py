"""https://html.spec.whatwg.org/multipage/webstorage.html#dom-localstorage: its items, by storage key"""

from __future__ import annotations

from collections.abc import Mapping

from engine.storage.index import Index, disk_verb, from_blob, to_blob


@disk_verb
def local_storage_items(index: Index, storage_key: str) -> dict[str, str]:
    """The items of one storage key, oldest first."""
    rows = index.rows("SELECT key, value FROM local_storage WHERE storage_key = ? ORDER BY id", (storage_key,))
    return {from_blob(key): from_blob(value) for key, value in rows}


@disk_verb
def save_local_storage(index: Index, storage_key: str, items: Mapping[str, str | None], clear: bool) -> None:
    """Store items (None: remove it), after removing all others if `clear`."""
    frees_room = all(value is None for value in items.values())
    with index.transaction(frees_room=frees_room):
        _save(index, storage_key, items, clear)


def _save(index: Index, storage_key: str, items: Mapping[str, str | None], clear: bool) -> None:
    if clear:
        index.execute("DELETE FROM local_storage WHERE storage_key = ?", (storage_key,))
    for key, value in items.items():
        if value is None:
            index.execute("DELETE FROM local_storage WHERE storage_key = ? AND key = ?", (storage_key, to_blob(key)))
        else:
            index.execute(
                """INSERT INTO local_storage (storage_key, key, value) VALUES (?, ?, ?)
                   ON CONFLICT (storage_key, key) DO UPDATE SET value = excluded.value""",
                (storage_key, to_blob(key), to_blob(value)),
            )
