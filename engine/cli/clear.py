"""`afterpage clear`: a profile without what some sites, or all, have stored; or no profile any more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

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
    clear_everything,
    clear_known_hosts,
    clear_permissions,
    clear_storage,
    domains_with_cookies,
    estimate,
    forget_who_has_nothing,
    origins_with_permissions,
    storage_keys,
)
from engine.storage.deletion import delete_profile
from engine.storage.profile import Profile, is_a_profile
from engine.storage.repairs import set_aside
from engine.url import TupleOrigin, origin_of, parse_url, registrable_domain


@dataclass(frozen=True, slots=True)
class Cleared:
    """What is gone of a site. `freed`: bytes."""

    origin: str
    """Or a domain that has cookies only."""
    freed: int


def clear(folder: Path, sites: tuple[str, ...], everything: bool, delete: bool, as_json: bool) -> ExitCode:
    """Print what is gone. Raises CommandFailed."""
    if [bool(sites), everything, delete].count(True) != 1:
        raise CommandFailed("name the sites to be forgotten, or say --all or --delete", ExitCode.USAGE)
    if not is_a_profile(folder):
        raise CommandFailed(f"{folder}: there is no profile", ExitCode.USAGE)
    left: list[Path] = []
    try:
        if delete:
            cleared, left = _delete(folder)
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
            names = ", ".join(str(path.relative_to(folder.absolute())) for path in left)
            say(f"{folder}: the profile is deleted" + (f"; left alone: {names}" if left else ""))
        elif copies := set_aside(folder):
            names = ", ".join(str(path.relative_to(folder)) for path in copies)
            say(f"{folder}: what `afterpage doctor` has set aside may still have something of sites: {names}")
    return ExitCode.SUCCESS


def _origin(site: str) -> TupleOrigin:
    origin = _tuple_origin(site)
    if origin is None:
        raise CommandFailed(f"{site}: give the site's origin, as https://example.com", ExitCode.USAGE)
    return origin


def _tuple_origin(text: str) -> TupleOrigin | None:
    parsed = parse_url(text)
    origin = None if parsed is FAILURE else origin_of(parsed)
    return origin if isinstance(origin, TupleOrigin) else None


def _domain(host: str) -> str:
    """The one whose cookies may reach a host."""
    return registrable_domain(host) or host


async def _clear(folder: Path, origins: list[TupleOrigin] | None) -> list[Cleared]:
    """`origins`: None for everything."""
    storage = await Storage.open(folder)
    try:
        if origins is None:
            cleared = await storage.run(_clear_everything)
        else:
            cleared = [await storage.run(_clear_site, origin) for origin in origins]
        await storage.run(forget_who_has_nothing)
        return cleared
    finally:
        await storage.close()


def _clear_everything(index: Index) -> list[Cleared]:
    origins = sorted({*storage_keys(index), *origins_with_permissions(index)})
    cleared = [Cleared(origin, estimate(index, origin).usage) for origin in origins]
    told = {_domain(origin.host) for origin in map(_tuple_origin, origins) if origin is not None}
    cleared += [Cleared(domain, 0) for domain in domains_with_cookies(index) if _domain(domain) not in told]
    clear_everything(index)
    return cleared


def _clear_site(index: Index, origin: TupleOrigin) -> Cleared:
    """Everything: https://w3c.github.io/webappsec-clear-site-data/#clear-response without a running browser, and permissions."""
    key = origin.serialize()
    before = estimate(index, key).usage
    clear_storage(index, key)
    clear_cookies(index, _domain(origin.host))
    clear_known_hosts(index, _domain(origin.host))
    clear_permissions(index, key)
    return Cleared(key, before - estimate(index, key).usage)


def _delete(folder: Path) -> tuple[list[Cleared], list[Path]]:
    """What is gone, and what is left alone. Nobody may have it open; it may be damaged."""
    profile = Profile(folder)
    try:
        return _usage(profile), delete_profile(profile)
    finally:
        profile.close()


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
