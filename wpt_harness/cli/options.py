"""Options that several commands share, what they mean for a run, and how the commands end."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from wpt_harness.checkout import find_checkout
from wpt_harness.cli.last_run import last_durations
from wpt_harness.expectations import OUR_EXPECTATIONS, Expectations
from wpt_harness.run_tests import Plan

EXIT_AS_EXPECTED: Final = 0
EXIT_UNEXPECTED: Final = 1
EXIT_USAGE: Final = 2
EXIT_HARNESS: Final = 3
EXIT_INTERRUPTED: Final = 130

EXIT_CODES: Final = """\b
Exit codes:
    0  everything as expected
    1  something unexpected, flaky, different, or without a reason
    2  the command line cannot be understood, or a path names no tests
    3  no checkout, no server, an expectation file or a report that cannot be used
  130  interrupted"""

F = TypeVar("F", bound=Callable[..., Any])

wpt_option = click.option(
    "--wpt",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The checkout. [default: $WPT_ROOT, else the one `fetch` made]",
)
revision_option = click.option(
    "--revision", metavar="HASH", help="Which revision the checkout is, where it does not tell itself."
)
expectations_option = click.option(
    "--expectations",
    "folder",
    type=click.Path(path_type=Path),
    default=OUR_EXPECTATIONS,
    metavar="DIR",
    help="Expectation files. [default: our own]",
)


def options_of_runs(function: F) -> F:
    """The options of every command that runs tests."""
    for option in reversed(
        [
            click.argument("paths", nargs=-1, required=True, metavar="PATH…"),
            wpt_option,
            revision_option,
            expectations_option,
            click.option(
                "-j",
                "--jobs",
                type=click.IntRange(1),
                default=os.cpu_count() or 1,
                show_default=True,
                help="Tests that run at once.",
            ),
            click.option(
                "--timeout-multiplier",
                type=click.FloatRange(0, min_open=True),
                default=1.0,
                help="For slow machines: all time limits, times this.",
            ),
            click.option(
                "--host",
                "hosts",
                multiple=True,
                metavar="NAME=ADDRESS",
                help="One more host that tests can reach, at 127.0.0.1, at 127.0.0.1:8443, or served by us: permissive.",
            ),
            click.option(
                "--this-chunk",
                type=click.IntRange(1),
                default=1,
                help="Which share of the tests to run, for build farms.",
            ),
            click.option("--total-chunks", type=click.IntRange(1), default=1, help="How many shares there are."),
            click.option(
                "--exclude", multiple=True, metavar="PATH", help="Leave out the tests whose URLs begin like this."
            ),
            click.option("-v", "--verbose", is_flag=True, help="A line for every test."),
        ]
    ):
        function = option(function)
    return function


def plan_of(
    paths: Sequence[str], expectations: Expectations, *, wpt: Path | None, revision: str | None, jobs: int, timeout_multiplier: float,
    hosts: Sequence[str], this_chunk: int, total_chunks: int, exclude: Sequence[str],
) -> Plan:  # fmt: skip
    if this_chunk > total_chunks:
        raise click.UsageError("--this-chunk is beyond --total-chunks")
    added: dict[str, str] = {}
    for host in hosts:
        name, equals, address = host.partition("=")
        if not (name and equals and address):
            raise click.UsageError(f"--host {host}: NAME=ADDRESS is wanted")
        added[name] = address
    checkout = find_checkout(wpt, revision=revision)
    durations = last_durations()
    return Plan(
        checkout,
        paths,
        expectations,
        jobs,
        timeout_multiplier,
        added,
        this_chunk,
        total_chunks,
        durations,
        exclude=exclude,
    )
