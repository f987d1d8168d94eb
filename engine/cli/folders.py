"""What the command line names: folders and addresses."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.infra import FAILURE
from engine.url import parse_url

_FIRST_PORT, _PORTS = 20000, 20000


def is_address(site: str) -> bool:
    """Whether `site` is a URL rather than a folder. Raises CommandFailed for a URL of another scheme, or without a host."""
    if "://" not in site:
        return False
    if not site.lower().startswith(("http://", "https://")):
        raise CommandFailed(f"{site}: only http:// and https:// addresses can be opened", ExitCode.USAGE)
    if site.partition("://")[2][:1] in ("", "/", "?", "#"):
        raise CommandFailed(f"{site}: the address has no host", ExitCode.USAGE)
    if parse_url(site) is FAILURE:
        raise CommandFailed(f"{site}: this is no valid address: its host or port cannot be understood", ExitCode.USAGE)
    return True


def site_folder(site: str) -> Path:
    """The folder `site`. Raises CommandFailed when there is none."""
    try:
        folder = Path(site).expanduser()
        exists = folder.exists()
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, a loop of links, `~nobody`, a NUL
        raise CommandFailed(f"{site}: this cannot be a folder: {error}", ExitCode.USAGE) from error
    if not exists:
        raise CommandFailed(
            f"{site}: there is no such folder (an address begins with http:// or https://)", ExitCode.USAGE
        )
    if not folder.is_dir():
        raise CommandFailed(f"{site} is a file: give the folder it is in, and the file with --page", ExitCode.USAGE)
    return folder.resolve()


def check_page(folder: Path, page: str) -> str:
    """The path of a page of the folder, with its slash. Raises CommandFailed when the folder has no such file."""
    path = "/" + page.lstrip("/")
    file = folder / path.split("?")[0].split("#")[0].lstrip("/")
    if os.path.isdir(file):  # noqa: PTH112 - unlike Path's, these take any name for one that is not there
        file = file / "index.html"
    if not os.path.isfile(file):  # noqa: PTH113
        pages = ", ".join(sorted(found.name for found in folder.glob("*.html"))[:5])
        have = f"; it has {pages}: choose one with --page" if pages else ""
        raise CommandFailed(f"{folder} has no page {file.relative_to(folder)}{have}", ExitCode.USAGE)
    return path


def port_of(folder: Path) -> int:
    """The same port for the same folder every time: a profile knows its sites by their origin, and the port is part of it."""
    return _FIRST_PORT + int.from_bytes(hashlib.sha256(str(folder).encode()).digest()[:4]) % _PORTS
