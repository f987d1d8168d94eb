"""All commands together; every error one sentence and its own exit code."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from wpt_harness.cli.options import EXIT_CODES, EXIT_HARNESS, EXIT_INTERRUPTED, EXIT_USAGE
from wpt_harness.cli.reports import compare_reports, report
from wpt_harness.cli.runs import coverage, run, update
from wpt_harness.cli.trees import fetch_tests, list_tests
from wpt_harness.errors import HarnessError, UnknownPath


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
def afterpage_wpt() -> None:
    """Run the web-platform-tests, unmodified."""


for _command in (run, list_tests, update, report, compare_reports, coverage, fetch_tests):
    afterpage_wpt.add_command(_command)


@contextmanager
def _clear_ends() -> Iterator[None]:
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
