"""Bodies by number: bytes too many to hold, in files.

A body is a `StoredBody`: one object in this process, shared by all who read or own it. Bytes reach it through a
`BodyWriter`, the only one of its body; readers may follow while it grows. While anybody holds the object its file
stays, whatever becomes of the rows that own it; index.py removes files that no row owns and nobody holds.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path

from engine.storage.body_files import BodyFiles
from engine.storage.body_writer import BodyWriter, TakeRoom
from engine.storage.errors import StorageError
from engine.storage.stored_body import NOTHING, BodyState, Extent, StoredBody


class Bodies(BodyFiles):
    """The body files and the objects that stand for them."""

    def __init__(self, folder: Path, *, is_lasting: bool = True) -> None:
        super().__init__(folder, is_lasting=is_lasting)
        self.alive: weakref.WeakValueDictionary[int, StoredBody] = weakref.WeakValueDictionary()
        """The bodies somebody in this process holds. Only `new`, and verbs on the storage thread, add to it."""
        self.abandoned: deque[int] = deque()
        """Ids of bodies nobody holds any more, for the index to see whether their files may go."""
        self.take_room: TakeRoom | None = None
        self.when_refused: Callable[[StorageError], object] = lambda error: None
        """Called, on the browser's thread, when the disk does not take a body's bytes."""
        self.when_unneeded: Callable[[], object] = lambda: None
        """Called, on any thread, when a body has been abandoned that never had a row."""
        self._promising = threading.Lock()
        self._ids = itertools.count(1)

    def continue_after(self, body_id: int) -> None:
        """Give new bodies ids above this one."""
        self._ids = itertools.count(body_id + 1)

    def new(self, storage_key: str, *, reserved: bool = False) -> BodyWriter:
        """Begin a body. `reserved`: its bytes were reserved before, so the quota is not asked."""
        body = StoredBody(self, next(self._ids), storage_key, NOTHING, "growing")
        body._memory = bytearray()
        self.alive[body.id] = body
        return BodyWriter(self, body, None if reserved else self.take_room)

    async def resume(self, body: StoredBody, *, reserved: bool = False) -> BodyWriter:
        """Go on with a body that grows and has no writer, after its flushed bytes. Raises BodyLost, StorageFailed."""
        assert body.state == "growing"
        writer = BodyWriter(self, body, None if reserved else self.take_room)
        await writer.go_back_to_flushed()
        return writer

    def promise(self, body: StoredBody) -> Extent:
        """Which of its bytes a row may promise, from now on: its file stays until that row is deleted."""
        with self._promising:
            body.has_row = True
            return body.on_disk

    def give_up(self, body: StoredBody) -> None:
        """Delete the file of a failed body at once, unless a row promises it: it may be the last room on the disk."""
        with self._promising:
            if body.has_row or body.state != "failed":
                return
            body.on_disk = NOTHING
        self.remove_now([body.id])

    def stored(self, body_id: int, storage_key: str, extent: Extent, state: BodyState) -> StoredBody:
        """The object for a body that has a row. On the storage thread only."""
        body = self.alive.get(body_id)
        if body is None:
            body = self.alive[body_id] = StoredBody(self, body_id, storage_key, extent, state)
            body.has_row = True
        return body
