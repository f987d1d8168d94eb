"""How much each storage key may keep. https://storage.spec.whatwg.org/#storage-quota

What counts: the bytes of its bodies, each once; what its cache entries charge beside them; and what its active
background fetches have reserved and not yet downloaded. All figures are bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.event_loop import Lock
from engine.storage.errors import QuotaExceeded, disk_errors

if TYPE_CHECKING:
    from engine.storage.index import Index

_SHARE_OF_THE_DISK: Final = 0.6
_ROOM_AT_ONCE: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """https://storage.spec.whatwg.org/#dictdef-storageestimate"""

    usage: int
    quota: int


class Quota:
    """What each storage key may use: `limit` bytes, or what was set for it alone."""

    __slots__ = ("_limit", "_limits")

    def __init__(self, limit: int | Callable[[], int]) -> None:
        self._limit = limit
        self._limits: dict[str, int] = {}

    def limit_of(self, storage_key: str) -> int:
        own = self._limits.get(storage_key)
        if own is not None:
            return own
        return self._limit if isinstance(self._limit, int) else self._limit()

    def set_limit(self, storage_key: str, limit: int | None) -> None:
        """Give one storage key a limit of its own; None takes it back."""
        if limit is None:
            self._limits.pop(storage_key, None)
        else:
            self._limits[storage_key] = limit


def share_of_the_disk(folder: Path) -> Callable[[], int]:
    """The default limit: a fixed share of the disk the profile is on, so that a quota does not tell how full it is."""
    with disk_errors(folder):
        total = shutil.disk_usage(folder).total
    limit = int(total * _SHARE_OF_THE_DISK)
    return lambda: limit


def usage(index: Index, storage_key: str) -> int:
    """What is stored for a storage key, without reservations."""
    row = index.row("SELECT used FROM usage WHERE storage_key = ?", (storage_key,))
    return 0 if row is None else int(row[0])


def reserved(index: Index, storage_key: str) -> int:
    """What its active background fetches have reserved and not yet downloaded."""
    row = index.row("SELECT reserved FROM usage WHERE storage_key = ?", (storage_key,))
    return 0 if row is None else int(row[0])


def estimate(index: Index, storage_key: str) -> Estimate:
    """https://storage.spec.whatwg.org/#dom-storagemanager-estimate: usage and quota of a storage key."""
    with index.transaction():
        index.reclaim()
        return Estimate(usage(index, storage_key), index.quota.limit_of(storage_key))


def check_quota(index: Index, storage_key: str, requested: int) -> None:
    """Raise QuotaExceeded when what is stored and reserved is more than allowed.

    To be called by a verb after its changes, which are then taken back. `requested` is for the message: how much of it
    is new.
    """
    used = usage(index, storage_key) + reserved(index, storage_key)
    quota = index.quota.limit_of(storage_key)
    if used > quota:
        raise QuotaExceeded(storage_key, requested, max(0, used - requested), quota)


def over_quota(index: Index, storage_key: str) -> bool:
    """Whether what is stored and reserved is more than allowed."""
    return usage(index, storage_key) + reserved(index, storage_key) > index.quota.limit_of(storage_key)


def room(index: Index, storage_key: str, requested: int) -> int:
    """How much may be written before asking again, at least `requested`. Raises QuotaExceeded.

    Also counts what bodies hold that the index does not know of yet.
    """
    index.reclaim()
    bodies = (reference() for reference in index.bodies.alive.valuerefs())
    unrecorded = sum(
        body.length - body.recorded
        for body in bodies
        if body is not None and body.storage_key == storage_key and body.state != "failed"
    )
    quota = index.quota.limit_of(storage_key)
    used = usage(index, storage_key) + reserved(index, storage_key) + unrecorded
    if used + requested > quota:
        raise QuotaExceeded(storage_key, requested, used, quota)
    return max(requested, min(_ROOM_AT_ONCE, quota - used))


class RoomForWriters:
    """What the writers of each storage key may write before somebody looks at the index again.

    OPTIMIZATION: so writing costs no visit to the index per chunk; the verbs that record bodies look exactly. Used on
    the browser's thread.
    """

    __slots__ = ("_ask", "_asking", "_left")

    def __init__(self, ask: Callable[[str, int], Awaitable[int]]) -> None:
        self._ask = ask  # `room`, run on the storage thread
        self._left: dict[str, int] = {}
        self._asking = Lock()  # many who find too little left are served by one look

    async def take(self, storage_key: str, size: int) -> None:
        """Raises QuotaExceeded when there is no room for `size` bytes."""
        if self._left.get(storage_key, 0) < size:
            async with self._asking:
                if self._left.get(storage_key, 0) < size:
                    self._left[storage_key] = 0
                    self._left[storage_key] = await self._ask(storage_key, size)
        self._left[storage_key] = self._left.get(storage_key, 0) - size
