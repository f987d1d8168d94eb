"""How much background fetches may do at once. Ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackgroundFetchLimits:
    """NB: what exceeds these waits; nothing is refused and nothing fails of it, as it does in a browser."""

    transfers_in_all: int = 24
    """So many records may be transferred at once,"""
    transfers_per_origin: int = 6
    """and so many of one site's."""
    bytes_per_second: float | None = None
    """So fast may come what all fetches download together; None: as fast as it comes."""
    bytes_per_second_each: float | None = None
    """And so fast what each of them does."""

    def __post_init__(self) -> None:
        for name in ("transfers_in_all", "transfers_per_origin", "bytes_per_second", "bytes_per_second_each"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} is more than nothing")
