"""How many workers run and start at once. Ours: a user agent may terminate idle workers whenever it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.event_loop import Event, Semaphore
from engine.service_worker.running import RunningWorker, terminate_service_worker
from engine.service_worker.settings import ServiceWorkerSettings


class Room:
    """The running workers, and the queue of those that want to."""

    def __init__(self, settings: ServiceWorkerSettings) -> None:
        self._settings = settings
        self._starts = Semaphore(settings.maximum_starting)
        self._running: set[RunningWorker] = set()
        self._changed = Event()

    @asynccontextmanager
    async def for_a_start(self) -> AsyncIterator[None]:
        """Wait for one's turn to start; an idle worker is stopped if there is no room else."""
        async with self._starts:
            while len(self._running) >= self._settings.maximum_running and not self._stop_one():
                self._changed.clear()
                await self._changed.wait()
            yield

    def entered(self, running: RunningWorker) -> None:
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
