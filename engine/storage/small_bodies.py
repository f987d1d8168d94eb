"""Small bodies are stored several at a time.

OPTIMIZATION: one by one, handing a body to another thread and waiting for it costs more than the work done there, and
each body would have its folder flushed.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.event_loop import BrowserThread, Unstoppable, fail
from engine.storage import flushing
from engine.storage.errors import disk_errors

if TYPE_CHECKING:
    from engine.storage.body_files import BodyFiles
    from engine.storage.stored_body import StoredBody

_VISITS: Final = 3
"""So many threads wait for the disk at once."""
_TOGETHER: Final = 16

Waiting: TypeAlias = "tuple[StoredBody, Unstoppable[None]]"
Outcome: TypeAlias = tuple[Unstoppable[None], Exception | None]


class SmallBodies:
    """Those that are still in memory when they end. Asked on the browser's thread only."""

    def __init__(self, files: BodyFiles) -> None:
        self._files = files
        self._waiting: deque[Waiting] = deque()
        self._visits = 0
        self._changing = threading.Lock()

    def store(self, body: StoredBody) -> Unstoppable[None]:
        """Bring a body from memory to the disk. The future fails with StorageFull, StorageFailed."""
        browser = BrowserThread()
        stored: Unstoppable[None] = Unstoppable()
        with self._changing:
            self._waiting.append((body, stored))
            if self._visits == _VISITS:
                return stored
            self._visits += 1
        self._files.threads.submit(self._visit, browser)
        return stored

    # On a thread of the files:

    def _visit(self, browser: BrowserThread) -> None:
        while some := self._next():
            browser.post(_give, self._store(some))

    def _next(self) -> list[Waiting]:
        with self._changing:
            if not self._waiting:
                self._visits -= 1
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _TOGETHER))]

    def _store(self, some: Iterable[Waiting]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        written: dict[Path, list[Waiting]] = {}
        for body, stored in some:
            try:
                written.setdefault(self._write(body).parent, []).append((body, stored))
            except Exception as error:  # handed over whole: the waiting side raises it
                outcomes.append((stored, error))
        for folder, bodies in written.items():
            failure = self._flush_names(folder)
            for body, stored in bodies:
                if failure is None and body._memory is not None:
                    body.on_disk = body.written
                    body._memory = None
                outcomes.append((stored, failure))
        return outcomes

    def _write(self, body: StoredBody) -> Path:
        path = self._files.path(body.id)
        assert body._memory is not None
        descriptor = self._files.create(body.id)
        with disk_errors(path):
            try:
                self._files.where_there_is_room(flushing.write_all, descriptor, body._memory, 0)
                self._files.where_there_is_room(self._files.flush, descriptor)
            finally:
                os.close(descriptor)
        return path

    def _flush_names(self, folder: Path) -> Exception | None:
        try:
            with disk_errors(folder):
                self._files.flush_names(folder)
        except Exception as error:  # the same
            return error
        return None


def _give(outcomes: Iterable[Outcome]) -> None:
    for stored, error in outcomes:
        if error is not None:
            fail(stored, error)
        elif not stored.done():
            stored.set_result(None)
