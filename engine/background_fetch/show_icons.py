"""https://wicg.github.io/background-fetch/#background-fetch-display-algorithm, its icons: fetched, to be shown"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.background_fetch import news
from engine.background_fetch.icons import Icon
from engine.background_fetch.image_headers import read_image_header
from engine.fetch import fetch
from engine.http.policy_container import PolicyContainer
from engine.http.request import Request
from engine.infra import FAILURE
from engine.url import origin_from_record, parse_url
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.downloads import Downloads
    from engine.infra.sentinels import Record

MOST_ICONS: Final = 8
"""So many of a fetch are fetched; the rest is not looked at."""
LARGEST_ICON: Final = 1 << 20
"""Bytes."""


def show_icons(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    """Fetch its icons and show them as soon as they are there. Ours."""
    if bg_fetch.icons and downloads.show_icons:
        downloads.run(_fetch_and_show(downloads, bg_fetch), "fetching icons")


async def _fetch_and_show(downloads: Downloads, bg_fetch: BackgroundFetch) -> None:
    wanted = bg_fetch.icons
    icons = await _fetch_icons(downloads, bg_fetch)
    if bg_fetch.icons is wanted:
        bg_fetch.fetched_icons = icons
        news.display_changed(downloads, bg_fetch, at_once=True)


async def _fetch_icons(downloads: Downloads, bg_fetch: BackgroundFetch) -> tuple[Icon, ...]:
    """The icons of a background fetch, one after the other."""
    icons = []
    for resource in bg_fetch.icons[:MOST_ICONS]:
        assert isinstance(resource, dict)
        icons.append(await _fetch_icon(downloads, bg_fetch, resource))
    return tuple(icons)


async def _fetch_icon(downloads: Downloads, bg_fetch: BackgroundFetch, resource: Record) -> Icon:
    src, label, sizes = (str(resource.get(name, "")) for name in ("src", "label", "sizes"))
    url = parse_url(src)
    assert url is not FAILURE
    # NB: the environment that asked may be gone, so its origin and policies take its place.
    request = Request(
        url_list=[url],
        keepalive=True,
        service_workers_mode="none",
        destination="image",
        mode="no-cors",
        credentials_mode="include",
        origin=origin_from_record(bg_fetch.creator["origin"]),
        policy_container=PolicyContainer.from_record(bg_fetch.creator["policy_container"]),
        traversable_for_user_prompts="no-traversable",
    )
    controller = fetch(request, downloads.user_agent)
    try:
        response = (await controller.response()).unsafe_response()
        if response.is_network_error:
            return Icon(src, label, sizes, failure=response.reason or "network error")
        if not response.ok:
            return Icon(src, label, sizes, failure=f"the server answered {response.status}")
        data = b"" if response.body is None else await response.body.read_all(LARGEST_ICON)
    except ScriptException as error:
        return Icon(src, label, sizes, failure=error.message)
    finally:
        controller.terminate()
    header = read_image_header(data)
    if header is None:
        return Icon(src, label, sizes, failure="not an image that can be shown")
    return Icon(src, label, sizes, header.type, header.width, header.height, data)
