"""The commands that look at reports."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from wpt_harness.cli.last_run import last_run_file
from wpt_harness.cli.options import EXIT_AS_EXPECTED, EXIT_CODES, EXIT_UNEXPECTED, expectations_option
from wpt_harness.compare import as_html, as_text, compare
from wpt_harness.expectations import load_expectations
from wpt_harness.report import Report, check_writable, read_results, write_report
from wpt_harness.tables import counts_of_folders, table


@click.command(epilog=EXIT_CODES)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@expectations_option
@click.option(
    "--wptreport",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report there, in the format of wpt.fyi.",
)
@click.option("--depth", type=click.IntRange(1), default=3, help="Folders down to this many names.")
def report(file: Path | None, folder: Path, wptreport: Path | None, depth: int) -> None:
    """Sums of a wptreport FILE, or of the last run."""
    info, results = read_results(file or last_run_file())
    expectations = load_expectations(folder)
    found = Report(info, 0, 0, [expectations.judge(result) for result in results])
    if wptreport is not None:
        content = json.loads((file or last_run_file()).read_text(encoding="utf-8"))
        write_report(
            replace(found, time_start=content["time_start"] / 1000, time_end=content["time_end"] / 1000), wptreport
        )
    click.echo(table(counts_of_folders(found.judgements, depth)))


@click.command("compare", epilog=EXIT_CODES)
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
