"""`afterpage serve`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.cli.ending import run_steps
from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.folders import site_folder
from engine.cli.interrupts import interrupts
from engine.cli.output import say
from engine.event_loop import SystemClock
from engine.site import SiteError, serve


def serve_folder(folder: Path, port: int) -> ExitCode:
    """Serve it until the process is asked to end. Raises CommandFailed."""
    root = site_folder(str(folder))

    async def run() -> None:
        interrupted = asyncio.Event()
        try:
            async with interrupts(interrupted), serve(root, SystemClock(), port) as site:
                say(f"{site.root} is at {site.origin}/ (Ctrl-C ends it)")
                await interrupted.wait()
        except SiteError as error:
            raise CommandFailed(str(error), ExitCode.USAGE) from error

    run_steps(run())
    return ExitCode.INTERRUPTED
