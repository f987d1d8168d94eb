"""The thread on which verbs run: in the order in which they were asked for, several to a transaction.

OPTIMIZATION: verbs that wait together share one transaction, each in a savepoint of its own, and so one commit and,
where one of them is durable, one flush. All of them have their answers when it is committed; if that fails, it has
failed for all.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

from engine.event_loop import BrowserThread, Future
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
        index = self._index
        answers: list[Answer] = []
        try:
            with index.transaction():
                for job, future in jobs:
                    try:
                        with index.transaction():
                            answers.append((future, job(index), None))
                    except Exception as error:
                        answers.append((future, None, error))
                        if not index.is_in_transaction:
                            # SQLite gave the whole transaction up: a full disk, a damaged file.
                            raise
        except Exception as error:
            return [(future, None, error) for _, future in jobs]
        return answers


def _give(answers: list[Answer]) -> None:
    for future, result, error in answers:
        if future.done():
            continue  # whoever asked was cancelled
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
