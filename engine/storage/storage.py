"""The storage of a browser, as the browser's thread sees it.

    storage = await Storage.open(folder)
    entries = await storage.run(entries_with_url, cache, url)

Verbs (`*_verbs.py`) are plain functions over the index, and run one after another, in the order in which they were
asked for, on the storage thread. Several that belong together are a function of their own, which `run` makes one
transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from engine.event_loop import Clock, raise_first, run_every_step, run_on_its_own_thread, run_to_its_end
from engine.storage.body_writer import BodyWriter
from engine.storage.errors import BodyLost, QuotaExceeded, StorageError, StorageFailed, StorageFull
from engine.storage.index import Index
from engine.storage.profile import Profile
from engine.storage.quota import RoomForWriters, room
from engine.storage.recovery import ended_well, recover
from engine.storage.saved_files import SavedFile
from engine.storage.storage_thread import StorageThread
from engine.storage.stored_body import StoredBody
from engine.storage.write_behind import WriteBehind, the_newer

K = TypeVar("K")
V = TypeVar("V")
P = ParamSpec("P")
R = TypeVar("R")


class Storage:
    """An open profile with its thread. `Storage.open` makes it."""

    def __init__(self, profile: Profile, index: Index) -> None:
        self.profile = profile
        self.index = index
        """For verbs only, which run on the storage thread."""
        self._thread = StorageThread(index)
        self._is_closed = False
        self._behind: list[WriteBehind[Any, Any]] = []
        self.when_refused: Callable[[StorageError], object] = lambda error: None
        """Called, for the person, when the disk is full, or refuses for another reason than a site's: not again before that has changed."""
        self._told: set[type[StorageError]] = set()
        index.bodies.when_refused = self._refused
        index.bodies.take_room = RoomForWriters(self._ask_for_room).take
        index.bodies.when_unneeded = self._thread.look_at_bodies_soon

    @classmethod
    async def open(cls, folder: Path | None = None, *, limit: int | None = None) -> Storage:
        """Open a profile folder, or a temporary one, and clean up after a run that did not end well.

        `limit`: bytes each storage key may use, by default a share of the disk. Raises every ProfileError, StorageFull. Whoever is
        cancelled meanwhile has it all the same, and has to close it.
        """
        return cls(*await run_to_its_end(run_on_its_own_thread(_open, folder, limit)))

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be asked of it any more."""
        return self._is_closed

    async def run(self, verb: Callable[Concatenate[Index, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a verb on the storage thread, as one transaction. It runs even if the wait for it is cancelled.

        Raises what it raises: StorageError for what the disk would not do; then nothing of it has been done.
        """
        if self._is_closed:
            raise StorageFailed(self.profile.folder, "the profile has been closed")
        try:
            return await self._thread.run(lambda index: verb(index, *args, **kwargs))
        except StorageError as error:
            self._refused(error)
            raise

    def _refused(self, error: StorageError) -> None:
        if self.index.has_had_room:
            self.index.has_had_room = False
            self._told.discard(StorageFull)
        if not isinstance(error, (QuotaExceeded, BodyLost)) and type(error) not in self._told:
            self._told.add(type(error))
            self.when_refused(error)

    def write_behind(
        self,
        write: Callable[[dict[K, V]], Awaitable[object]],
        clock: Clock,
        delay: float,
        name: str,
        merge: Callable[[V, V], V] = the_newer,
    ) -> WriteBehind[K, V]:
        """What brings changes into this profile a little later; see `WriteBehind`."""
        behind = WriteBehind(write, clock, delay, name, merge)
        self._behind.append(behind)
        return behind

    async def write_what_is_behind(self) -> None:
        """Write all that has been noted anywhere, now. Raises StorageError, when all have been tried."""
        raise_first(await run_every_step(behind.write for behind in self._behind))

    def new_body(self, storage_key: str, *, reserved: bool = False) -> BodyWriter:
        """Begin a body. It stays as long as it is held, or a row owns it.

        `reserved`: its bytes were reserved before (a background fetch's `downloadTotal`), so the quota is not asked.
        """
        return self.index.bodies.new(storage_key, reserved=reserved)

    async def resume_body(self, body: StoredBody, *, reserved: bool = False) -> BodyWriter:
        """Go on with a body that grows and has no writer. Raises BodyLost when its flushed bytes are not there."""
        return await self.index.bodies.resume(body, reserved=reserved)

    async def store_bytes(self, storage_key: str, data: bytes) -> StoredBody:
        """A finished body of these bytes. Raises QuotaExceeded, StorageFull."""
        async with self.new_body(storage_key) as writer:
            await writer.append(data)
            return await writer.finish()

    def save_file(self, folder: Path, name: str) -> SavedFile:
        """A file outside the profile that is about to be written."""
        return SavedFile(folder, name, self.index.bodies.threads)

    async def close(self) -> None:
        """Write down that all ended well and let the profile go. Nothing may be asked of it afterwards.

        Running it again does nothing.
        """
        if not self._is_closed:
            self._is_closed = True
            await run_to_its_end(self._close())

    async def _close(self) -> None:
        await self._thread.stop()
        await run_on_its_own_thread(_close, self.profile, self.index)

    async def _ask_for_room(self, storage_key: str, size: int) -> int:
        return await self.run(room, storage_key, size)


def _open(folder: Path | None, limit: int | None) -> tuple[Profile, Index]:
    profile = Profile.make_temporary() if folder is None else Profile(folder)
    try:
        index = profile.open_index(limit)
        try:
            with index.blaming_damage():
                recover(index)
            index.have_a_reserve()
        except BaseException:
            index.bodies.close()
            index.close()
            raise
    except BaseException:
        profile.close()
        raise
    return profile, index


def _close(profile: Profile, index: Index) -> None:
    with ExitStack() as stack:  # the profile is let go whatever the disk says
        stack.callback(profile.close)
        stack.callback(index.close)
        stack.callback(index.bodies.close)
        ended_well(index)
