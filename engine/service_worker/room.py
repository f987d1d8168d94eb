"""How many workers run and start at once. Ours: a user agent may terminate idle workers whenever it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from engine.event_loop import Event, Semaphore
from engine.service_worker.running import RunningWorker, terminate_service_worker
from engine.service_worker.settings import ServiceWorkerSettings

if TYPE_CHECKING:
    from engine.service_worker.concepts import ServiceWorker


class Room:
    """The running workers, and the queue of those that want to."""

    def __init__(self, settings: ServiceWorkerSettings) -> None:
        self._settings = settings
        self._starts = Semaphore(settings.maximum_starting)
        self._running: set[RunningWorker] = set()
        self._let_in: set[ServiceWorker] = set()
        """Those that will be running soon, and have their places."""
        self._changed = Event()

    @asynccontextmanager
    async def for_a_start(self, worker: ServiceWorker) -> AsyncIterator[None]:
        """Wait for the worker's turn to start; an idle one is stopped if there is no room else."""
        async with self._starts:
            while self._is_full and not self._stop_one():
                self._changed.clear()
                await self._changed.wait()
            self._let_in.add(worker)
            try:
                yield
            finally:
                if worker in self._let_in:
                    self._let_in.discard(worker)
                    self._changed.set()

    @property
    def _is_full(self) -> bool:
        return len(self._running) + len(self._let_in) >= self._settings.maximum_running

    def entered(self, running: RunningWorker) -> None:
        self._let_in.discard(running.worker)
        self._running.add(running)

    def left(self, running: RunningWorker) -> None:
        self._running.discard(running)
        self._changed.set()

    def changed(self) -> None:
        """A worker may have become idle."""
        self._changed.set()

    def _stop_one(self) -> bool:
        idle = [running for running in self._running if running.may_be_stopped_for_others]
        if not idle:
            return False
        terminate_service_worker(min(idle, key=lambda running: running.last_activity).worker)
        return True

    @property
    def running(self) -> list[RunningWorker]:
        return list(self._running)
