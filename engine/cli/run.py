"""`afterpage run`: a page, its downloads, and an honest end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from engine.background_fetch import BackgroundFetchLimits
from engine.browser import Browser, BrowserFailed
from engine.cli.ending import run_steps
from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.folders import check_page, is_address, port_of, site_folder
from engine.cli.interrupts import interrupts
from engine.cli.reports import Report, make_report
from engine.cli.texts import Summary
from engine.event_loop import SystemClock
from engine.realms import ConsoleMessage
from engine.site import PortTaken, SiteError, serve
from engine.storage import StorageError
from engine.trace import StepTaken, Tracer
from engine.window import FileDownload, NavigationFailed, Page
from engine.window.errors import PageClosed

_QUIET = 0.5  # seconds in which a page that wants a download would have asked for it
_LOOK_AGAIN = 0.05


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The command line of `afterpage run`; see `--help`."""

    site: str
    page: str
    profile: Path | None
    keep_page: bool
    timeout: float | None
    port: int | None
    as_json: bool
    trace_file: Path | None
    verbose: bool
    limits: BackgroundFetchLimits = field(default_factory=BackgroundFetchLimits)
    inspection_port: int | None = None
    downloads: Path | None = None


def run_site(options: RunOptions) -> ExitCode:
    """Run to the end. Raises CommandFailed."""
    report = make_report(as_json=options.as_json, verbose=options.verbose)
    with report:
        code = run_steps(_run(options, report))
    report.output.check()
    return code


async def _run(options: RunOptions, report: Report) -> ExitCode:
    # A temporary profile is ours to remove, so that an interrupted run can leave it behind.
    profile = options.profile or Path(tempfile.mkdtemp(prefix="afterpage-"))
    keep = options.profile is not None
    try:
        with _trace(options.trace_file):
            async with _site(options) as address:
                code = await _run_in_a_browser(options, report, profile, address)
        if code is ExitCode.INTERRUPTED:
            keep = True
            report.interrupted(profile, _command_to_resume(options, profile))
        return code
    except StorageError as error:
        raise CommandFailed(str(error), ExitCode.PROFILE) from error
    except BrowserFailed as failure:
        cause = failure.__cause__
        raise CommandFailed(
            f"the engine itself is wrong, please report this: {type(cause).__name__}: {cause}", ExitCode.ENGINE
        ) from failure
    finally:
        if not keep:
            shutil.rmtree(profile, ignore_errors=True)


@asynccontextmanager
async def _site(options: RunOptions) -> AsyncIterator[str]:
    """The address of the page, with its site being served if it is a folder."""
    if is_address(options.site):
        yield options.site if options.page == "/" else options.site.rstrip("/") + "/" + options.page.lstrip("/")
        return
    folder = site_folder(options.site)
    page = check_page(folder, options.page)
    wanted = port_of(folder) if options.port is None else options.port
    async with contextlib.AsyncExitStack() as stack:
        try:
            try:
                site = await stack.enter_async_context(serve(folder, SystemClock(), wanted))
            except PortTaken:
                if options.port is not None or options.profile is not None:
                    raise
                site = await stack.enter_async_context(serve(folder, SystemClock()))
        except SiteError as error:
            raise CommandFailed(str(error), ExitCode.USAGE) from error
        yield site.origin + page


async def _run_in_a_browser(options: RunOptions, report: Report, profile: Path, address: str) -> ExitCode:
    errors: list[ConsoleMessage] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.uncaught:
            errors.append(message)
        report.console(message)

    files: list[FileDownload] = []

    def on_file(download: FileDownload) -> None:
        if download.state != "begun":
            files.append(download)
        report.file_download(download)

    code: ExitCode | None = None
    unsaved: StorageError | None = None
    kept_in = None
    try:
        async with Browser(
            profile=profile, on_console=on_console, background_fetch_limits=options.limits, downloads=options.downloads
        ) as browser:
            stop_observing = browser.on_background_fetch(report.download)
            browser.file_downloads.on_changed.append(on_file)
            code = await _drive_until_over(options, report, browser, address)
            stop_observing()
            for view in browser.downloads():  # what ended last may not have been told yet
                report.ended.note(view)
            kept_in = browser.profile if options.profile is not None else None
    except StorageError as error:
        if code is None:
            raise  # the profile could not be opened
        unsaved, code = error, ExitCode.PROFILE
    # NB: scripts may have something to say until the browser has ended.
    ended = list(report.ended)
    failed = any(view.state != "success" for view in ended) or any(file.state == "failed" for file in files)
    if code is ExitCode.SUCCESS and (errors or failed):
        code = ExitCode.FAILED
    report.summary(Summary(ended, errors, kept_in, code))
    if unsaved is not None:
        raise unsaved
    return code


async def _drive_until_over(options: RunOptions, report: Report, browser: Browser, address: str) -> ExitCode:
    interrupted = asyncio.Event()
    # Nobody can be told how it goes on: as if somebody had said that it is enough.
    report.output.when_lost = partial(asyncio.get_running_loop().call_soon_threadsafe, interrupted.set)
    async with _inspection(options, report, browser), interrupts(interrupted):
        work = asyncio.ensure_future(_drive(options, report, browser, address))
        waiting = asyncio.ensure_future(interrupted.wait())
        await asyncio.wait({work, waiting}, timeout=options.timeout, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            return ExitCode.INTERRUPTED if interrupted.is_set() else ExitCode.TIMEOUT
        return await work


@asynccontextmanager
async def _inspection(options: RunOptions, report: Report, browser: Browser) -> AsyncIterator[None]:
    if options.inspection_port is None:
        yield
        return
    from engine.devtools import InspectionFailed, inspect

    try:
        async with inspect(browser, options.inspection_port) as inspection:
            report.inspection_served(inspection.url)
            yield
    except InspectionFailed as error:
        raise CommandFailed(f"{error}: choose another with --inspect", ExitCode.USAGE) from error


async def _drive(options: RunOptions, report: Report, browser: Browser, address: str) -> ExitCode:
    """Open the page, close it when it is needed no longer, and wait for the downloads."""
    with contextlib.suppress(PageClosed):  # the page may close itself, at any moment
        try:
            page = await browser.open(address)
        except NavigationFailed as error:
            raise CommandFailed(str(error), ExitCode.UNREACHABLE) from error
        report.page_opened(page.url, page.title)
        await page.wait_for_load()
        await _wait_until_quiet_or_downloading(browser, page)
        if _active(browser) and not options.keep_page:
            url = page.url
            await page.close()
            report.page_closed(url)
    while _active(browser) or browser.file_downloads.is_active or browser.is_busy:
        await asyncio.sleep(_LOOK_AGAIN)
    return ExitCode.SUCCESS


async def _wait_until_quiet_or_downloading(browser: Browser, page: Page) -> None:
    quiet_since = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - quiet_since < _QUIET:
        # NB: what a page writes to a file ends with the page.
        saves_a_file = browser.file_downloads.is_active
        if any(view.downloaded or view.uploaded for view in browser.downloads()) and not saves_a_file:
            return
        if _active(browser) or saves_a_file or page.is_busy or browser.is_busy:
            quiet_since = asyncio.get_running_loop().time()
        await asyncio.sleep(_LOOK_AGAIN)


def _active(browser: Browser) -> bool:
    return any(not view.is_over or view.event_due for view in browser.downloads())


@contextmanager
def _trace(file: Path | None) -> Iterator[None]:
    if file is None:
        yield
        return
    clock = SystemClock()
    try:
        output = file.open("w", encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error.strerror}", ExitCode.USAGE) from error

    lock = threading.Lock()  # steps are taken on several threads

    def write(taken: StepTaken) -> None:
        line = json.dumps(taken.to_record()) + "\n"
        with lock:
            output.write(line)

    with output, Tracer(write, clock.wall_time):
        yield


def _command_to_resume(options: RunOptions, profile: Path) -> str:
    parts = ["afterpage", "run", options.site, "--profile", str(profile)]
    if options.page != "/":
        parts += ["--page", options.page]
    if options.port is not None:
        parts += ["--port", str(options.port)]
    if options.downloads is not None:
        parts += ["--downloads", str(options.downloads)]
    for name, rate in (
        ("--limit-rate", options.limits.bytes_per_second),
        ("--limit-rate-each", options.limits.bytes_per_second_each),
    ):
        if rate is not None:
            parts += [name, f"{rate:.0f}"]
    return shlex.join(parts)
