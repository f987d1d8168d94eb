"""The user's cache folder: what can be made again at any time. What is damaged in it, or not the user's own, is not used."""

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
    """Small files by key. A file that is damaged, foreign or unreadable is a miss; a folder that cannot be written is no error.

    `limit`: bytes of all files together, None for no limit; what was used longest ago goes first. A folder that others than the
    user can write is neither read nor written.
    """

    def __init__(self, path: Path, limit: int | None = None) -> None:
        self._path = path
        self._limit = limit

    def get(self, key: str) -> bytes | None:
        file = self._path / key
        try:
            if not _is_the_users_own(self._path):
                return None
            data = file.read_bytes()
            if self._limit is not None:
                os.utime(file)
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
            if not _is_the_users_own(self._path):
                return
            handle, name = tempfile.mkstemp(dir=self._path)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + hashlib.sha256(content).digest() + content)
                Path(name).replace(self._path / key)
            except BaseException:
                Path(name).unlink()
                raise
            if self._limit is not None:
                self._keep_within(self._limit)
        except OSError:
            return

    def _keep_within(self, limit: int) -> None:
        with os.scandir(self._path) as entries:
            files = sorted((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in entries)
        total = sum(size for _, size, _ in files)
        for _, size, name in files:
            if total <= limit:
                break
            Path(name).unlink(missing_ok=True)
            total -= size


def _is_the_users_own(folder: Path) -> bool:
    found = folder.stat()
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022
