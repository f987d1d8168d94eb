"""Cookies and permissions live in memory; the profile has a copy, written soon after each change."""

from __future__ import annotations

from engine.event_loop import Clock, ParallelSteps, all_ended, in_parallel
from engine.infra import isomorphic_decode, isomorphic_encode
from engine.network.cookies import Cookie, CookieStore
from engine.security.hsts import KnownHost, KnownHosts
from engine.security.permissions import Permissions
from engine.storage import Storage, all_known_hosts, change_known_hosts, what_was_stored
from engine.storage.cookie_verbs import StoredCookie, all_cookies, change_cookies
from engine.storage.permission_verbs import all_permissions, remove_permission, save_permission

_DELAY = 0.5  # seconds in which changes gather to be written together


class KeptCookies:
    """The cookie store of a profile. Cookies without an expiry time end with the browser, as they should."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._changed: dict[object, tuple[Cookie, bool]] = {}
        self._writing: ParallelSteps[None] | None = None
        self.store = CookieStore(clock, on_change=self._remember)

    async def load(self) -> None:
        stored = await self._storage.run(all_cookies, self._clock.wall_time())
        with what_was_stored(self._storage.profile.index_path):
            self.store.load(_from_stored(cookie).to_record() for cookie in stored if cookie.expiry is not None)

    def _remember(self, kind: str, cookie: Cookie) -> None:
        if cookie.expiry_time is None:
            return
        self._changed[cookie.key] = (cookie, kind == "removed")
        if self._writing is None or self._writing.done:
            self._writing = in_parallel(self._write_soon(), "writing cookies")

    async def _write_soon(self) -> None:
        await self._clock.sleep(_DELAY)
        await self.write()

    async def write(self) -> None:
        """Bring the profile up to date."""
        changed, self._changed = self._changed, {}
        if changed:
            save = [_to_stored(cookie) for cookie, removed in changed.values() if not removed]
            remove = [_to_stored(cookie) for cookie, removed in changed.values() if removed]
            await self._storage.run(change_cookies, save=save, remove=remove)

    async def close(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
        await self.write()


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
        same_site=stored.same_site,  # type: ignore[arg-type]  # the profile holds what `_to_stored` wrote
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
        self._changed: set[str] = set()
        self._writing: ParallelSteps[None] | None = None
        self.known_hosts = KnownHosts(clock, on_change=self._remember)

    async def load(self) -> None:
        stored = await self._storage.run(all_known_hosts, self._clock.wall_time())
        self.known_hosts.load(KnownHost(*known) for known in stored)

    def _remember(self, host: str) -> None:
        self._changed.add(host)
        if self._writing is None or self._writing.done:
            self._writing = in_parallel(self._write_soon(), "writing known hosts")

    async def _write_soon(self) -> None:
        await self._clock.sleep(_DELAY)
        await self.write()

    async def write(self) -> None:
        """Bring the profile up to date."""
        changed, self._changed = self._changed, set()
        if changed:
            now = {host: self.known_hosts.find(host) for host in changed}
            save = [(known.host, known.expiry, known.include_subdomains) for known in now.values() if known is not None]
            await self._storage.run(change_known_hosts, save=save, remove=[host for host in now if now[host] is None])

    async def close(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
        await self.write()


class KeptPermissions:
    """The permission store of a profile: decisions for one origin are kept, the embedder's defaults are not."""

    def __init__(self, storage: Storage, defaults: dict[str, str] | None = None) -> None:
        self._storage = storage
        self._writes: set[ParallelSteps[None]] = set()
        self.permissions = Permissions(defaults)  # type: ignore[arg-type]  # checked there

    async def load(self) -> None:
        stored = await self._storage.run(all_permissions)
        with what_was_stored(self._storage.profile.index_path):
            self.permissions.load((origin, name, state) for (origin, name), state in stored.items())  # type: ignore[misc]
        self.permissions.when_changed(self._write)

    def _write(self, origin: str, name: str, state: str) -> None:
        if origin == "*":
            return
        steps = in_parallel(self._save(origin, name, state), "writing a permission")
        self._writes.add(steps)
        steps.when_done(lambda: self._writes.discard(steps))

    async def _save(self, origin: str, name: str, state: str) -> None:
        if state == "prompt":
            await self._storage.run(remove_permission, origin, name)
        else:
            await self._storage.run(save_permission, origin, name, state)

    async def close(self) -> None:
        await all_ended(list(self._writes))
