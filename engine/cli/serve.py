"""`afterpage serve`."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import click

from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.folders import site_folder
from engine.event_loop import SystemClock
from engine.site import SiteError, serve


def serve_folder(folder: Path, port: int) -> ExitCode:
    root = site_folder(str(folder))

    async def run() -> None:
        try:
            async with serve(root, SystemClock(), port) as site:
                click.echo(f"{site.root} is at {site.origin}/ (Ctrl-C ends it)")
                await asyncio.Event().wait()
        except SiteError as error:
            raise CommandFailed(str(error), ExitCode.USAGE) from error

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
    return ExitCode.SUCCESS
