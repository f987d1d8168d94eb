"""Files that are made while they are served, as the site's `afterpage.toml` describes them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_UNITS = {"B": 1, "kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
_CHUNK = 256 * 1024


class SiteError(Exception):
    """A folder that cannot be served as it is: says which file, and what to change."""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that repeats a small one. `rate` is in bytes a second, None for as fast as it is read."""

    pattern: bytes
    times: int
    rate: float | None

    @property
    def size(self) -> int:
        return len(self.pattern) * self.times

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        period = len(self.pattern)
        block = self.pattern * (_CHUNK // period + 2)
        while start < end:
            offset = start % period
            length = min(_CHUNK, end - start)
            yield block[offset : offset + length]
            start += length


def read_generated_files(root: Path) -> dict[str, GeneratedFile]:
    """Path → file, from `afterpage.toml` in the folder; empty when there is none. Raises SiteError."""
    settings = root / "afterpage.toml"
    if not settings.is_file():
        return {}
    try:
        tables = tomllib.loads(settings.read_text("utf-8")).get("generated", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"{settings} is not valid TOML: {error}") from error
    return {path: _read(settings, path, table) for path, table in tables.items()}


def _read(settings: Path, path: str, table: Any) -> GeneratedFile:
    where = f'{settings}, [generated."{path}"]'
    if not path.startswith("/"):
        raise SiteError(f'{where}: the path must begin with "/"')
    if not isinstance(table, dict) or set(table) - {"repeat", "times", "rate"} or not {"repeat", "times"} <= set(table):
        raise SiteError(f'{where}: expected repeat = "a file", times = a number and perhaps rate = "1 MB/s"')
    source = settings.parent / str(table["repeat"])
    try:
        pattern = source.read_bytes()
    except OSError as error:
        raise SiteError(f"{where}: {source} cannot be read: {error.strerror}") from error
    times = table["times"]
    if not isinstance(times, int) or times < 0 or not pattern:
        raise SiteError(f"{where}: times must be a whole number, and {source.name} must not be empty")
    return GeneratedFile(pattern, times, parse_rate(str(table["rate"]), where) if "rate" in table else None)


def parse_rate(text: str, where: str) -> float:
    """ "12 MB/s" → bytes a second. Raises SiteError."""
    match = re.fullmatch(r"([0-9.]+) *([kKMG]?i?B)(?:/s)?", text.strip())
    if match is None or match[2] not in _UNITS:
        raise SiteError(f'{where}: "{text}" is not a rate such as "12 MB/s"')
    return float(match[1]) * _UNITS[match[2]]
