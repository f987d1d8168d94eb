"""How it is with background fetches, on its way to the profile: what a disk refuses is brought again. Ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from engine.storage import Index, StorageError, WriteBehind

if TYPE_CHECKING:
    from engine.event_loop import Clock
    from engine.storage import Storage

P = ParamSpec("P")


class ProfileChanges:
    """Disk verbs that are to be run, in the order in which they were noted; of each background fetch the newest of each verb."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._behind: WriteBehind[tuple[int, str], Callable[[Index], object]] = storage.write_behind(
            self._bring, clock, 0, "storing background fetches"
        )

    def note(
        self, number: int, verb: Callable[Concatenate[Index, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Run a disk verb that says how it is with the background fetch of that number, soon."""

        def change(index: Index) -> object:
            return verb(index, *args, **kwargs)

        self._behind.note((number, verb.__name__), change)

    async def write(self) -> None:
        """Return when all that was noted has been run. Raises StorageError: what has not been is run another time."""
        await self._behind.write()

    async def close(self) -> None:
        """Run what there is to run, for the last time. Raises StorageError."""
        await self._behind.close()

    async def _bring(self, changes: dict[tuple[int, str], Callable[[Index], object]]) -> None:
        """As long as the disk takes them together, in one transaction."""
        try:
            await self._storage.run(_all, list(changes.values()))
        except StorageError as failure:
            for note, change in list(changes.items()):
                try:
                    await self._storage.run(change)
                    del changes[note]
                except StorageError:
                    continue
            if changes:
                raise failure


def _all(index: Index, changes: list[Callable[[Index], object]]) -> None:
    for change in changes:
        change(index)
