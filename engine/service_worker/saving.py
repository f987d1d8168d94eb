"""Registrations on their way to the profile: what a disk refuses is brought again. Ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.event_loop import gather, run_to_its_end
from engine.service_worker.persistence import store_script_bodies, stored_form
from engine.storage import StorageError, WriteBehind, remove_registration, save_registration
from engine.storage.errors_for_scripts import storage_errors_for_scripts

if TYPE_CHECKING:
    from engine.realms import UserAgent
    from engine.service_worker.concepts import Registration, ServiceWorker


class Saving:
    """Stores each registration as it is by then; or that it is unregistered."""

    def __init__(self, user_agent: UserAgent) -> None:
        self._user_agent = user_agent
        self._behind: WriteBehind[Registration, None] = user_agent.storage.write_behind(
            self._save, user_agent.clock, 0, "saving registrations"
        )

    @property
    def is_under_way(self) -> bool:
        """Whether something is being stored, or will be; not, if the disk has refused it."""
        return self._behind.is_under_way

    def note(self, registration: Registration) -> None:
        """It has changed."""
        self._behind.note(registration, None)

    async def write(self) -> None:
        """Return when the profile has all that was noted. Raises StorageError; it is tried again."""
        await self._behind.write()

    async def close(self) -> None:
        """Until nothing is being stored any more, also of what is asked for meanwhile. Raises StorageError."""
        await self._behind.close()

    async def store_scripts(self, worker: ServiceWorker) -> None:
        """Put those of a worker's scripts into the profile that are not there. Raises DOMException QuotaExceededError, UnknownError."""
        with storage_errors_for_scripts():
            await store_script_bodies(self._user_agent.storage, worker)

    async def remove(self, registration: Registration) -> None:
        """No later run of the browser has it. Nobody can cancel this. Raises StorageError."""
        storage = self._user_agent.storage
        await run_to_its_end(storage.run(remove_registration, registration.storage_key, registration.scope))

    async def _save(self, registrations: dict[Registration, None]) -> None:
        saving = list(registrations)
        failure: StorageError | None = None
        outcomes = await gather(*(self._save_one(registration) for registration in saving), return_exceptions=True)
        for registration, outcome in zip(saving, outcomes, strict=True):
            if isinstance(outcome, StorageError):
                failure = outcome
            elif outcome is not None:
                raise outcome
            else:
                del registrations[registration]
        if failure is not None:
            raise failure

    async def _save_one(self, registration: Registration) -> None:
        storage = self._user_agent.storage
        if not registration.is_unregistered:
            await storage.run(save_registration, stored_form(registration))
        elif not registration.is_replaced:
            # NB: another one in its place takes the place in the profile too.
            await storage.run(remove_registration, registration.storage_key, registration.scope)
