"""What a benchmark found."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Figures:
    """Name → value and what it is. `target` is what the project wants, as text."""

    title: str
    rows: list[tuple[str, float | None, str, str]] = field(default_factory=list)

    def add(self, name: str, value: float | None, meaning: str, target: str = "") -> None:
        self.rows.append((name, value, meaning, target))

    def to_record(self) -> dict[str, float | None]:
        return {name: None if value is None else round(value, 3) for name, value, _, _ in self.rows}

    def to_table(self) -> str:
        lines = [self.title, ""]
        width = max(len(name) for name, *_ in self.rows)
        for name, value, meaning, target in self.rows:
            shown = "not here" if value is None else f"{value:,.2f}"
            wanted = f"  (wanted: {target})" if target else ""
            lines.append(f"  {name:<{width}}  {shown:>12}  {meaning}{wanted}")
        return "\n".join(lines)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
