"""What is said of downloads, console messages and the end of a run, in words or as records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.exit_codes import ExitCode
from engine.cli.figures import bytes_of, duration, rate_of
from engine.realms import ConsoleMessage

if TYPE_CHECKING:
    from engine.background_fetch.display import BackgroundFetchView
    from engine.window import FileDownload


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended. `errors`: what no script caught; `profile`: None for a temporary one."""

    ended: Sequence[BackgroundFetchView]
    errors: Sequence[ConsoleMessage]
    profile: Path | None
    code: ExitCode


def amount_of(view: BackgroundFetchView) -> str:
    """How much of how much."""
    return (
        f"{bytes_of(view.downloaded)} of {bytes_of(view.download_total)}"
        if view.download_total
        else bytes_of(view.downloaded)
    )


def line_of(view: BackgroundFetchView) -> str:
    """A download in one line of text."""
    parts = [
        f'"{view.title or view.id}"',
        amount_of(view),
        f"{view.settled_records}/{view.records} records",
    ]
    if view.rate and not view.is_over:
        parts.append(rate_of(view.rate))
    if view.time_left is not None and not view.is_over:
        parts.append(f"{duration(view.time_left)} left")
    if view.reason:
        parts.append(view.reason)
    return "  ".join(parts)


def file_line(download: FileDownload) -> str:
    """A file that is complete or has failed, in one line of text."""
    name = f'"{download.file_name}"'
    if download.state == "failed":
        return f"failure   {name}  broke off after {bytes_of(download.received)}: {download.reason}"
    kept = "read and not kept: see --downloads" if download.path is None else f"saved as {download.path}"
    return f"file      {name}  {bytes_of(download.received)}, {kept}"


def console_lines(message: ConsoleMessage) -> list[str]:
    """A console message as lines; an uncaught error with its place and stack."""
    place = f"{message.place}: " if message.place is not None else ""
    mark = "error" if message.uncaught else message.level
    lines = [f"{mark:<9} {place}{message.text}  [{message.source}]"]
    if message.excerpt is not None:
        lines += [f"          {line}" for line in message.excerpt.splitlines()]
    if message.uncaught and message.stack:
        frames = [line.strip() for line in message.stack.splitlines()]
        lines += [f"          {frame}" for frame in frames[1:] if not frame.endswith("(native)")]
    return lines


def summary_lines(end: Summary) -> list[str]:
    """The end of the story."""
    lines = []
    for view in end.ended:
        why = f" ({view.failure_reason})" if view.failure_reason else ""
        lines.append(
            f"{view.result:<9} {view.title or view.id}: {view.records} records, {bytes_of(view.downloaded)}{why}"
        )
    if not end.ended and end.code is ExitCode.SUCCESS:
        lines.append("done      the page started no background fetch")
    if end.code is ExitCode.TIMEOUT:
        lines.append("timeout   the time given with --timeout is over; what is in the profile can be gone on with")
    if end.errors:
        lines.append(f"errors    {len(end.errors)} that no script caught")
    if end.profile is not None:
        lines.append(f"profile   {end.profile}")
    return lines
