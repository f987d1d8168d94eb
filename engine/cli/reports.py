"""What the command prints: a live line in a terminal, plain lines elsewhere, or one JSON object per event."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from engine.cli.figures import bar, duration, rate_of
from engine.cli.output import Output, printable, standard_output
from engine.cli.texts import Summary, amount_of, console_lines, file_line, line_of, summary_lines
from engine.devtools.records import background_fetch_to_record
from engine.realms import ConsoleMessage

if TYPE_CHECKING:
    from engine.background_fetch.display import BackgroundFetchView
    from engine.window import FileDownload

_PLAIN_INTERVAL = 1.0  # seconds between two lines about the same download
_LIVE_PER_SECOND = 12
_FIGURES_WIDTH = 52  # columns for amount, rate, time left, state and the gaps between


def make_report(*, as_json: bool, verbose: bool) -> Report:
    """The report that fits standard output. Raises CommandFailed where there is none."""
    output = standard_output()
    kind = JsonReport if as_json else LiveReport if output.isatty() else PlainReport
    return kind(output, verbose)


class Report(ABC):
    """What happened, in the order it happened. Called on any thread."""

    def __init__(self, output: Output, verbose: bool) -> None:
        self.output = output
        self.verbose = verbose
        self.ended = _Ended()
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def console(self, message: ConsoleMessage) -> None:
        """A script, or the browser, says something. Errors that nobody caught are always shown."""
        if self.verbose or message.uncaught:
            with self._lock:
                self._console(message)

    def download(self, view: BackgroundFetchView) -> None:
        """A download has moved, or is seen for the first time."""
        with self._lock:
            self.ended.note(view)
            self._download(view)

    @abstractmethod
    def file_download(self, download: FileDownload) -> None:
        """A file that the site offers instead of a document begins, is complete or has failed."""

    @abstractmethod
    def inspection_served(self, url: str) -> None: ...

    @abstractmethod
    def page_opened(self, url: str, title: str) -> None: ...

    @abstractmethod
    def page_closed(self, url: str) -> None: ...

    @abstractmethod
    def interrupted(self, profile: Path, command: str) -> None: ...

    @abstractmethod
    def summary(self, end: Summary) -> None: ...

    @abstractmethod
    def _console(self, message: ConsoleMessage) -> None: ...

    @abstractmethod
    def _download(self, view: BackgroundFetchView) -> None: ...


class _Ended:
    """The last view of each download that is over."""

    def __init__(self) -> None:
        self._views: dict[str, BackgroundFetchView] = {}

    def note(self, view: BackgroundFetchView) -> None:
        if view.is_over and not view.event_due:
            self._views[view.unique_id] = view

    def __iter__(self) -> Iterator[BackgroundFetchView]:
        return iter(self._views.values())


class JsonReport(Report):
    """One object a line: `event` says which."""

    def inspection_served(self, url: str) -> None:
        self._print("inspection-served", url=url)

    def file_download(self, download: FileDownload) -> None:
        path = None if download.path is None else str(download.path)
        self._print("file-download", **asdict(download) | {"path": path})

    def page_opened(self, url: str, title: str) -> None:
        self._print("page-opened", url=url, title=title)

    def page_closed(self, url: str) -> None:
        self._print("page-closed", url=url)

    def interrupted(self, profile: Path, command: str) -> None:
        self._print("interrupted", profile=str(profile), resume=command)

    def summary(self, end: Summary) -> None:
        self._print(
            "end",
            exit_code=int(end.code),
            downloads=[background_fetch_to_record(view) for view in end.ended],
            errors=[error.text for error in end.errors],
            profile=None if end.profile is None else str(end.profile),
        )

    def _console(self, message: ConsoleMessage) -> None:
        place = None if message.place is None else str(message.place)
        self._print(
            "console",
            level=message.level,
            text=message.text,
            source=message.source,
            place=place,
            uncaught=message.uncaught,
            excerpt=message.excerpt,
        )

    def _download(self, view: BackgroundFetchView) -> None:
        self._print("download", **background_fetch_to_record(view))

    def _print(self, event: str, **members: object) -> None:
        with self._lock:
            self.output.print_record({"event": event, "time": round(time.time(), 3), **members})


class PlainReport(Report):
    """Lines for logs and pipes."""

    def __init__(self, output: Output, verbose: bool) -> None:
        super().__init__(output, verbose)
        self._printed: dict[str, tuple[float, str, str]] = {}

    def inspection_served(self, url: str) -> None:
        self._print(f"inspect   {url}")

    def file_download(self, download: FileDownload) -> None:
        if download.state != "begun":
            self._print(file_line(download))

    def page_opened(self, url: str, title: str) -> None:
        self._print(f"opened    {url}{f'  {title}' if title else ''}")

    def page_closed(self, url: str) -> None:
        self._print("closed    the page; the download goes on without it")

    def interrupted(self, profile: Path, command: str) -> None:
        self._print(f"stopped   the state is saved in {profile}")
        self._print(f"go on     {command}")

    def summary(self, end: Summary) -> None:
        for line in summary_lines(end):
            self._print(line)

    def _console(self, message: ConsoleMessage) -> None:
        for line in console_lines(message):
            self._print(line)

    def _download(self, view: BackgroundFetchView) -> None:
        now, last = time.monotonic(), self._printed.get(view.unique_id)
        if last is not None and (view.state, view.title) == last[1:] and now - last[0] < _PLAIN_INTERVAL:
            return
        self._printed[view.unique_id] = (now, view.state, view.title)
        self._print(f"{view.state:<9} {line_of(view)}")

    def _print(self, line: str) -> None:
        with self._lock:
            self.output.print(line)


class LiveReport(PlainReport):
    """In a terminal: lines that stay, and below them one that moves for each download."""

    def __init__(self, output: Output, verbose: bool) -> None:
        super().__init__(output, verbose)
        self._console_out = Console(file=cast(IO[str], output), highlight=False)
        self._views: dict[str, BackgroundFetchView] = {}
        # NB: rich draws with a lock of its own held, which whoever prints with ours held waits for; so drawing must never wait for ours.
        self._views_changing = threading.Lock()
        self._live = Live(
            console=self._console_out, refresh_per_second=_LIVE_PER_SECOND, transient=True, get_renderable=self._table
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def summary(self, end: Summary) -> None:
        with self._views_changing:
            self._views.clear()
        super().summary(end)

    def _download(self, view: BackgroundFetchView) -> None:
        with self._views_changing:
            self._views[view.unique_id] = view

    def _table(self) -> Table:
        with self._views_changing:
            views = list(self._views.values())
        # What is left of a line beside the figures goes to the title and the bar.
        left = max(20, self._console_out.width - _FIGURES_WIDTH)
        bar_width = min(24, left // 2)
        table = Table.grid(padding=(0, 2))
        table.add_column(max_width=left - bar_width, no_wrap=True, overflow="ellipsis", style="bold")
        for _ in range(5):
            table.add_column(no_wrap=True)
        for view in views:
            share = view.downloaded / view.download_total if view.download_total else None
            colour = _COLOURS.get(view.state, "")
            table.add_row(
                Text(printable(view.title or view.id)),
                Text(bar(share, bar_width), style=colour),
                amount_of(view),
                rate_of(view.rate) if view.rate else "",
                f"{duration(view.time_left)} left" if view.time_left is not None else "",
                Text(printable(view.state + (f": {view.reason}" if view.reason else "")), style=colour),
            )
        return table

    def _print(self, line: str) -> None:
        with self._lock:
            self._console_out.print(Text(printable(line)), soft_wrap=True)


_COLOURS = {
    "success": "green",
    "failure": "red",
    "aborted": "red",
    "paused": "yellow",
    "waiting": "yellow",
    "active": "cyan",
}
