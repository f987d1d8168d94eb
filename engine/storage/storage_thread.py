"""The thread on which verbs run: in the order in which they were asked for, several to a transaction.

OPTIMIZATION: verbs that wait together share one transaction, each in a savepoint of its own, and so one commit and,
where one of them is durable, one flush. All of them have their answers when it is committed. If that fails, each runs
once more in a transaction of its own: a verb must not change anything but the index.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

from engine.event_loop import BrowserThread, Future, fail, under_way
from engine.storage.index import Index

R = TypeVar("R")

Job: TypeAlias = Callable[[Index], Any]
Answer: TypeAlias = tuple[Future[Any], Any, BaseException | None]

_TOGETHER: Final = 64


class StorageThread:
    """Made on the browser's thread, which also asks and gets the answers."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._browser = BrowserThread()
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._stopped: Future[None] = self._browser.new_future()
        threading.Thread(target=self._work, name="storage", daemon=True).start()

    async def run(self, job: Callable[[Index], R]) -> R:
        """The job's result. It runs even if the wait for it is cancelled. Raises what it raises, and StorageError."""
        future: Future[R] = self._browser.new_future()
        self._jobs.put((job, future))
        with under_way("threads"):
            return await future

    async def stop(self) -> None:
        """Return when everything asked for before has been done; nothing may be asked for afterwards."""
        self._jobs.put(None)
        await self._stopped

    def _work(self) -> None:
        is_stopping = False
        while not is_stopping:
            jobs, is_stopping = self._waiting_jobs()
            if jobs:
                self._browser.post(_give, self._do(jobs))
            del jobs  # and with them the bodies they were given
        self._browser.resolve(self._stopped, None)

    def _waiting_jobs(self) -> tuple[list[tuple[Job, Future[Any]]], bool]:
        """Wait for a job and take those behind it too. Also says whether the thread is to stop."""
        jobs: list[tuple[Job, Future[Any]]] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _TOGETHER:
                return jobs, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True

    def _do(self, jobs: list[tuple[Job, Future[Any]]]) -> list[Answer]:
        try:
            with self._index.transaction():
                return [self._do_one(job, future) for job, future in jobs]
        except Exception as error:
            if len(jobs) == 1:
                return [(jobs[0][1], None, error)]
            # Nothing of it has happened. Who is to blame is seen when each is alone; the others are unharmed.
            return [answer for job in jobs for answer in self._do([job])]

    def _do_one(self, job: Job, future: Future[Any]) -> Answer:
        try:
            with self._index.transaction():
                return future, job(self._index), None
        except Exception as error:
            if not self._index.is_in_transaction:
                raise  # SQLite gave up what the others did too: a full disk, a damaged file
            return future, None, error


def _give(answers: list[Answer]) -> None:
    for future, result, error in answers:
        if error is not None:
            fail(future, error)
        elif not future.done():  # or whoever asked was cancelled
            future.set_result(result)
