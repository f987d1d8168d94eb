"""Numbers for people."""

from __future__ import annotations

_BLOCKS = " ▏▎▍▌▋▊▉█"


def bytes_of(count: float) -> str:
    """1234567 → "1.2 MB" (powers of a thousand)."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError


def rate_of(bytes_per_second: float) -> str:
    return f"{bytes_of(bytes_per_second)}/s"


def duration(seconds: float) -> str:
    """3725 → "1:02:05", 65 → "1:05", 4 → "4 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def bar(share: float | None, width: int = 24) -> str:
    """A bar of `width` cells; None when the share is not known."""
    if share is None:
        return "·" * width
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[part] if part else "")).ljust(width, "·")
