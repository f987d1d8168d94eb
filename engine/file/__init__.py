"""https://w3c.github.io/FileAPI/ (snapshot 2025-03), as far as it leaves the realm: blob: URLs. Blobs themselves
live in JavaScript (js_bindings/file).

Imported after `http`: a blob that is fetched becomes a body.
"""

from __future__ import annotations

from engine.file.blob import BlobObject
from engine.file.blob_url_store import BlobURLEntry, BlobURLEnvironment, BlobURLStore

__all__ = ["BlobObject", "BlobURLEntry", "BlobURLEnvironment", "BlobURLStore"]
