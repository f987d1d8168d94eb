"""The command line: options in, an exit code out."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NoReturn

import click

from engine.cli.ending import end_process
from engine.cli.exit_codes import HELP, CommandFailed, ExitCode
from engine.cli.output import Output, abandon, complain, output_failed, show_any_character, standard_output, why
from engine.infra import EngineUnavailable


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=HELP)
@click.version_option(package_name="afterpage", prog_name="afterpage")
def afterpage() -> None:
    """A browser without a screen, for service workers."""


def _rate(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """Bytes a second: 500k, 2M, 1.5G (powers of a thousand), or a plain number."""
    if value is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kMG]?)", value)
    rate = 0.0 if match is None else float(match[1]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[match[2]]
    if rate <= 0:
        raise click.BadParameter(f"{value} is no rate: give bytes a second, as 500k or 2M", context, parameter)
    return rate


@afterpage.command(epilog=HELP)
@click.argument("site", metavar="DIR|URL")
@click.option("--page", default="/", show_default=True, metavar="PATH", help="Which page of the site to open.")
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    help="Keep everything in this folder, and go on with what is in it. [default: a temporary one]",
)
@click.option("--keep-page", is_flag=True, help="Leave the page open while downloads run.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Give up after this time."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port of the folder's server. [default: one that goes with the folder]",
)
@click.option(
    "--limit-rate", callback=_rate, metavar="RATE", help="How fast all downloads together may be, in bytes a second: 500k, 2M."
)
@click.option("--limit-rate-each", callback=_rate, metavar="RATE", help="How fast each download may be.")
@click.option(
    "--inspect",
    "inspection_port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve a page that shows everything, and can pause, resume, abort and click; 0 takes any free port.",
)
@click.option(
    "--downloads",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Save files that the site offers for download in this folder. [default: they are read, and not kept]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per event and line.")
@click.option(
    "--trace",
    "trace_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write every step of every algorithm, one JSON object a line.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show what scripts write to the console.")
def run(
    site: str,
    page: str,
    profile: Path | None,
    keep_page: bool,
    timeout: float | None,
    port: int | None,
    limit_rate: float | None,
    limit_rate_each: float | None,
    inspection_port: int | None,
    downloads: Path | None,
    as_json: bool,
    trace_file: Path | None,
    verbose: bool,
) -> None:
    """Open a page of DIR (served on a loopback origin) or URL, and stay until its background fetches are over."""
    from engine.background_fetch.limits import BackgroundFetchLimits
    from engine.cli.run import RunOptions, run_site  # the engine takes a moment to load: --help must not

    limits = BackgroundFetchLimits(bytes_per_second=limit_rate, bytes_per_second_each=limit_rate_each)
    options = RunOptions(site, page, profile, keep_page, timeout, port, as_json, trace_file, verbose, limits, inspection_port, downloads)
    _exit(run_site(options))


@afterpage.command(epilog=HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(folder: Path, port: int) -> None:
    """Serve DIR on a loopback origin, for another browser to look at."""
    from engine.cli.serve import serve_folder

    _exit(serve_folder(folder, port))


@afterpage.command(epilog=HELP)
@click.argument("profile", type=click.Path(path_type=Path))
@click.option("--repair", is_flag=True, help="Mend what can be mended; nothing is lost that can be kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON array.")
def doctor(profile: Path, repair: bool, as_json: bool) -> None:
    """Check a profile folder, and with --repair put it in order."""
    from engine.cli.doctor import examine

    _exit(examine(profile, repair, as_json))


@afterpage.command(epilog=HELP)
@click.argument("profile", type=click.Path(path_type=Path))
@click.argument("sites", nargs=-1, metavar="[ORIGIN]...")
@click.option("--all", "everything", is_flag=True, help="What every site has stored.")
@click.option("--delete", is_flag=True, help="The whole profile.")
@click.option("--json", "as_json", is_flag=True, help="Print what was freed as one JSON array.")
def clear(profile: Path, sites: tuple[str, ...], everything: bool, delete: bool, as_json: bool) -> None:
    """Forget what sites have stored in PROFILE: caches, service workers, downloads, storage, cookies, permissions."""
    from engine.cli.clear import clear as clear_profile

    _exit(clear_profile(profile, sites, everything, delete, as_json))


def _exit(code: ExitCode) -> None:
    sys.exit(int(code))


def main() -> None:
    """Run the command and exit."""
    try:
        _run_the_command()
    except SystemExit as end:
        end_process(end.code)
        raise


def _run_the_command() -> None:
    show_any_character()
    try:
        standard_output()
        afterpage.main(standalone_mode=False)
        flush()
    except click.ClickException as error:
        fail(error.format_message(), ExitCode.USAGE, hint_for(error))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(int(ExitCode.INTERRUPTED))
    except EngineUnavailable as error:
        fail(str(error), ExitCode.USAGE)
    except CommandFailed as failure:
        fail(failure.message, failure.code)
    except MemoryError:
        fail("there is not enough memory for it", ExitCode.FAILED)
    except OSError as error:
        # An error of a file names it; what has no name is our own output, which click wrote.
        if error.filename is not None:
            fail(f"{error.filename}: {why(error)}", ExitCode.FAILED)
        fail(output_failed(why(error)).message, ExitCode.OUTPUT)


def hint_for(error: click.ClickException) -> str | None:
    """Where to read how it is done right."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return None if context is None else f"Try '{context.command_path} --help'."


def fail(message: str, code: ExitCode, hint: str | None = None) -> NoReturn:
    """Say why, in the form that the output has, and exit."""
    if "--json" in sys.argv and sys.stdout is not None and code is not ExitCode.OUTPUT:
        Output(sys.stdout).print_record({"event": "error", "message": message, "exit_code": int(code)})
    if code is ExitCode.OUTPUT and sys.stdout is not None:
        abandon(sys.stdout)
    complain(message)
    if hint is not None:
        complain(hint)
    sys.exit(int(code))


def flush() -> None:
    """Raises CommandFailed when what was printed cannot be written."""
    output = standard_output()
    output.flush()
    output.check()
