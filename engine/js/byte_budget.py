"""What Python holds for an agent outside its heap: messages that nobody has read, bodies being collected, and the like."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from engine.webidl.exceptions import JSTypeError

__all__ = ["BudgetExceeded", "ByteBudget", "Holding"]

_MEGABYTE = 1 << 20


class BudgetExceeded(JSTypeError):
    """There is no room for that any more. A TypeError to scripts, unless their platform has another word for it."""


class ByteBudget:
    """The bytes that may be held for one agent outside its heap, and how many are. From any thread.

    `size`: None for no limit. `tell` is given one sentence when something finds no room, and not again for the same kind of
    thing before half of the budget was free in between.
    """

    def __init__(self, size: int | None, tell: Callable[[str], object] | None = None) -> None:
        self.size = size
        self._most_passing = float("inf") if size is None else size
        self._most = float("inf") if size is None else size - size // 8
        self._tell = tell
        self._used = 0
        self._lock = threading.Lock()
        # NB: garbage is collected at any moment, also while the lock is held: what is given back waits here for the next who has it.
        self._given_back: deque[int] = deque()
        self._told: set[str] = set()

    @property
    def used(self) -> int:
        """Bytes that are held now."""
        with self._lock:
            self._settle()
            return self._used

    def hold(self, size: int, what: str, *, passing: bool = False) -> Holding:
        """Take `size` bytes for `what`, which the sentence names: several things of a kind. Raises BudgetExceeded.

        `passing`: it does not wait for anybody. The last eighth is for such things alone, so that what waits can be taken away.
        """
        self._take(size, what, passing)
        return Holding(self, what, passing, size)

    def has_room_for(self, size: int) -> bool:
        """Whether `size` bytes could be held now, if they are not passing."""
        return self.used + size <= self._most

    def _take(self, size: int, what: str, passing: bool) -> None:
        with self._lock:
            if self._given_back:
                self._settle()
            if (used := self._used + size) <= (self._most_passing if passing else self._most):
                self._used = used
                return
            is_news = what not in self._told
            self._told.add(what)
        assert self.size is not None
        sentence = (
            f"{what} would take more than the {_readable(self.size)} that may be kept outside the heap of a page or worker: "
            "read, close or let go of what waits, or give the browser higher limits (Limits.outside)"
        )
        if is_news and self._tell is not None:
            self._tell(sentence)
        raise BudgetExceeded(sentence)

    def _give_back(self, size: int) -> None:
        self._given_back.append(size)

    def _settle(self) -> None:
        while self._given_back:
            self._used -= self._given_back.popleft()
        if self._told and self.size is not None and self._used <= self.size // 2:
            self._told.clear()


class Holding:
    """A part of a budget, taken for one thing and given back with it: by `release`, at the end of a `with`, or when nobody has
    the holding any more, so that whatever is cancelled or forgotten gives it back too.
    """

    __slots__ = ("_passing", "_what", "budget", "size")

    def __init__(self, budget: ByteBudget, what: str, passing: bool, size: int) -> None:
        self.budget = budget
        self._passing = passing
        self._what = what
        self.size = size

    def grow(self, size: int) -> None:
        """Take `size` bytes more. Raises BudgetExceeded, and holds what it held."""
        self.budget._take(size, self._what, self._passing)
        self.size += size

    def shrink(self, size: int) -> None:
        """Give `size` bytes of it back."""
        assert size <= self.size
        self.size -= size
        self.budget._give_back(size)

    def resize(self, size: int) -> None:
        """Hold `size` bytes from now on. Raises BudgetExceeded, and holds what it held."""
        if size > self.size:
            self.grow(size - self.size)
        elif size < self.size:
            self.shrink(self.size - size)

    def release(self) -> None:
        """Give all of it back. Once or more."""
        size, self.size = self.size, 0
        if size:
            self.budget._give_back(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()

    def __del__(self) -> None:
        if self.size:
            self.release()


def _readable(size: int) -> str:
    return f"{size / _MEGABYTE:.0f} MB" if size >= _MEGABYTE else f"{size} bytes"
