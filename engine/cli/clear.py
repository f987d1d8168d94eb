"""`afterpage clear`: a profile without what some sites, or all, have stored; or no profile any more."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from engine.cli.ending import run_steps
from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.figures import bytes_of
from engine.cli.output import say, say_record
from engine.infra import FAILURE
from engine.storage import (
    Index,
    ProfileDamaged,
    ProfileError,
    Storage,
    StorageError,
    clear_cookies,
    clear_known_hosts,
    clear_permissions,
    clear_storage,
    estimate,
    storage_keys,
)
from engine.storage.profile import BODIES_NAME, INDEX_NAME, LOCK_NAME, Profile
from engine.storage.reserve import RESERVE_NAME
from engine.url import TupleOrigin, origin_of, parse_url, registrable_domain

_FOLDERS: Final = frozenset({BODIES_NAME, "lost"})
_FILES: Final = (Path(INDEX_NAME).stem, LOCK_NAME, RESERVE_NAME)
"""Of an index there may also be the log, and damaged ones that were set aside."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What is gone of a site. `freed`: bytes."""

    origin: str
    freed: int


def clear(folder: Path, sites: tuple[str, ...], everything: bool, delete: bool, as_json: bool) -> ExitCode:
    """Print what is gone. Raises CommandFailed."""
    if [bool(sites), everything, delete].count(True) != 1:
        raise CommandFailed("name the sites to be forgotten, or say --all or --delete", ExitCode.USAGE)
    if not (folder / INDEX_NAME).is_file():
        raise CommandFailed(f"{folder}: there is no profile", ExitCode.USAGE)
    try:
        if delete:
            cleared = _delete(folder)
        else:
            cleared = run_steps(_clear(folder, None if everything else [_origin(site) for site in sites]))
    except ProfileError as error:
        raise CommandFailed(str(error), ExitCode.PROFILE) from error
    except StorageError as error:
        raise CommandFailed(str(error), ExitCode.FAILED) from error
    if as_json:
        say_record([asdict(one) for one in cleared])
    else:
        for one in cleared:
            say(f"{one.origin}: {bytes_of(one.freed)} freed")
        if delete:
            left = ", ".join(sorted(entry.name for entry in folder.iterdir())) if folder.exists() else ""
            say(f"{folder}: the profile is deleted" + (f"; left alone: {left}" if left else ""))
    return ExitCode.SUCCESS


def _origin(site: str) -> TupleOrigin:
    parsed = parse_url(site)
    origin = None if parsed is FAILURE else origin_of(parsed)
    if not isinstance(origin, TupleOrigin):
        raise CommandFailed(f"{site}: give the site's origin, as https://example.com", ExitCode.USAGE)
    return origin


async def _clear(folder: Path, origins: list[TupleOrigin] | None) -> list[Cleared]:
    """`origins`: None for every one that has something."""
    storage = await Storage.open(folder)
    try:
        if origins is None:
            origins = [_origin(key) for key in await storage.run(storage_keys)]
        return [await storage.run(_clear_site, origin) for origin in origins]
    finally:
        await storage.close()


def _clear_site(index: Index, origin: TupleOrigin) -> Cleared:
    """Everything: https://w3c.github.io/webappsec-clear-site-data/#clear-response without a running browser, and permissions."""
    key = origin.serialize()
    before = estimate(index, key).usage
    clear_storage(index, key)
    clear_cookies(index, registrable_domain(origin.host) or origin.host)
    clear_known_hosts(index, registrable_domain(origin.host) or origin.host)
    clear_permissions(index, key)
    return Cleared(key, before - estimate(index, key).usage)


def _delete(folder: Path) -> list[Cleared]:
    """Nobody may have it open; it may be damaged. What is not ours in the folder stays, and so does the folder then."""
    profile = Profile(folder)
    try:
        cleared = _usage(profile)
        for entry in folder.iterdir():
            if entry.name in _FOLDERS and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name.startswith(_FILES):
                entry.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise CommandFailed(f"{folder} cannot be deleted: {error.strerror}", ExitCode.FAILED) from error
    finally:
        profile.close()
    return cleared


def _usage(profile: Profile) -> list[Cleared]:
    try:
        index = profile.open_index()
    except ProfileDamaged:
        return []
    try:
        return [Cleared(key, estimate(index, key).usage) for key in storage_keys(index)]
    finally:
        index.bodies.close()
        index.close()
