"""https://wicg.github.io/background-fetch/#background-fetch-display-algorithm, its icons"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.infra import FAILURE
from engine.url import parse_url

if TYPE_CHECKING:
    from engine.background_fetch.options import ImageResource
    from engine.infra.sentinels import WireValue
    from engine.url import URL


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
