"""The command `afterpage-wpt`, also `python -m wpt_harness`."""

from __future__ import annotations

import fnmatch
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import click

from engine.storage.cache_folder import user_cache_folder
from wpt_harness.checkout import default_checkout, find_checkout
from wpt_harness.compare import as_html, as_text, compare
from wpt_harness.coverage import as_text as coverage_as_text
from wpt_harness.coverage import command_for, coverage_of, package_of, paths_of
from wpt_harness.display import Display
from wpt_harness.errors import HarnessError, UnknownPath
from wpt_harness.expectations import OUR_EXPECTATIONS, Expectations, Judgement, Unexpected, load_expectations
from wpt_harness.fetch_checkout import PINNED_REVISION, UPSTREAM, fetch
from wpt_harness.manifest import chunk, discover
from wpt_harness.report import Report, check_writable, read_results, write_report
from wpt_harness.run_tests import Plan, Ready, find_flaky, get_ready
from wpt_harness.tables import counts_of_folders, describe, table
from wpt_harness.update import update as update_expectations

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

_wpt = click.option(
    "--wpt",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The checkout. [default: $WPT_ROOT, else the one `fetch` made]",
)
_revision = click.option(
    "--revision", metavar="HASH", help="Which revision the checkout is, where it does not tell itself."
)
_expectations = click.option(
    "--expectations",
    "folder",
    type=click.Path(path_type=Path),
    default=OUR_EXPECTATIONS,
    metavar="DIR",
    help="Expectation files. [default: our own]",
)


def _for_runs(function: F) -> F:
    """The options of every command that runs tests."""
    for option in reversed(
        [
            click.argument("paths", nargs=-1, required=True, metavar="PATH…"),
            _wpt,
            _revision,
            _expectations,
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


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
def afterpage_wpt() -> None:
    """Run the web-platform-tests, unmodified."""


@afterpage_wpt.command(epilog=EXIT_CODES)
@_for_runs
@click.option(
    "--subtest",
    "pattern",
    metavar="PATTERN",
    help='Show and judge only subtests of this name; "*" stands for anything.',
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
@click.option("--log", "show_log", is_flag=True, help="Show what pages and workers wrote to the console.")
@click.option("--all-messages", is_flag=True, help="Show every subtest that does not pass, expected or not.")
def run(
    paths: tuple[str, ...],
    pattern: str | None,
    repeat: int,
    wptreport: Path | None,
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
    reports: list[Report] = []
    with get_ready(_plan(paths, expectations, **options)) as ready:
        for number in range(repeat):
            if repeat > 1:
                click.echo(f"run {number + 1} of {repeat}", err=True)
            reports.append(_run_once(ready, verbose))
            if reports[-1].interrupted:
                break
    reports = [_filtered(one, pattern, expectations) for one in reports]
    report = reports[-1]
    if not report.interrupted:
        _remember(report)
    if wptreport is not None:
        write_report(report, wptreport)
    if show_log:
        _print_logs(report)
    _print_sums(report, all_messages=all_messages)
    flaky = find_flaky(reports)
    for test, subtest, statuses in flaky:
        click.echo(f"FLAKY: {test}{' | ' + subtest if subtest else ''}: {' '.join(statuses)}")
    unexpected = any(judgement.unexpected for one in reports for judgement in one.judgements)
    if report.interrupted:
        raise KeyboardInterrupt
    missing = _print_missing_reasons(expectations, {judgement.result.test for judgement in report.judgements})
    sys.exit(EXIT_UNEXPECTED if unexpected or flaky or missing else EXIT_AS_EXPECTED)


@afterpage_wpt.command("list", epilog=EXIT_CODES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@_wpt
@click.option("--this-chunk", type=click.IntRange(1), default=1)
@click.option("--total-chunks", type=click.IntRange(1), default=1)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_tests(paths: tuple[str, ...], wpt: Path | None, this_chunk: int, total_chunks: int, as_json: bool) -> None:
    """Print the test URLs of PATHs, one a line."""
    tests = chunk(discover(find_checkout(wpt), paths), this_chunk, total_chunks)
    if as_json:
        click.echo(json.dumps([{"test": test.url, "path": test.path, "time_limit": test.time_limit} for test in tests]))
    else:
        for test in tests:
            click.echo(test.url)


@afterpage_wpt.command(epilog=EXIT_CODES)
@_for_runs
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
        with get_ready(_plan(paths, load_expectations(folder), **options)) as ready:
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


@afterpage_wpt.command(epilog=EXIT_CODES)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_expectations
@click.option(
    "--wptreport",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report there, in the format of wpt.fyi.",
)
@click.option("--depth", type=click.IntRange(1), default=3, help="Folders down to this many names.")
def report(file: Path | None, folder: Path, wptreport: Path | None, depth: int) -> None:
    """Sums of a wptreport FILE, or of the last run."""
    info, results = read_results(file or _last_run())
    expectations = load_expectations(folder)
    found = Report(info, 0, 0, [expectations.judge(result) for result in results])
    if wptreport is not None:
        content = json.loads((file or _last_run()).read_text(encoding="utf-8"))
        write_report(
            replace(found, time_start=content["time_start"] / 1000, time_end=content["time_end"] / 1000), wptreport
        )
    click.echo(table(counts_of_folders(found.judgements, depth)))


@afterpage_wpt.command("compare", epilog=EXIT_CODES)
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the comparison there as a page."
)
def compare_reports(first: Path, second: Path, html_file: Path | None) -> None:
    """What differs between two wptreport files, subtest by subtest. Status 1 when something does."""
    comparison = compare(read_results(first)[1], read_results(second)[1])
    if html_file is not None:
        check_writable(html_file)
        html_file.write_text(as_html(comparison, first.name, second.name), encoding="utf-8")
    click.echo(as_text(comparison, first.name, second.name), nl=False)
    sys.exit(EXIT_AS_EXPECTED if comparison.is_same else EXIT_UNEXPECTED)


@afterpage_wpt.command(epilog=EXIT_CODES)
@click.argument("area")
@_wpt
@_expectations
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


@afterpage_wpt.command("fetch", epilog=EXIT_CODES)
@click.option(
    "--from",
    "source",
    default=UPSTREAM,
    show_default=True,
    metavar="ADDRESS|DIR",
    help="A git address, or a clone on this machine.",
)
@click.option("--revision", default=PINNED_REVISION, show_default=True, metavar="HASH")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="DIR", help=f"[default: {default_checkout()}]")
@click.option("--everything", is_flag=True, help="All folders, not only those this engine is judged by.")
def fetch_tests(source: str, revision: str, target: Path | None, everything: bool) -> None:
    """Get the web-platform-tests: a sparse, shallow checkout."""
    target = target or default_checkout()
    fetch(target, source, revision, everything=everything)
    click.echo(str(target))


def _plan(
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
    durations = _durations()
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


def _run_once(ready: Ready, verbose: bool, *, quiet: bool = False) -> Report:
    with Display(len(ready.tests), sys.stderr, every_test=verbose, unexpected=not quiet) as display:
        return ready.run(display.show)


def _filtered(report: Report, pattern: str | None, expectations: Expectations) -> Report:
    """Only the subtests that --subtest names, and the tests that have some."""
    if pattern is None:
        return report
    kept: list[Judgement] = []
    for judgement in report.judgements:
        subtests = [
            subtest
            for subtest in judgement.result.subtests
            if fnmatch.fnmatchcase(subtest.name, pattern.replace("[", "[[]"))
        ]
        if subtests:
            kept.append(expectations.judge(replace(judgement.result, subtests=subtests)))
    if not kept:
        raise UnknownPath(f"--subtest {pattern}: no subtest has such a name")
    return replace(report, judgements=kept)


def _print_sums(report: Report, *, all_messages: bool) -> None:
    unexpected = [one for judgement in report.judgements for one in judgement.unexpected]
    if all_messages:
        for judgement in report.judgements:
            for one in _what_does_not_pass(judgement):
                click.echo(describe(one))
    click.echo(table(counts_of_folders(report.judgements)))
    if unexpected:
        click.echo(f"\n{len(unexpected)} unexpected:")
        for one in unexpected:
            click.echo(describe(one))
    click.echo(
        f"{len(report.judgements)} tests in {report.time_end - report.time_start:.1f} s: "
        + (f"{len(unexpected)} unexpected" if unexpected else "all as expected")
    )


def _what_does_not_pass(judgement: Judgement) -> Iterator[Unexpected]:
    result = judgement.result
    if result.status != "OK":
        yield Unexpected(result.test, None, result.status, ("OK",), result.message)
    for subtest in result.subtests:
        if subtest.status != "PASS":
            yield Unexpected(result.test, subtest.name, subtest.status, ("PASS",), subtest.message)


def _print_logs(report: Report) -> None:
    for result in report.results:
        for line in result.log:
            click.echo(f"{result.test}: {line}")


def _print_missing_reasons(expectations: Expectations, tests: set[str]) -> bool:
    missing = [one for one in expectations.without_reason() if any(Expectations([one]).names(test) for test in tests)]
    for one in missing:
        click.echo(f"{one.file}: a deviation of {one.tests[0]} has no reason")
    return bool(missing)


def _last_run() -> Path:
    return user_cache_folder() / "wpt-last-run.json"


def _remember(report: Report) -> None:
    """Keep the last run for `report`, and for the order of the next. Not to be able to is no error."""
    try:
        write_report(report, _last_run())
    except HarnessError as error:
        click.echo(str(error), err=True)


def _durations() -> dict[str, float]:
    try:
        return {result.test: result.duration for result in read_results(_last_run())[1]}
    except HarnessError:
        return {}


@contextmanager
def _clear_ends() -> Iterator[None]:
    """Every error one sentence and its own exit code."""
    try:
        yield
    except HarnessError as error:
        click.echo(f"afterpage-wpt: {error}", err=True)
        sys.exit(EXIT_USAGE if isinstance(error, UnknownPath) else EXIT_HARNESS)
    except (KeyboardInterrupt, click.Abort):
        click.echo("afterpage-wpt: interrupted", err=True)
        sys.exit(EXIT_INTERRUPTED)


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _clear_ends():
        try:
            afterpage_wpt.main(standalone_mode=False)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
