"""What changes in memory is written to the profile a little later. A disk that refuses loses nothing of it: it is kept and tried again, the
last time when the browser closes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from engine.event_loop import Clock, Lock, ParallelSteps, in_parallel
from engine.storage.errors import StorageError

K = TypeVar("K")
V = TypeVar("V")

_LONGEST_WAIT: Final = 30.0


def the_newer(older: V, newer: V) -> V:
    """The note that stays when there are two under one key."""
    return newer


class WriteBehind(Generic[K, V]):
    """On the browser's thread.

    `write`: brings notes into the profile; those that it takes out of its argument are written, also if it raises StorageError because
    of others. `delay`: seconds in which notes gather. `merge`: what becomes of two notes under one key; it may change and return the
    older one.
    """

    def __init__(
        self,
        write: Callable[[dict[K, V]], Awaitable[object]],
        clock: Clock,
        delay: float,
        name: str,
        merge: Callable[[V, V], V] = the_newer,
    ) -> None:
        """`name`: what it does, as "writing cookies"."""
        self.delay = delay
        self.failure: StorageError | None = None
        """Why the last attempt failed, if it did."""
        self._bring = write
        self._clock = clock
        self._name = name
        self._merge = merge
        self._notes: dict[K, V] = {}
        self._writing = Lock()
        self._timer: ParallelSteps[None] | None = None
        self._wait = 0.0
        self._is_closed = False

    def note(self, key: K, value: V) -> None:
        """It is to be written."""
        self._notes[key] = self._merge(self._notes[key], value) if key in self._notes else value
        self._write_soon()

    def forget(self, key: K) -> bool:
        """It need not be written any more. False: there was no note of it."""
        if key not in self._notes:
            return False
        del self._notes[key]
        return True

    @property
    def notes(self) -> dict[K, V]:
        """What nobody has begun to write."""
        return self._notes

    @property
    def is_under_way(self) -> bool:
        """Whether something is being written or about to be; not, if the disk has refused it."""
        return self._writing.locked() or (bool(self._notes) and self.failure is None)

    async def write(self) -> None:
        """Write all that has been noted, now. Raises StorageError; what was not written is kept and tried again.

        Whoever is cancelled meanwhile goes away; the notes are of others too, and the writing goes on.
        """
        failure = await in_parallel(self._write(), self._name)
        if failure is not None:
            raise failure

    async def close(self) -> None:
        """Write for the last time. Raises StorageError: what was not written is lost."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.write()
        while self._notes:  # of the meantime
            await self.write()

    def _write_soon(self) -> None:
        if self._timer is None and not self._is_closed:
            self._timer = in_parallel(self._write_later(), self._name)

    async def _write_later(self) -> None:
        try:
            if wait := max(self.delay, self._wait):
                await self._clock.sleep(wait)
        finally:
            self._timer = None
        await self._write()

    async def _write(self) -> StorageError | None:
        """Returned, not raised: perhaps nobody waits for it."""
        async with self._writing:
            taken, self._notes = self._notes, {}
            try:
                if taken:
                    await self._bring(taken)
            except StorageError as failure:
                self._put_back(taken)
                self.failure = failure
                self._wait = min(max(2 * self._wait, self.delay, 1.0), _LONGEST_WAIT)
                if taken:
                    self._write_soon()
            except BaseException:
                # NB: a fault of ours loses none either.
                self._put_back(taken)
                raise
            else:
                self.failure, self._wait = None, 0.0
            return self.failure

    def _put_back(self, left: dict[K, V]) -> None:
        newer, self._notes = self._notes, left
        for key, value in newer.items():
            self._notes[key] = self._merge(left[key], value) if key in left else value
