"""The one list of types that our IDL files name and that nothing here defines, each with the reason.

Inside a union such a name is left out. Elsewhere it is typed as told here: `object` for what would be a platform
object, `any` for what a caller may pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, frozen=True)
class Gap:
    typed: Literal["object", "any"]
    reason: str


_NO_RENDERING = "there is no rendering: no style sheets, no layout, no drawing"
_NO_MEDIA = "there is no playing, capturing and streaming of media"
_NO_TRUSTED_TYPES = "Trusted Types are not supported: strings are taken as they are"
_NO_SVG = "SVG elements are plain elements"
_NO_CODECS = "there are no image and video decoders"

KNOWN_GAPS: dict[str, Gap] = {
    "CanvasRenderingContext2D": Gap("object", _NO_RENDERING),
    "GPUCanvasContext": Gap("object", _NO_RENDERING),
    "ImageBitmapRenderingContext": Gap("object", _NO_RENDERING),
    "ImageData": Gap("object", _NO_RENDERING),
    "MediaSource": Gap("object", _NO_MEDIA),
    "MediaStream": Gap("object", _NO_MEDIA),
    "OffscreenCanvas": Gap("object", _NO_RENDERING),
    "SVGImageElement": Gap("object", _NO_SVG),
    "SVGScriptElement": Gap("object", _NO_SVG),
    "TrustedHTML": Gap("object", _NO_TRUSTED_TYPES),
    "TrustedScript": Gap("object", _NO_TRUSTED_TYPES),
    "TrustedScriptURL": Gap("object", _NO_TRUSTED_TYPES),
    "TrustedType": Gap("object", _NO_TRUSTED_TYPES),
    "VideoFrame": Gap("object", _NO_CODECS),
    "ViewTransition": Gap("object", _NO_RENDERING),
    "WebGL2RenderingContext": Gap("object", _NO_RENDERING),
    "WebGLRenderingContext": Gap("object", _NO_RENDERING),
}
