"""Where background fetches begin, where a later run of the browser goes on with them, and where they end with their registration."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from engine.background_fetch import news
from engine.background_fetch.perform import perform_a_background_fetch
from engine.background_fetch.persistence import background_fetch_from
from engine.background_fetch.show_icons import show_icons
from engine.background_fetch.terminal_events import deliver_the_terminal_event
from engine.storage import (
    StorageFull,
    remove_background_fetch,
    remove_settled_background_fetches,
    save_paused,
    unfinished_background_fetches,
)

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.downloads import Downloads
    from engine.service_worker.concepts import Registration


def begin(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """Show and perform a background fetch that is stored and active."""
    _show(downloads, bg_fetch)
    downloads.ledger.over_quota.discard(bg_fetch.storage_key)
    if bg_fetch.paused:
        storing = downloads.store(bg_fetch, save_paused, bg_fetch.number, True)
        downloads.run(storing, "storing the paused flag")
    downloads.run(perform_a_background_fetch(downloads, bg_fetch), f"background fetch {bg_fetch.id!r}")


def _show(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    downloads.add(bg_fetch)
    show_icons(downloads, bg_fetch)
    news.display_changed(downloads, bg_fetch, at_once=True)


async def go_on_with_what_was_stored(downloads: Downloads) -> None:
    """Go on with what an earlier run of the browser began; fire the events that it did not get to the end. Raises StorageError."""
    # NB: the specification has fetches outlive pages; ours outlive the process too, however it ended.
    service_workers, storage = downloads.user_agent.service_workers, downloads.storage
    with suppress(StorageFull):  # they go another time
        await storage.run(remove_settled_background_fetches)
    for stored in await storage.run(unfinished_background_fetches):
        registration = service_workers.registration_map.get((stored.storage_key, stored.scope))
        if registration is None:
            # Its registration has not survived: nobody would ever hear of it.
            with suppress(StorageFull):
                await storage.run(remove_background_fetch, stored.id)
            continue
        bg_fetch = await background_fetch_from(stored, registration, storage)
        if bg_fetch.result == "":
            downloads.registration_state(registration).active[bg_fetch.id] = bg_fetch
            begin(downloads, bg_fetch)
        else:
            for record in bg_fetch.records:
                record.response_data.settle("aborted")
            _show(downloads, bg_fetch)
            downloads.run(deliver_the_terminal_event(downloads, bg_fetch), "the end of a background fetch")


def registration_unregistered(downloads: Downloads, registration: Registration) -> None:
    """All of its fetches end, and nothing of them is kept."""
    # NB: without events, as the explainer has it: nobody is left to hear them.
    for bg_fetch in downloads.forget_registration(registration):
        bg_fetch.unregistered = True
        if bg_fetch.result == "":
            bg_fetch.result, bg_fetch.failure_reason = "failure", "aborted"
        bg_fetch.records_available = False
        bg_fetch.set_abort_all()
        downloads.note(bg_fetch, remove_background_fetch, bg_fetch.number)
        news.unregistered(downloads, bg_fetch)
