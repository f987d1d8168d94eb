"""The steps of algorithms, read from their comments and seen while they run."""

from __future__ import annotations

from pathlib import Path

from engine.background_fetch import partial_responses
from engine.http.response import Response
from engine.trace import StepTaken, Tracer, algorithms_of

SOURCE = '''
def add_up(numbers):
    """https://example.org/#add-up

    Adds.
    """
    # 1. Begin with nothing.
    total = 0
    # 2. For each number:
    for number in numbers:
        # 2.1–2.2. add it,
        total += number
    # 3. FIXME: round it.
    # 4. Hand it out.
    return total


def helper():
    """Not of a specification."""
    # 1. This is no step.
    return 1
'''


def test_the_numbered_comments_of_an_algorithm_are_its_steps(tmp_path: Path) -> None:
    file = tmp_path / "sums.py"
    file.write_text(SOURCE)
    (algorithm,) = algorithms_of(file)
    assert (algorithm.name, algorithm.link) == ("add_up", "https://example.org/#add-up")
    assert [(step.number, step.is_missing) for step in algorithm.steps] == [
        ("1", False),
        ("2", False),
        ("2.1–2.2", False),
        ("3", True),
        ("4", False),
    ]


def test_a_step_is_seen_when_it_is_taken_and_only_then() -> None:
    seen: list[StepTaken] = []
    response = Response(status=206)
    with Tracer(seen.append, lambda: 1.5, ["background_fetch"]):
        assert partial_responses.validate_a_partial_response(0, response) is False
    steps = [(taken.algorithm.name, taken.step.number) for taken in seen]
    assert ("validate_a_partial_response", "2") in steps
    assert ("validate_a_partial_response", "3") not in steps
    assert seen[0].to_record()["specification"].startswith("https://wicg.github.io/background-fetch/#")
    assert seen[0].time == 1.5


def test_nothing_is_watched_afterwards() -> None:
    seen: list[StepTaken] = []
    with Tracer(seen.append, lambda: 0.0, ["background_fetch"]):
        pass
    partial_responses.validate_a_partial_response(0, Response(status=206))
    assert not seen


def test_a_method_without_a_link_belongs_to_the_algorithm_of_its_module(tmp_path: Path) -> None:
    file = tmp_path / "sums.py"
    file.write_text(
        '"""https://example.org/#add-up: in pieces"""\n\nclass Adding:\n    def begin(self):\n        """Step 1"""\n'
        "        # 1. Begin.\n        self.total = 0\n\n        def later():\n            # 2. Go on.\n            return 1\n"
    )
    (algorithm,) = algorithms_of(file)
    assert (algorithm.name, algorithm.link) == ("begin", "https://example.org/#add-up")
    assert [step.number for step in algorithm.steps] == ["1", "2"]
