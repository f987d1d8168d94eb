"""https://w3c.github.io/FileAPI/#blob-section: what a blob: URL stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.http.body import Body

if TYPE_CHECKING:
    from engine.js import Holding


@dataclass(frozen=True, slots=True)
class BlobObject:
    """https://w3c.github.io/FileAPI/#dfn-Blob, as it was when its URL was made; a Blob never changes."""

    data: bytes
    type: str = ""
    """https://w3c.github.io/FileAPI/#dfn-type: a serialized MIME type, or the empty string"""
    holding: Holding | None = field(default=None, compare=False, repr=False)
    """What was taken from a budget for it. Ours."""

    @property
    def size(self) -> int:
        """https://w3c.github.io/FileAPI/#dfn-size, in bytes"""
        return len(self.data)

    def body(self, start: int, end: int) -> Body:
        """A body of the bytes from `start` up to, not including, `end`. Ours."""
        return Body(self.data if start == 0 and end >= len(self.data) else self.data[start:end])
