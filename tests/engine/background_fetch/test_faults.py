"""What goes wrong, and what becomes of a background fetch then: one row for each fault, in docs/RELIABILITY.md as it was observed.

`pytest tests/engine/background_fetch/test_faults.py -n0 --write-reliability` writes that file; without the option it is checked.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from . import faults_of_answers, faults_of_connections, faults_of_the_machine
from .faults import ROWS, Outcome, Row, observe

TABLE = Path(__file__).resolve().parents[3] / "docs" / "RELIABILITY.md"
MODULES = (faults_of_connections, faults_of_answers, faults_of_the_machine)  # each adds its rows

OBSERVED: dict[tuple[str, str], Outcome] = {}


@pytest.mark.parametrize("given", ROWS, ids=lambda given: f"{given.group}: {given.fault}")
async def test_fault(given: Row, tmp_path: Path) -> None:
    observed = OBSERVED[given.group, given.fault] = await observe(given, tmp_path)
    assert observed == given.expected


def as_text(rows: list[Row]) -> str:
    lines = [
        "# Reliability",
        "",
        "What becomes of a background fetch of one resource of 10,240 bytes when something goes wrong. This table is written by the tests",
        "that make it happen (`pytest tests/engine/background_fetch/test_faults.py -n0 --write-reliability`), and checked by them.",
        "",
        "*Outcome*: `success`, or the failure reason that scripts see. *The worker gets*: the bytes that are there when its event is",
        "fired. *Requests*: how many were sent, in brackets how many of them went on with a `Range`. *Waited*: seconds between attempts,",
        "without jitter, with the default policy; being offline or paused is waited for without end and does not count.",
    ]
    group = ""
    for one in rows:
        if one.group != group:
            group = one.group
            lines += [
                "",
                f"## {group}",
                "",
                "| fault | outcome | the worker gets | requests | waited |",
                "|---|---|---|---|---|",
            ]
        seen = OBSERVED[one.group, one.fault]
        requests = f"{seen.requests} ({seen.ranges})" if seen.ranges else str(seen.requests)
        lines.append(f"| {one.fault} | `{seen.result}` | {seen.content} | {requests} | {seen.waited:g} |")
    return "\n".join(lines) + "\n"


async def test_the_table_is_what_was_observed(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert len(ROWS) >= 40
    assert len({(one.group, one.fault) for one in ROWS}) == len(ROWS)
    for number, one in enumerate(ROWS):
        if (one.group, one.fault) not in OBSERVED:
            (folder := tmp_path / str(number)).mkdir()
            OBSERVED[one.group, one.fault] = await observe(one, folder)
    text = as_text(ROWS)
    # What follows is written by tests/matrix.
    _, heading, rest = TABLE.read_text("utf-8").partition("\n# When the disk fails\n")
    if request.config.getoption("--write-reliability"):
        TABLE.write_text(text + heading + rest, "utf-8")
    assert TABLE.read_text("utf-8") == text + heading + rest, "write it anew: --write-reliability"
