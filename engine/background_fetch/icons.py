"""https://wicg.github.io/background-fetch/#background-fetch-display-algorithm, its icons: fetched, to be shown"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.background_fetch.image_headers import read_image_header
from engine.fetch import fetch
from engine.http.policy_container import PolicyContainer
from engine.http.request import Request
from engine.infra import FAILURE
from engine.url import origin_from_record, parse_url
from engine.webidl.exceptions import ScriptException

if TYPE_CHECKING:
    from engine.background_fetch.background_fetches import BackgroundFetches
    from engine.background_fetch.concepts import BackgroundFetch
    from engine.background_fetch.options import ImageResource
    from engine.infra.sentinels import Record, WireValue
    from engine.url import URL

MOST_ICONS: Final = 8
"""So many of a fetch are fetched; the rest is not looked at."""
LARGEST_ICON: Final = 1 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Icon:
    """One icon. `type`, `width` and `height` (pixels) are the image's own, as far as it tells; `failure` says why there
    is no image."""

    src: str
    label: str = ""
    sizes: str = ""
    type: str = ""
    width: int | None = None
    height: int | None = None
    data: bytes = b""
    failure: str = ""


def process_image_resources(resources: list[ImageResource], base_url: URL) -> list[WireValue]:
    """https://w3c.github.io/image-resource/#dfn-process-image-resource-from-an-api: those whose `src` is a URL"""
    processed: list[WireValue] = []
    for resource in resources:
        url = parse_url(resource["src"], base_url)
        if url is not FAILURE:
            processed.append({**resource, "src": url.serialized})  # type: ignore[dict-item]  # its members are strings
    return processed


async def fetch_icons(fetches: BackgroundFetches, bg_fetch: BackgroundFetch) -> tuple[Icon, ...]:
    """The icons of a background fetch, one after the other."""
    icons = []
    for resource in bg_fetch.icons[:MOST_ICONS]:
        assert isinstance(resource, dict)
        icons.append(await _fetch_icon(fetches, bg_fetch, resource))
    return tuple(icons)


async def _fetch_icon(fetches: BackgroundFetches, bg_fetch: BackgroundFetch, resource: Record) -> Icon:
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
    controller = fetch(request, fetches.user_agent)
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
