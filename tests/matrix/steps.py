"""What a journey does: steps, each of which is answered. Marked in the record when it is."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar

from engine.storage import BodyWriter, Index, Storage, StoredBody
from tests.matrix.next_start import LIMIT

P = ParamSpec("P")
R = TypeVar("R")

Base: TypeAlias = Literal["nothing", "furnished", "killed", "damaged", "damaged index"]
"""What is there before. `nothing`: no folder; `furnished`: some of everything; `killed`: the same, of a run that was killed in the
middle of much; `damaged`: with files and counts that do not belong to the rows; `damaged index`: with a page of nonsense, too."""


class Steps:
    """The steps of one run of a journey."""

    def __init__(self, folder: Path, mark: Callable[[int], None]) -> None:
        self.folder = folder
        """The profile's."""
        self._mark = mark
        self.storage: Any = None
        """The open `Storage`, when the first step has been answered."""
        self.answered = 0
        self.durable: list[bool] = []
        """Of each step that was answered: whether it promises to survive a power loss."""

    async def open(self) -> None:
        self.storage = await self.step(Storage.open(self.folder, limit=LIMIT))

    async def close(self) -> None:
        await self.step(self.storage.close())

    async def run(self, verb: Callable[Concatenate[Index, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.step(self.storage.run(verb, *args, **kwargs))

    async def body(self, data: bytes, storage_key: str) -> StoredBody:
        return await self.step(self.storage.store_bytes(storage_key, data))

    async def growing(self, data: bytes, storage_key: str, *, whole: bool = False) -> StoredBody:
        """A body of which this much has come."""
        writer = self.storage.new_body(storage_key)
        await self.append(writer, data)
        await self.step(writer.finish() if whole else writer.pause())
        return writer.body

    async def append(self, writer: BodyWriter, data: bytes) -> None:
        await self.step(writer.append(data))

    async def step(self, steps: Awaitable[R], *, durable: bool = False) -> R:
        """`durable`: it promises to survive a power loss, though no verb says so."""
        _asked.clear()
        result = await steps
        self.durable.append(durable or bool(_asked))
        self._mark(self.answered)
        self.answered += 1
        return result

    def wait_for_what_goes_on(self) -> None:
        """Files are deleted behind the answer."""
        if self.storage is not None and not self.storage.is_closed:
            self.storage.index.bodies.wait_for_removals()


_asked: list[object] = []
"""The durable transactions since a step began."""


def watch_transactions() -> None:
    """See which steps ask for a durable transaction: those promise to survive a power loss."""
    original = Index.transaction

    @functools.wraps(original)
    def transaction(index: Index, **kwargs: Any) -> Any:
        if kwargs.get("durable"):
            _asked.append(index)
        return original(index, **kwargs)

    Index.transaction = transaction  # type: ignore[method-assign]


@dataclass(frozen=True)
class Journey:
    """`about`: the name of the verb."""

    about: str
    steps: Callable[[Steps], Awaitable[None]]
    base: Base = "furnished"
    from_the_start: bool = False
    """Whether opening the profile, the first step, is a part of it that may go wrong."""
    opens: bool = True
    """Whether that is the first step."""
    next_start: Callable[[Path], None] | None = None
    """What a user does before the next start."""
    only_reads: bool = False
    what: str = ""
    also: tuple[str, ...] = ()
    """Other verbs that are run by it."""

    @property
    def name(self) -> str:
        return f"{self.about}: {self.what}" if self.what else self.about
