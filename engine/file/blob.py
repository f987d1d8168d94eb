"""https://w3c.github.io/FileAPI/#blob-section: what a blob: URL stands for."""

from __future__ import annotations

from dataclasses import dataclass

from engine.http.body import Body


@dataclass(frozen=True, slots=True)
class BlobObject:
    """https://w3c.github.io/FileAPI/#dfn-Blob, as it was when its URL was made; a Blob never changes."""

    data: bytes
    type: str = ""
    """https://w3c.github.io/FileAPI/#dfn-type: a serialized MIME type, or the empty string"""

    @property
    def size(self) -> int:
        """https://w3c.github.io/FileAPI/#dfn-size, in bytes"""
        return len(self.data)

    def body(self, start: int, end: int) -> Body:
        """A body of the bytes from `start` up to, not including, `end`. Ours."""
        return Body(self.data if start == 0 and end >= len(self.data) else self.data[start:end])
