"""The thread on which verbs run: in the order in which they were asked for, several to a transaction.

OPTIMIZATION: verbs that wait together share one transaction, each in a savepoint of its own, and so one commit and,
where one of them is durable, one flush. All of them have their answers when it is committed. If that fails, or the disk is
full for one of them, each runs once more in a transaction of its own: a verb must not change anything but the index.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias, TypeVar

from engine.event_loop import BrowserThread, Future, fail, under_way
from engine.storage.errors import StorageError, StorageFull, without_frames
from engine.storage.index import Index

R = TypeVar("R")

Job: TypeAlias = Callable[[Index], Any]
Answer: TypeAlias = tuple[Future[Any] | None, Any, BaseException | None]

_TOGETHER: Final = 64


class StorageThread:
    """Made on the browser's thread, which also asks and gets the answers."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._browser = BrowserThread()
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any] | None] | None] = queue.SimpleQueue()
        self._stopped: Future[None] = self._browser.new_future()
        threading.Thread(target=self._work, name="storage", daemon=True).start()

    async def run(self, job: Callable[[Index], R]) -> R:
        """The job's result. It runs even if the wait for it is cancelled. Raises what it raises, and StorageError."""
        future: Future[R] = self._browser.new_future()
        self._jobs.put((job, future))
        try:
            with under_way("threads"):
                return await future
        finally:
            del future  # an error holds this frame, and would be held by it

    def look_at_bodies_soon(self) -> None:
        """Let the index see which bodies are needed no more. From any thread, wherever that is."""
        self._jobs.put((Index.reclaim, None))

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

    def _waiting_jobs(self) -> tuple[list[tuple[Job, Future[Any] | None]], bool]:
        """Wait for a job and take those behind it too. Also says whether the thread is to stop."""
        jobs: list[tuple[Job, Future[Any] | None]] = []
        job = self._next_job()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _TOGETHER:
                return jobs, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True

    def _next_job(self) -> tuple[Job, Future[Any] | None] | None:
        """Wait for it, and see meanwhile that files are deleted in time."""
        bodies = self._index.bodies
        while (patience := bodies.doomed.patience) is not None:
            if patience:
                with suppress(queue.Empty):
                    return self._jobs.get(timeout=patience)
            else:
                bodies.remove_soon()
                break
        return self._jobs.get()

    def _do(self, jobs: list[tuple[Job, Future[Any] | None]]) -> list[Answer]:
        if len(jobs) > 1:
            with suppress(Exception), self._index.transaction():
                return [self._do_one(job, future) for job, future in jobs]
            # Nothing of it has happened. Who is to blame is seen when each is alone; the others are unharmed.
        return [self._do_alone(job, future) for job, future in jobs]

    def _do_one(self, job: Job, future: Future[Any] | None) -> Answer:
        try:
            with self._index.transaction():
                return future, job(self._index), None
        except StorageFull:
            raise  # alone it may get room
        except Exception as error:
            if not self._index.is_in_transaction:
                raise  # SQLite gave up what the others did too: a damaged file, say
            return future, None, _to_be_handed_over(error)

    def _do_alone(self, job: Job, future: Future[Any] | None) -> Answer:
        try:
            return future, self._index.run(job), None
        except Exception as error:
            return future, None, _to_be_handed_over(error)


def _to_be_handed_over(error: Exception) -> Exception:
    """NB: its frames would hold the future that holds it, and what jobs were given; whose fault it is is known without them."""
    return without_frames(error) if isinstance(error, StorageError) else error


def _give(answers: list[Answer]) -> None:
    for future, result, error in answers:
        if future is None:
            if error is not None and not isinstance(error, StorageError):
                raise error
        elif error is not None:
            fail(future, error)
        elif not future.done():  # or whoever asked was cancelled
            future.set_result(result)
