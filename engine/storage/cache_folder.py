"""The user's cache folder: what can be made again at any time. Nothing in it is trusted."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

_MAGIC = b"afterpage cache 1\n"


def user_cache_folder() -> Path:
    """`$XDG_CACHE_HOME/afterpage`, by default `~/.cache/afterpage`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "afterpage"


class CacheFolder:
    """Small files by key. A file that is damaged, foreign or unreadable is a miss; a folder that cannot be written is no error."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, key: str) -> bytes | None:
        try:
            data = (self._path / key).read_bytes()
        except OSError:
            return None
        header = len(_MAGIC) + 32
        content = data[header:]
        if data[: len(_MAGIC)] != _MAGIC or hashlib.sha256(content).digest() != data[len(_MAGIC) : header]:
            return None
        return content

    def put(self, key: str, content: bytes) -> None:
        """Store whole or not at all."""
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + hashlib.sha256(content).digest() + content)
                Path(name).replace(self._path / key)
            except BaseException:
                Path(name).unlink()
                raise
        except OSError:
            return
