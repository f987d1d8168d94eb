"""Cookies and permissions live in memory; the profile has a copy, written soon after each change."""

from __future__ import annotations

from engine.event_loop import Clock
from engine.infra import isomorphic_decode, isomorphic_encode
from engine.infra.words import word_of
from engine.network.cookie_parsing import SameSite
from engine.network.cookies import Cookie, CookieStore
from engine.security.hsts import KnownHost, KnownHosts
from engine.security.permissions import Permissions
from engine.storage import (
    Index,
    Storage,
    StorageFull,
    StoredCookie,
    WriteBehind,
    all_cookies,
    all_known_hosts,
    all_permissions,
    change_cookies,
    change_known_hosts,
    remove_permission,
    save_permission,
    what_was_stored,
)

_DELAY = 0.5  # seconds in which changes gather to be written together


class KeptCookies:
    """The cookie store of a profile. Cookies without an expiry time end with the browser, as they should."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._behind: WriteBehind[object, tuple[Cookie, bool]] = storage.write_behind(
            self._write, clock, _DELAY, "writing cookies"
        )
        self.store = CookieStore(clock, on_change=self._remember)
        self.write, self.close = self._behind.write, self._behind.close

    async def load(self) -> None:
        stored = await self._storage.run(all_cookies, self._clock.wall_time())
        with what_was_stored(self._storage.profile.index_path):
            self.store.load(_from_stored(cookie).to_record() for cookie in stored if cookie.expiry is not None)

    def _remember(self, kind: str, cookie: Cookie) -> None:
        if cookie.expiry_time is not None:
            self._behind.note(cookie.key, (cookie, kind == "removed"))

    async def _write(self, changed: dict[object, tuple[Cookie, bool]]) -> None:
        save = [_to_stored(cookie) for cookie, removed in changed.values() if not removed]
        remove = [_to_stored(cookie) for cookie, removed in changed.values() if removed]
        try:
            await self._storage.run(change_cookies, save=save, remove=remove)
        except StorageFull:
            # NB: who has logged out is not to be logged in again, for want of room for what others have set.
            await self._storage.run(change_cookies, remove=remove)
            for key in [key for key, (_, removed) in changed.items() if removed]:
                del changed[key]
            raise


def _to_stored(cookie: Cookie) -> StoredCookie:
    return StoredCookie(
        isomorphic_decode(cookie.name),
        isomorphic_decode(cookie.value),
        cookie.host,
        cookie.path,
        cookie.expiry_time,
        cookie.secure,
        cookie.http_only,
        cookie.same_site,
        cookie.creation_time,
        cookie.last_access_time,
        cookie.host_only,
        cookie.partition_key or "",
    )


def _from_stored(stored: StoredCookie) -> Cookie:
    return Cookie(
        name=isomorphic_encode(stored.name),
        value=isomorphic_encode(stored.value),
        host=stored.domain,
        path=stored.path,
        host_only=stored.host_only,
        secure=stored.secure,
        http_only=stored.http_only,
        same_site=word_of(SameSite, stored.same_site),
        expiry_time=stored.expiry,
        creation_time=stored.created,
        last_access_time=stored.last_access,
        partition_key=stored.partition or None,
    )


class KeptKnownHosts:
    """The hosts of a profile that are only spoken to encrypted."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._behind: WriteBehind[str, None] = storage.write_behind(self._write, clock, _DELAY, "writing known hosts")
        self.known_hosts = KnownHosts(clock, on_change=lambda host: self._behind.note(host, None))
        self.write, self.close = self._behind.write, self._behind.close

    async def load(self) -> None:
        stored = await self._storage.run(all_known_hosts, self._clock.wall_time())
        self.known_hosts.load(KnownHost(*known) for known in stored)

    async def _write(self, changed: dict[str, None]) -> None:
        now = {host: self.known_hosts.find(host) for host in changed}
        save = [(known.host, known.expiry, known.include_subdomains) for known in now.values() if known is not None]
        await self._storage.run(change_known_hosts, save=save, remove=[host for host in now if now[host] is None])


class KeptPermissions:
    """The permission store of a profile: decisions for one origin are kept, the embedder's defaults are not."""

    def __init__(self, storage: Storage, clock: Clock, defaults: dict[str, str] | None = None) -> None:
        self._storage = storage
        self._behind: WriteBehind[tuple[str, str], str] = storage.write_behind(
            self._write, clock, 0, "writing permissions"
        )
        self.permissions = Permissions(defaults)  # type: ignore[arg-type]  # checked there
        self.close = self._behind.close

    async def load(self) -> None:
        stored = await self._storage.run(all_permissions)
        with what_was_stored(self._storage.profile.index_path):
            self.permissions.load((origin, name, state) for (origin, name), state in stored.items())  # type: ignore[misc]
        self.permissions.when_changed(self._remember)

    def _remember(self, origin: str, name: str, state: str) -> None:
        if origin != "*":
            self._behind.note((origin, name), state)

    async def _write(self, changed: dict[tuple[str, str], str]) -> None:
        await self._storage.run(_change_permissions, changed)


def _change_permissions(index: Index, changed: dict[tuple[str, str], str]) -> None:
    for (origin, name), state in changed.items():
        if state == "prompt":
            remove_permission(index, origin, name)
        else:
            save_permission(index, origin, name, state)
