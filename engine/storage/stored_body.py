"""A body in a file, as the object that all who read or own it share."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from engine.event_loop import Event
from engine.storage.errors import StorageError
from engine.webidl.exceptions import DOMException, JSTypeError

if TYPE_CHECKING:
    from engine.storage.bodies import Bodies

BodyState: TypeAlias = Literal["growing", "complete", "failed"]
"""`growing`: more bytes may come, in this run of the browser or a later one.

`failed`: no more, and none may be read.
"""

_READ_SIZE = 1 << 20


class Extent(NamedTuple):
    """The first `size` bytes of a body. `checksum`: their CRC-32; None: not known, as of bodies that were stored without one."""

    size: int
    checksum: int | None

    def and_then(self, chunk: bytes | bytearray | memoryview) -> Extent:
        """These bytes and those of `chunk` behind them."""
        checksum = None if self.checksum is None else zlib.crc32(chunk, self.checksum)
        return Extent(self.size + len(chunk), checksum)


NOTHING = Extent(0, 0)


class StoredBody:
    """A body file's bytes, readable from any position, also while they arrive.

    It is a seekable body source (`engine.http.body.StoredBytes`). While somebody holds it, its file stays.
    """

    __slots__ = (
        "__weakref__",
        "_files",
        "_growth",
        "_memory",
        "aborted",
        "failure",
        "has_row",
        "id",
        "on_disk",
        "recorded",
        "state",
        "storage_key",
        "written",
    )

    def __init__(self, files: Bodies, body_id: int, storage_key: str, extent: Extent, state: BodyState) -> None:
        """Only `Bodies` makes them."""
        self.id = body_id
        self.storage_key = storage_key
        # Each is replaced whole: other threads look at them meanwhile.
        self.written = extent
        """What can be read now."""
        self.on_disk = extent
        """What of it is known to be on the disk."""
        self.recorded = extent.size
        """How many of them the index knows of, and the quota counts."""
        self.has_row = False
        """Whether a row has promised its bytes, at any time."""
        self.state: BodyState = state
        self.failure = "the body was given up" if state == "failed" else ""
        """Why it failed, for the reader's TypeError."""
        self.aborted = False
        """Whether it failed because somebody wanted it no more: its readers get an AbortError."""
        self._files = files
        self._memory: bytearray | None = None  # all of it, while it has no file
        self._growth: Event | None = None

    def __repr__(self) -> str:
        return f"StoredBody({self.id}, {self.state}, {self.length} bytes)"

    def __del__(self) -> None:
        # May run anywhere, on any thread: nothing more than this can be done here.
        self._files.abandoned.append(self.id)
        if not self.has_row:
            self._files.when_unneeded()

    @property
    def length(self) -> int:
        """How many bytes can be read now."""
        return self.written.size

    @property
    def flushed(self) -> int:
        """How many of them are known to be on the disk."""
        return self.on_disk.size

    @property
    def body_id(self) -> str:
        """The id as the nouns of Fetch carry it."""
        return str(self.id)

    @property
    def size(self) -> int | None:
        """The number of bytes in all; None while more may come."""
        return self.length if self.state == "complete" else None

    async def read(self, offset: int, maximum: int) -> bytes:
        """Up to `maximum` bytes from `offset`, waiting for the first of them while the body grows; b"" at the end.

        Raises JSTypeError when the body has failed or its file is gone, DOMException AbortError when it was aborted.
        """
        while True:
            if self.state == "failed":
                raise DOMException(self.failure, "AbortError") if self.aborted else JSTypeError(self.failure)
            if offset < self.length:
                break
            if self.state == "complete":
                return b""
            await self.changed()
        maximum = min(maximum, self.length - offset)
        memory = self._memory
        if memory is not None:
            return bytes(memory[offset : offset + maximum])
        try:
            return await self._files.read(self.id, offset, maximum)
        except StorageError as error:
            raise JSTypeError(str(error)) from error

    async def read_all(self) -> bytes:
        """All the bytes, once they have all come. Only for bodies known to be small. Raises JSTypeError."""
        chunks = []
        offset = 0
        while chunk := await self.read(offset, _READ_SIZE):
            chunks.append(chunk)
            offset += len(chunk)
        return b"".join(chunks)

    async def changed(self) -> None:
        """Wait until the body has grown, ended or failed."""
        if self._growth is None:
            self._growth = Event()
        await self._growth.wait()

    # For its writer:

    def note_growth(self, chunk: bytes | bytearray | memoryview) -> None:
        """Note that the bytes of `chunk` can be read, too."""
        self.written = self.written.and_then(chunk)
        self.tell_followers()

    def end(self, state: BodyState, failure: str = "", *, aborted: bool = False) -> None:
        """Note that no more bytes will come."""
        self.state = state
        self.failure = failure
        self.aborted = aborted
        self.tell_followers()

    def tell_followers(self) -> None:
        """Wake those who wait in `changed`."""
        growth, self._growth = self._growth, None
        if growth is not None:
            growth.set()
