"""The last run, kept in the user's cache folder."""

from __future__ import annotations

from pathlib import Path

import click

from engine.storage.cache_folder import user_cache_folder
from wpt_harness.errors import HarnessError
from wpt_harness.report import Report, read_results, write_report


def last_run_file() -> Path:
    return user_cache_folder() / "wpt-last-run.json"


def remember(report: Report) -> None:
    """Keep the last run for `report`, and for the order of the next. Not to be able to is no error."""
    try:
        write_report(report, last_run_file())
    except HarnessError as error:
        click.echo(str(error), err=True)


def last_durations() -> dict[str, float]:
    try:
        return {result.test: result.duration for result in read_results(last_run_file())[1]}
    except HarnessError:
        return {}
