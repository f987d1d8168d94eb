"""`afterpage doctor`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from engine.browser.row_readers import ROW_READERS
from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.output import say, say_record
from engine.storage import ProfileError, StorageError
from engine.storage.check import examine_profile
from engine.storage.fault import Fault

_ASIDE: Final = "set aside, for you to look at"


def examine(folder: Path, repair: bool, as_json: bool) -> ExitCode:
    """Print what is wrong with a profile. Raises CommandFailed when it cannot be examined."""
    if not folder.is_dir():
        raise CommandFailed(f"{folder}: there is no such profile folder", ExitCode.USAGE)
    try:
        diagnosis = examine_profile(folder, repair=repair, readers=ROW_READERS)
    except ProfileError as error:
        raise CommandFailed(str(error), ExitCode.PROFILE) from error
    except StorageError as error:
        raise CommandFailed(str(error), ExitCode.FAILED) from error
    if as_json:
        aside = [Fault("set aside", str(path), _ASIDE, "delete it when you need it no more") for path in diagnosis.set_aside]
        say_record([_record(fault, fault not in diagnosis.left) for fault in (*diagnosis.found, *aside)])
    elif not diagnosis.found:
        unknown = f" ({diagnosis.unknown} bodies are of a time when no checksums were kept: it cannot be told whether they have changed)"
        say(f"{folder}: all is in order{unknown if diagnosis.unknown else ''}")
    else:
        for fault in diagnosis.found:
            done = "repaired" if fault not in diagnosis.left else fault.remedy
            say(f"{fault.where}: {fault.what} ({done})")
        for path in diagnosis.set_aside:
            say(f"{path}: {_ASIDE}")
        if not repair:
            say(f"To repair: {shlex.join(['afterpage', 'doctor', '--repair', str(folder)])}")
    return ExitCode.FAILED if diagnosis.left else ExitCode.SUCCESS


def _record(fault: Fault, repaired: bool) -> dict[str, object]:
    return {"kind": fault.kind, "where": fault.where, "what": fault.what, "remedy": fault.remedy, "repaired": repaired}
