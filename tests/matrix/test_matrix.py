"""The matrix is whole, the document tells what it says, and a few of its cells are tried each time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.matrix.journeys import JOURNEYS
from tests.matrix.recorder import ROOT, why_not
from tests.matrix.report import HEADING, TABLE
from tests.matrix.verbs import all_verbs
from tests.matrix.wrong import WRONG

needs_the_recorder = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def run_the_matrix(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.matrix", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_every_disk_verb_is_in_the_matrix() -> None:
    there = {journey.about for journey in JOURNEYS} | {name for journey in JOURNEYS for name in journey.also}
    assert all_verbs() <= there, "write a journey for it: journeys.py"


def test_the_document_has_a_row_for_every_verb() -> None:
    _, heading, text = TABLE.read_text("utf-8").partition(HEADING)
    assert heading
    told = set(text.split("`")[1::2])
    assert all_verbs() <= told, "write it anew: python -m tests.matrix --write"


def test_journeys_have_names_of_their_own() -> None:
    names = [journey.name for journey in JOURNEYS]
    assert len(set(names)) == len(names)


@needs_the_recorder
def test_one_failure_of_each_journey_at_one_place() -> None:
    run = run_the_matrix("--short")
    assert run.returncode == 0, run.stdout + run.stderr


@needs_the_recorder
def test_verbs_as_they_must_not_be_are_noticed() -> None:
    run = run_the_matrix("--wrong")
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(run.stdout.splitlines()) == len(WRONG)
