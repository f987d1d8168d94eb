"""https://html.spec.whatwg.org/multipage/webstorage.html: what localStorage keeps, in the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.storage import StorageError, StorageFull, WriteBehind, local_storage_items, save_local_storage

if TYPE_CHECKING:
    from engine.realms import UserAgent


@dataclass(slots=True)
class _Changes:
    """What has changed in an area: perhaps everything is gone, and then some items have new values (None: they are gone)."""

    is_cleared: bool
    items: dict[str, str | None]

    def then(self, newer: _Changes) -> _Changes:
        if newer.is_cleared:
            return newer
        self.items.update(newer.items)
        return self


class LocalStorages:
    """The local storage areas of all origins. Changes are stored soon after they were made; `close` waits for that.

    AD-HOC: each page works on a copy, made when it first looks; pages of one origin do not see each other's changes, and no
    storage event tells them.
    """

    def __init__(self, user_agent: UserAgent) -> None:
        self._storage = user_agent.storage
        self._areas: dict[str, dict[str, str]] = {}
        self._behind: WriteBehind[str, _Changes] = self._storage.write_behind(
            self._save, user_agent.clock, 0, "saving local storage", _Changes.then
        )

    async def load(self, storage_key: str) -> list[list[str]]:
        """The items of an origin, oldest first."""
        area = self._areas.get(storage_key)
        if area is None:
            area = await self._storage.run(local_storage_items, storage_key)
            area = self._areas.setdefault(storage_key, area)
        return [[key, value] for key, value in area.items()]

    def change(self, storage_key: str, key: str | None, value: str | None) -> None:
        """An item has a new value; None: it is gone, and without a key all of them are."""
        area = self._areas.setdefault(storage_key, {})
        if key is None:
            area.clear()
            self._behind.note(storage_key, _Changes(True, {}))
        else:
            if value is None:
                area.pop(key, None)
            else:
                area[key] = value
            self._behind.note(storage_key, _Changes(False, {key: value}))

    async def _save(self, changed: dict[str, _Changes]) -> None:
        failure: StorageError | None = None
        for storage_key, changes in list(changed.items()):
            try:
                await self._save_one(storage_key, changes)
                del changed[storage_key]
            except StorageError as error:
                failure = error
        if failure is not None:
            raise failure

    async def _save_one(self, storage_key: str, changes: _Changes) -> None:
        try:
            await self._storage.run(save_local_storage, storage_key, changes.items, changes.is_cleared)
        except StorageFull:
            # NB: what was removed is not to be back in the next run, for want of room for something else.
            gone: dict[str, str | None] = {key: None for key, value in changes.items.items() if value is None}
            if gone or changes.is_cleared:
                await self._storage.run(save_local_storage, storage_key, gone, changes.is_cleared)
            raise

    async def saved(self) -> None:
        """Store everything, now. Raises StorageError; what could not be stored is kept and tried again."""
        await self._behind.write()

    async def close(self) -> None:
        """The same, for the last time."""
        await self._behind.close()
