"""What has become of background fetches, told to whom it concerns: the ledger, the realms, the display. Ours.

Whoever changes something of a background fetch says so here, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.background_fetch.update_instances import (
    forget_instances,
    tell_the_realm_that_it_is_gone,
    update_background_fetch_instances,
)

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch, BackgroundFetchRecord
    from engine.background_fetch.downloads import Downloads
    from engine.storage import BodyWriter


def record_changed(downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord) -> None:
    """Its response, its result or its attempts have changed."""
    if not bg_fetch.unregistered:
        downloads.ledger.note_state(bg_fetch, record)


def bytes_arrived(
    downloads: Downloads, bg_fetch: BackgroundFetch, record: BackgroundFetchRecord, writer: BodyWriter, size: int
) -> None:
    """So many more bytes of a record's response are stored."""
    if bg_fetch.rate is not None:
        bg_fetch.rate.add(downloads.clock.now(), size)
    downloads.ledger.note_progress(bg_fetch, record, writer)
    figures_changed(downloads, bg_fetch)


def bytes_departed(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """More bytes of request bodies have been sent."""
    downloads.ledger.note_upload(bg_fetch)
    figures_changed(downloads, bg_fetch)


def figures_changed(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """It has got further, or back."""
    if bg_fetch.instances:
        _update_instances(downloads, bg_fetch)
    downloads.display.changed(bg_fetch)


def display_changed(downloads: Downloads, bg_fetch: BackgroundFetch, *, at_once: bool = False) -> None:
    """It may look different now; `at_once`: it does. No script sees anything of that."""
    downloads.display.changed(bg_fetch, at_once=at_once)


def ended(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """It has its result; these are the final figures."""
    _update_instances(downloads, bg_fetch, at_once=True)
    downloads.display.changed(bg_fetch, at_once=True)


def records_went(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """Its records are not available any more, and nothing more will be said of it."""
    _update_instances(downloads, bg_fetch, at_once=True)
    forget_instances(bg_fetch)
    downloads.forget_records(bg_fetch)
    downloads.display.changed(bg_fetch, at_once=True)


def unregistered(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """It went with its registration."""
    for environment in list(bg_fetch.instances):
        tell_the_realm_that_it_is_gone(environment, bg_fetch.number)
    forget_instances(bg_fetch)
    downloads.display.changed(bg_fetch, at_once=True)
    downloads.remove(bg_fetch)


def _update_instances(downloads: Downloads, bg_fetch: BackgroundFetch, at_once: bool = False) -> None:
    if not downloads.closed:
        update_background_fetch_instances(bg_fetch, at_once=at_once)
