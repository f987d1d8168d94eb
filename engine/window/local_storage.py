"""https://html.spec.whatwg.org/multipage/webstorage.html: what localStorage keeps, in the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import Event, in_parallel
from engine.storage import StorageError, local_storage_items, save_local_storage

if TYPE_CHECKING:
    from engine.realms import UserAgent


class LocalStorages:
    """The local storage areas of all origins. Changes are stored soon after they were made; `close` waits for that.

    AD-HOC: each page works on a copy, made when it first looks; pages of one origin do not see each other's changes, and no
    storage event tells them.
    """

    def __init__(self, user_agent: UserAgent) -> None:
        self._user_agent = user_agent
        self._areas: dict[str, dict[str, str]] = {}
        self._changed: dict[str, dict[str, str | None]] = {}
        self._cleared: set[str] = set()
        self._saving = False
        self._saved = Event()
        self._saved.set()

    async def load(self, storage_key: str) -> list[list[str]]:
        """The items of an origin, oldest first."""
        area = self._areas.get(storage_key)
        if area is None:
            area = await self._user_agent.storage.run(local_storage_items, storage_key)
            area = self._areas.setdefault(storage_key, area)
        return [[key, value] for key, value in area.items()]

    def change(self, storage_key: str, key: str | None, value: str | None) -> None:
        """An item has a new value; None: it is gone, and without a key all of them are."""
        area = self._areas.setdefault(storage_key, {})
        changed = self._changed.setdefault(storage_key, {})
        if key is None:
            area.clear()
            changed.clear()
            self._cleared.add(storage_key)
        else:
            changed[key] = value
            if value is None:
                area.pop(key, None)
            else:
                area[key] = value
        if not self._saving:
            self._saving = True
            self._saved.clear()
            in_parallel(self._save(), "saving local storage")

    async def _save(self) -> None:
        try:
            while self._changed:
                changed, self._changed = self._changed, {}
                cleared, self._cleared = self._cleared, set()
                for storage_key, items in changed.items():
                    await self._user_agent.storage.run(save_local_storage, storage_key, items, storage_key in cleared)
        except StorageError:
            # Nobody can be told: the script has gone on long ago. The area in memory stays as it is.
            pass
        finally:
            self._saving = False
            self._saved.set()

    async def saved(self) -> None:
        """Wait until everything is stored."""
        await self._saved.wait()
