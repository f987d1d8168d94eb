"""Title and icons: what a site says of how its background fetch is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.background_fetch import news
from engine.background_fetch.icons import process_image_resources
from engine.background_fetch.show_icons import show_icons
from engine.storage import save_display

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.downloads import Downloads
    from engine.background_fetch.options import BackgroundFetchUIOptions
    from engine.url import URL


async def update_ui(
    downloads: Downloads, bg_fetch: BackgroundFetch, options: BackgroundFetchUIOptions, base_url: URL
) -> None:
    """https://wicg.github.io/background-fetch/#dom-backgroundfetchupdateuievent-updateui, its steps 5 and 6"""
    # 5. The background fetch's icons.
    if "icons" in options:
        bg_fetch.icons = process_image_resources(options["icons"], base_url)
        bg_fetch.fetched_icons = ()
        show_icons(downloads, bg_fetch)
    # 6. Its title.
    if "title" in options:
        bg_fetch.title = options["title"]
    news.display_changed(downloads, bg_fetch, at_once=True)
    await downloads.store(bg_fetch, save_display, bg_fetch.number, bg_fetch.title, bg_fetch.icons)
