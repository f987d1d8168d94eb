"""What a script says of a background fetch, as a realm converted it."""

from __future__ import annotations

from typing import Required, TypedDict


class ImageResource(TypedDict, total=False):
    """https://w3c.github.io/image-resource/#dom-imageresource"""

    src: Required[str]
    sizes: str
    type: str
    label: str


class BackgroundFetchUIOptions(TypedDict, total=False):
    """https://wicg.github.io/background-fetch/#dictdef-backgroundfetchuioptions"""

    icons: list[ImageResource]
    title: str


class BackgroundFetchOptions(BackgroundFetchUIOptions, total=False):
    """https://wicg.github.io/background-fetch/#dictdef-backgroundfetchoptions"""

    downloadTotal: float
