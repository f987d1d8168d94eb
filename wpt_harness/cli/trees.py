"""The commands that look at the checkout, or make it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from wpt_harness.checkout import default_checkout, find_checkout
from wpt_harness.cli.options import EXIT_CODES, wpt_option
from wpt_harness.fetch_checkout import PINNED_REVISION, UPSTREAM, fetch
from wpt_harness.manifest import chunk, discover


@click.command("list", epilog=EXIT_CODES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@wpt_option
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


@click.command("fetch", epilog=EXIT_CODES)
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
