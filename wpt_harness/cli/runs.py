"""The commands that run tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from wpt_harness.checkout import find_checkout
from wpt_harness.cli.last_run import remember
from wpt_harness.cli.options import (
    EXIT_AS_EXPECTED,
    EXIT_CODES,
    EXIT_UNEXPECTED,
    expectations_option,
    options_of_runs,
    plan_of,
    wpt_option,
)
from wpt_harness.cli.output import print_logs, print_missing_reasons, print_sums
from wpt_harness.coverage import as_text as coverage_as_text
from wpt_harness.coverage import command_for, coverage_of, package_of, paths_of
from wpt_harness.display import Display
from wpt_harness.errors import UnknownPath
from wpt_harness.expectations import Judgement, load_expectations
from wpt_harness.report import Report, check_writable, read_results, write_report
from wpt_harness.run_tests import Plan, Ready, find_flaky, get_ready
from wpt_harness.subtest_filter import SubtestFilter
from wpt_harness.traces import Traces, traces_in
from wpt_harness.update import update as update_expectations


@click.command(epilog=EXIT_CODES)
@options_of_runs
@click.option(
    "--subtest",
    "pattern",
    metavar="PATTERN",
    help='Show, count and judge only subtests of this name; "*" stands for anything.',
)
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=1,
    help="Run everything so many times, and name what does not always end the same way.",
)
@click.option(
    "--wptreport",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the results there, in the format of wpt.fyi.",
)
@click.option(
    "--trace",
    "trace_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write there, for every test that does not pass, which algorithm ran which step: one JSON object a line.",
)
@click.option("--log", "show_log", is_flag=True, help="Show what pages and workers wrote to the console.")
@click.option("--all-messages", is_flag=True, help="Show every subtest that does not pass, expected or not.")
def run(
    paths: tuple[str, ...],
    pattern: str | None,
    repeat: int,
    wptreport: Path | None,
    trace_folder: Path | None,
    show_log: bool,
    all_messages: bool,
    folder: Path,
    verbose: bool,
    **options: Any,
) -> None:
    """Run the tests of PATHs: folders, files or URLs within the checkout."""
    if wptreport is not None:
        check_writable(wptreport)
    expectations = load_expectations(folder, [host.partition("=")[0] for host in options["hosts"]])
    chosen = SubtestFilter(pattern, expectations)
    reports: list[Report] = []
    plan = plan_of(paths, expectations, **options)
    with ExitStack() as stack:
        traces = None if trace_folder is None else stack.enter_context(traces_in(trace_folder))
        ready = stack.enter_context(get_ready(plan if traces is None else replace(plan, command=traces.command)))
        for number in range(repeat):
            if repeat > 1:
                click.echo(f"run {number + 1} of {repeat}", err=True)
            reports.append(_run_once(ready, verbose, traces=traces, chosen=chosen))
            if reports[-1].interrupted:
                break
    reports = [chosen.of_report(one) for one in reports]
    report = reports[-1]
    if not report.interrupted:
        remember(report)
    if wptreport is not None:
        write_report(report, wptreport)
    if show_log:
        print_logs(report)
    print_sums(report, all_messages=all_messages)
    flaky = find_flaky(reports)
    for test, subtest, statuses in flaky:
        click.echo(f"FLAKY: {test}{' | ' + subtest if subtest else ''}: {' '.join(statuses)}")
    unexpected = any(judgement.unexpected for one in reports for judgement in one.judgements)
    if report.interrupted:
        raise KeyboardInterrupt
    missing = print_missing_reasons(expectations, {judgement.result.test for judgement in report.judgements})
    sys.exit(EXIT_UNEXPECTED if unexpected or flaky or missing else EXIT_AS_EXPECTED)


@click.command(epilog=EXIT_CODES)
@options_of_runs
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=1,
    help="Run so many times: what comes and goes is written down with all its statuses.",
)
@click.option(
    "--from",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Run nothing: take the results from this wptreport.",
)
def update(
    paths: tuple[str, ...], repeat: int, files: Sequence[Path], folder: Path, verbose: bool, **options: Any
) -> None:
    """Rewrite the expectation files to what PATHs show. A reason must be added by hand to every new deviation before a run passes."""
    if files:
        results = [result for file in files for result in read_results(file)[1]]
    else:
        with get_ready(plan_of(paths, load_expectations(folder), **options)) as ready:
            runs = [_run_once(ready, verbose, quiet=True) for _ in range(repeat)]
        if any(one.interrupted for one in runs):
            raise KeyboardInterrupt
        results = [result for one in runs for result in one.results]
    changes = update_expectations(folder, results)
    for file in changes.files:
        click.echo(str(file))
    click.echo(
        f"{changes.added} added, {changes.removed} removed; {changes.without_reason} entries in these files have no reason yet"
    )
    sys.exit(EXIT_UNEXPECTED if changes.without_reason else EXIT_AS_EXPECTED)


@click.command(epilog=EXIT_CODES)
@click.argument("area")
@wpt_option
@expectations_option
@click.option("-j", "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="A line for every test.")
def coverage(area: str, wpt: Path | None, folder: Path, jobs: int, verbose: bool) -> None:
    """Run the tests of AREA, such as background-fetch, and ours for it; print which steps of its algorithms ran.

    Status 1 when a step that the engine has did not run.
    """
    if not package_of(area).is_dir():
        raise UnknownPath(f"{area}: the engine has no package of that name")
    with TemporaryDirectory(prefix="afterpage-coverage-") as name:
        plan = Plan(
            find_checkout(wpt), paths_of(area), load_expectations(folder), jobs, command=command_for(Path(name), area),
            timeout_multiplier=3.0,
        )  # fmt: skip
        with get_ready(plan) as ready:
            _run_once(ready, verbose)
        found = coverage_of(area, Path(name))
    click.echo(coverage_as_text(found), nl=False)
    sys.exit(EXIT_UNEXPECTED if any(one.not_run for one in found) else EXIT_AS_EXPECTED)


def _run_once(
    ready: Ready,
    verbose: bool,
    *,
    quiet: bool = False,
    traces: Traces | None = None,
    chosen: SubtestFilter | None = None,
) -> Report:
    with Display(len(ready.tests), sys.stderr, every_test=verbose, unexpected=not quiet) as display:

        def take(judgement: Judgement) -> None:
            looked_at = judgement if chosen is None else chosen.of(judgement)
            display.show(looked_at)
            if traces is not None and looked_at is not None:
                traces.take(looked_at)

        return ready.run(take)
