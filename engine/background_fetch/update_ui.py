"""Title and icons: what a site says of how its background fetch is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.background_fetch.icons import fetch_icons, process_image_resources
from engine.storage import save_display

if TYPE_CHECKING:
    from engine.background_fetch.background_fetches import BackgroundFetches
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.options import BackgroundFetchUIOptions
    from engine.url import URL


async def update_ui(
    fetches: BackgroundFetches, bg_fetch: BackgroundFetch, options: BackgroundFetchUIOptions, base_url: URL
) -> None:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchupdateuievent-updateui, its steps 5 and 6"""
    # 5.
    if "icons" in options:
        bg_fetch.icons = process_image_resources(options["icons"], base_url)
        bg_fetch.fetched_icons = ()
        show_icons(fetches, bg_fetch)
    # 6.
    if "title" in options:
        bg_fetch.title = options["title"]
    fetches.display_changed(bg_fetch, at_once=True)
    await fetches.store(bg_fetch, save_display, bg_fetch.number, bg_fetch.title, bg_fetch.icons)


def show_icons(fetches: BackgroundFetches, bg_fetch: BackgroundFetch) -> None:
    """Fetch its icons and show them as soon as they are there. Ours."""
    if bg_fetch.icons and fetches.show_icons:
        fetches.run(_fetch_icons(fetches, bg_fetch), "fetching icons")


async def _fetch_icons(fetches: BackgroundFetches, bg_fetch: BackgroundFetch) -> None:
    wanted = bg_fetch.icons
    icons = await fetch_icons(fetches, bg_fetch)
    if bg_fetch.icons is wanted:
        bg_fetch.fetched_icons = icons
        fetches.display_changed(bg_fetch, at_once=True)
