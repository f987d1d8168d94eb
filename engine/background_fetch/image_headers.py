"""What kind of image some bytes are, and how large: as far as showing it needs. Ours; nothing is decoded."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from engine.infra import LARGEST_INTEGER


class ImageHeader(NamedTuple):
    """A MIME type, and a size in pixels; None where the image does not say (SVG)."""

    type: str
    width: int | None
    height: int | None


_JPEG_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})


def read_image_header(data: bytes) -> ImageHeader | None:
    """The header of a PNG, JPEG, GIF, WebP or SVG image, given at least its first bytes; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return ImageHeader("image/png", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return ImageHeader("image/gif", int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    return _svg(data)


def _jpeg(data: bytes) -> ImageHeader | None:
    """https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1 and B.2.2: the first frame header"""
    position = 2
    while position + 9 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker in _JPEG_WITHOUT_LENGTH:
            position += 2
        elif marker in _JPEG_SIZES:
            height = int.from_bytes(data[position + 5 : position + 7], "big")
            width = int.from_bytes(data[position + 7 : position + 9], "big")
            return ImageHeader("image/jpeg", width, height)
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None


def _webp(data: bytes) -> ImageHeader | None:
    """https://developers.google.com/speed/webp/docs/riff_container: lossy, lossless and extended files"""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        width, height = (int.from_bytes(data[start : start + 3], "little") + 1 for start in (24, 27))
    elif kind == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and len(data) >= 30 and data[23:26] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[start : start + 2], "little") & 0x3FFF for start in (26, 28))
    else:
        return None
    return ImageHeader("image/webp", width, height)


_COMMENTS: Final = r"(?:<!--(?:(?!-->).)*-->\s*)*"  # one that ends in one place only: the time it takes must not explode
_SVG: Final = re.compile(
    rf"\s*(?:<\?xml[^>]*\?>\s*)?{_COMMENTS}(?:<!DOCTYPE[^>]*>\s*)?{_COMMENTS}<svg\b([^>]*)>", re.DOTALL
)
_LENGTH: Final = r"""\b{}\s*=\s*["']\s*([0-9]+(?:\.[0-9]+)?)(?:px)?\s*["']"""


def _svg(data: bytes) -> ImageHeader | None:
    """https://svgwg.org/svg2-draft/struct.html#SVGElement: its width and height, if they are plain numbers"""
    # The last character may have been cut in two; nothing else of an SVG image's beginning is not text.
    text = data.decode("utf-8-sig", "replace")
    start = _SVG.match(text)
    if start is None:
        return None
    width, height = (_svg_length(start[1], name) for name in ("width", "height"))
    return ImageHeader("image/svg+xml", width, height)


def _svg_length(attributes: str, name: str) -> int | None:
    found = re.search(_LENGTH.format(name), attributes)
    return None if found is None else round(min(float(found[1]), LARGEST_INTEGER))
