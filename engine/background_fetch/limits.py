"""How much background fetches may do at once. Ours."""

from __future__ import annotations

from dataclasses import dataclass

from engine.infra.arguments import check_amount


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
        """Raises TypeError, ValueError for what cannot be."""
        for name in ("transfers_in_all", "transfers_per_origin"):
            check_amount(name, getattr(self, name), "transfers", may_be_zero=False, whole=True)
        for name in ("bytes_per_second", "bytes_per_second_each"):
            check_amount(name, getattr(self, name), "bytes a second", may_be_zero=False, or_none=True)
