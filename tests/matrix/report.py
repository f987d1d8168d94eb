"""The matrix in words: its part of docs/RELIABILITY.md, and what is known not to hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.matrix.cells import FAILURES, Broken, Effort, Result
from tests.matrix.journeys import JOURNEYS
from tests.matrix.recorder import ROOT

TABLE: Final = ROOT / "docs" / "RELIABILITY.md"
HEADING: Final = "# When the disk fails\n"
"""Where the part begins. What is before it is written by tests/engine/background_fetch/test_faults.py."""


@dataclass(frozen=True)
class Known:
    """A kind of cell that does not hold, and why it may not."""

    rule: str
    failures: tuple[str, ...]
    why: str
    about: tuple[str, ...] = ()
    """Only of these verbs; empty: of all."""
    where: str = ""
    """Only where this is a part of the place."""

    def covers(self, about: str, broken: Broken) -> bool:
        return (
            broken.rule == self.rule
            and broken.failure in self.failures
            and (not self.about or about in self.about)
            and self.where in broken.place
        )


KNOWN: Final[tuple[Known, ...]] = ()


def unexplained(results: Iterable[Result]) -> list[Broken]:
    """What does not hold, and nobody has said why it may not."""
    return [
        broken
        for result in results
        for broken in result.broken
        if not any(known.covers(result.about, broken) for known in KNOWN)
    ]


def as_text(results: Sequence[Result], effort: Effort) -> str:
    """The part of the document. `results`: of a run of all journeys."""
    cells, held = _counts(results)
    lines = [
        HEADING,
        f"Every verb that reaches the disk, and everything that can go wrong with it there: {sum(cells.values()):,} cells,"
        f" {sum(held.values()):,} hold. Written by",
        f"`{_command(effort)}`; `--verb NAME` tries one verb, and the test suite a few cells of each journey.",
        "",
        "A verb is run on a profile that holds some of everything, while each system call that changes a file is recorded, with its",
        "bytes. From the record follows what is on the disk at every moment:",
        "",
        "*no room*: one call that needs room (a write, a new file or folder) is refused, once, or this one and all after it, the first",
        "being done in part, as on a disk with a little room left. *A write fails*: the same with EIO, and only writes. *A flush fails*:",
        "with EIO, once, or from there on; what it was to bring to the disk is never there, as on Linux.",
        "*Kill*: the process ends between any two calls. *Power loss*: there, too; names and",
        "bytes that were not flushed are there or not: none, all, names without bytes, bytes without names, lengths without bytes, and",
        "some by chance, in sectors of 512 bytes. A refusal is followed by each of: going on and closing, a kill, a power loss.",
        "",
        "Then the profile is opened again. A cell holds if it opens and goes on; every row has its bytes and every file its row; all",
        "counts are right; what was answered is there, what was refused is not, what was under way is there whole or not at all;",
        "nothing is there twice.",
        "",
        f"| verb | {' | '.join(FAILURES)} |",
        f"|---|{'---|' * len(FAILURES)}",
    ]
    reads = []
    for about in dict.fromkeys(journey.about for journey in JOURNEYS):
        journeys = [journey for journey in JOURNEYS if journey.about == about]
        if all(journey.only_reads for journey in journeys):
            reads.append(about)
            continue
        own_cells, own_held = _counts([result for result in results if result.about == about])
        also = sorted({name for journey in journeys for name in journey.also})
        name = f"`{about}`" + (f" ({', '.join(f'`{one}`' for one in also)})" if also else "")
        lines.append(f"| {name} | {' | '.join(_figure(own_held[one], own_cells[one]) for one in FAILURES)} |")
    lines += [
        "",
        f"Verbs that only read ask nothing of the disk that could be lost or refused: {', '.join(f'`{one}`' for one in reads)}.",
        "",
        "## What a power loss may take",
        "",
        *_given_up(results),
        "",
        "## What does not hold",
        "",
        *_broken(results),
    ]
    return "\n".join(lines) + "\n"


def write(results: Sequence[Result], effort: Effort) -> None:
    """Put the part into the document in place of an earlier one."""
    before, _, _ = TABLE.read_text("utf-8").partition(HEADING)
    TABLE.write_text(before.rstrip("\n") + "\n\n" + as_text(results, effort), "utf-8")


def _command(effort: Effort) -> str:
    places = "" if effort.places is None else f" --places {effort.places}"
    return f"python -m tests.matrix --write{places} --seeds {effort.seeds} --seed {effort.seed}"


def _counts(results: Iterable[Result]) -> tuple[Counter[str], Counter[str]]:
    """Cells, and those that hold, by failure."""
    cells: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for result in results:
        cells += result.cells
        held += result.cells
        held -= Counter(failure for failure, _ in {(broken.failure, broken.place) for broken in result.broken})
    return cells, held


def _figure(held: int, cells: int) -> str:
    return f"{cells:,}" if held == cells else f"{held:,} of {cells:,}"


def _given_up(results: Sequence[Result]) -> list[str]:
    verbs = sorted({result.about for result in results if result.given_up})
    if not verbs:
        return ["Nothing that was answered."]
    count = sum(sum(result.given_up.values()) for result in results)
    return [
        f"In {count:,} of these cells the last changes are gone, though they had been answered: together and in their order, so that the",
        "profile is as it was some time before. That is so for verbs of which sites are promised no more: a flush for each would cost",
        "every site milliseconds for each cookie or cache entry. What a script or a person was promised for good (a registration, a",
        "background fetch and its progress, that something was cleared, a saved file) is flushed before it is answered, and everything",
        f"before it with it. The journeys: {', '.join(f'`{one}`' for one in verbs)}.",
    ]


def _broken(results: Sequence[Result]) -> list[str]:
    if not any(result.broken for result in results):
        return ["Nothing of what was tried."]
    lines = []
    for known in KNOWN:
        places = {
            (result.journey, broken.failure, broken.place): result.about
            for result in results
            for broken in result.broken
            if known.covers(result.about, broken)
        }
        if places:
            verbs = ", ".join(f"`{about}`" for about in sorted(set(places.values())))
            failures = " or ".join(failure for failure in FAILURES if failure in {failure for _, failure, _ in places})
            lines += [f"* **{known.rule}**, when {failures} ({len(places):,} cells; {verbs}): {known.why}"]
    if left := unexplained(results):
        lines += [f"* **{one.rule}**, {one.failure}, `{one.journey}`: not explained." for one in left[:20]]
    return lines
