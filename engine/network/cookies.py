"""The cookie store. https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html

In memory; whoever keeps it on disk gets records out of `records()` and `on_change`, and puts them back with `load`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest
from operator import attrgetter
from typing import Any, Final, Literal, TypeAlias

from engine.event_loop import Clock
from engine.infra import FAILURE, isomorphic_decode, isomorphic_encode
from engine.network.cookie_parsing import SameSite, parse_a_cookie
from engine.url import is_an_ip_address, public_suffix

SameSiteMode: TypeAlias = Literal["strict-or-less", "lax-or-less", "unset-or-less", "none"]
"""Which cookies a request may carry: https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""

CookieChangeKind: TypeAlias = Literal["stored", "removed"]

CookieKey: TypeAlias = "tuple[str | None, str, bool, str, bytes]"

MOST_COOKIES_OF_A_HOST: Final = 180
MOST_COOKIES: Final = 3000


@dataclass(slots=True)
class Cookie:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-store-and-limits

    Times in seconds since 1970.
    """

    name: bytes
    value: bytes
    host: str
    path: str
    host_only: bool
    secure: bool
    http_only: bool
    same_site: SameSite
    expiry_time: float | None
    """None: until the browser ends."""
    creation_time: float
    last_access_time: float
    partition_key: str | None = None
    """NB: the serialized top-level site a cookie with the Partitioned attribute belongs to."""

    def is_expired(self, now: float) -> bool:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-store-and-limits"""
        return self.expiry_time is not None and self.expiry_time <= now

    @property
    def key(self) -> CookieKey:
        """What a newer cookie must share to take this one's place."""
        return self.partition_key, self.host, self.host_only, self.path, self.name

    def to_record(self) -> dict[str, Any]:
        """The cookie as a plain record of strings, numbers and booleans."""
        return {
            "name": isomorphic_decode(self.name),
            "value": isomorphic_decode(self.value),
            "host": self.host,
            "path": self.path,
            "host_only": self.host_only,
            "secure": self.secure,
            "http_only": self.http_only,
            "same_site": self.same_site,
            "expiry_time": self.expiry_time,
            "creation_time": self.creation_time,
            "last_access_time": self.last_access_time,
            "partition_key": self.partition_key,
        }

    @staticmethod
    def from_record(record: dict[str, Any]) -> Cookie:
        """The cookie a record describes."""
        return Cookie(
            **{**record, "name": isomorphic_encode(record["name"]), "value": isomorphic_encode(record["value"])}
        )


class CookieStore:
    """One browser's cookies.

    `on_change` is told of every cookie stored or removed, eviction and expiry included.
    `unset_is_lax`: a cookie that says nothing of SameSite is treated as "lax", as most browsers do.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        on_change: Callable[[CookieChangeKind, Cookie], None] | None = None,
        unset_is_lax: bool = True,
    ) -> None:
        self._clock = clock
        self._on_change = on_change
        self._unset_is_lax = unset_is_lax
        self._hosts: dict[str, dict[CookieKey, Cookie]] = {}
        self._secure: dict[bytes, dict[CookieKey, Cookie]] = {}  # by name
        self._size = 0

    def parse_and_store_a_cookie(
        self,
        value: bytes,
        *,
        is_secure: bool,
        host: str,
        path: str,
        http_only_allowed: bool = True,
        allow_non_host_only_cookie_for_public_suffix: bool = False,
        same_site_strict_or_lax_allowed: bool = True,
        partition_key: str | None = None,
    ) -> Cookie | None:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-and-store-a-cookie

        Returns the cookie that was stored (which may have expired already: that is how cookies are removed), or None
        when it was refused.
        """
        now = self._clock.wall_time()
        # 1–2. Parse the cookie.
        parsed = parse_a_cookie(value, now)
        if parsed is FAILURE:
            return None
        # 3. The cookie's host: that of the URL alone, or the Domain attribute's.
        if parsed.domain is FAILURE:
            return None
        domain = host if parsed.domain is None else parsed.domain
        host_only = parsed.domain is None
        if not host_only and not allow_non_host_only_cookie_for_public_suffix and _is_a_public_suffix(domain):
            if domain != host:
                return None
            host_only = True
        if not _domain_matches(host, domain):
            return None
        if is_an_ip_address(host):
            host_only = True
        cookie = Cookie(
            name=parsed.name,
            value=parsed.value,
            host=domain,
            path=cookie_default_path(path) if parsed.path is None else parsed.path,
            host_only=host_only,
            secure=parsed.secure,
            http_only=parsed.http_only,
            same_site=parsed.same_site,
            expiry_time=parsed.expiry_time,
            creation_time=now,
            last_access_time=now,
            partition_key=partition_key if parsed.partitioned else None,
        )
        if parsed.partitioned and not parsed.secure:
            return None
        # 4. Store the cookie.
        stored = self.store_a_cookie(
            cookie,
            is_secure=is_secure,
            http_only_allowed=http_only_allowed,
            same_site_strict_or_lax_allowed=same_site_strict_or_lax_allowed,
        )
        return cookie if stored else None

    def store_a_cookie(
        self, cookie: Cookie, *, is_secure: bool, http_only_allowed: bool, same_site_strict_or_lax_allowed: bool
    ) -> bool:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie

        Whether the cookie was accepted.
        """
        # 1–2. A Secure cookie needs a secure request, an HttpOnly one an HTTP API.
        if cookie.secure and not is_secure:
            return False
        if cookie.http_only and not http_only_allowed:
            return False
        # 3. A request that is not secure may not overlay a Secure cookie.
        if not is_secure and self._would_hide_a_secure_cookie(cookie):
            return False
        # 4–5. A same-site cookie must be allowed.
        if cookie.same_site != "none" and not same_site_strict_or_lax_allowed:
            return False
        if cookie.same_site == "none" and not cookie.secure:
            return False
        # 6. The prefixes "__Secure-", "__Host-" and their like must hold.
        if not _keeps_its_name_s_promises(cookie, http_only_allowed):
            return False
        # 7. The old cookie gives its creation time; a non-HTTP API may not replace an HttpOnly one.
        old = self._hosts.get(cookie.host, {}).get(cookie.key)
        if old is not None:
            if old.http_only and not http_only_allowed:
                return False
            cookie.creation_time = old.creation_time
        # 8. An expired cookie only removes the old one.
        if cookie.is_expired(self._clock.wall_time()):
            if old is not None:
                self._remove(old)
            return True
        self._put(cookie)
        self._tell("stored", cookie)
        return True

    def retrieve_cookies(
        self,
        *,
        is_secure: bool,
        host: str,
        path: str,
        http_only_allowed: bool = True,
        same_site: SameSiteMode = "strict-or-less",
        partition_key: str | None = None,
    ) -> list[Cookie]:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-retrieve-cookies"""
        now = self._clock.wall_time()
        # 1. The cookies whose host, path, flags, same-site and partition fit.
        cookies = []
        for cookie in self._of_host_and_parents(host):
            if cookie.is_expired(now):
                self._remove(cookie)
            elif (
                (cookie.host == host or not cookie.host_only)
                and path_matches(path, cookie.path)
                and (is_secure or not cookie.secure)
                and (http_only_allowed or not cookie.http_only)
                and self._same_site_allows(cookie, same_site)
                and cookie.partition_key in (None, partition_key)
            ):
                cookies.append(cookie)
        # 2. Sorted: longer paths first, then by creation time.
        cookies.sort(key=lambda cookie: (-len(cookie.path), cookie.creation_time))
        # 3. Their last access time is now.
        for cookie in cookies:
            cookie.last_access_time = now
        return cookies

    def garbage_collect_cookies(self, host: str) -> None:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-garbage-collect-cookies"""
        now = self._clock.wall_time()
        # 1–2. Above the host's limit: first expired cookies, then the least recently used, insecure ones before secure
        # ones.
        own = self._hosts.get(host, {})
        if len(own) > MOST_COOKIES_OF_A_HOST:
            self._evict(list(own.values()), MOST_COOKIES_OF_A_HOST, now)
        # 3. Above the limit of the whole store, the same.
        if self._size > MOST_COOKIES:
            self._evict(list(self._all()), MOST_COOKIES, now)

    def _evict(self, cookies: list[Cookie], most: int, now: float) -> None:
        alive = [cookie for cookie in cookies if cookie.expiry_time is None or cookie.expiry_time > now]
        if len(alive) < len(cookies):
            for cookie in cookies:
                if cookie.is_expired(now):
                    self._remove(cookie)
        for cookie in nsmallest(len(alive) - most, alive, key=attrgetter("secure", "last_access_time")):
            self._remove(cookie)

    def remove_where(self, unwanted: Callable[[Cookie], bool]) -> int:
        """Remove every cookie that `unwanted` says so of; how many those were. Ours, for clearing a site's data."""
        doomed = [cookie for cookie in self._all() if unwanted(cookie)]
        for cookie in doomed:
            self._remove(cookie)
        return len(doomed)

    def end_session(self) -> None:
        """Forget all cookies without an expiry time."""
        self.remove_where(lambda cookie: cookie.expiry_time is None)

    def records(self, *, with_session_cookies: bool = False) -> list[dict[str, Any]]:
        """All cookies that have not expired, as records to be kept."""
        now = self._clock.wall_time()
        return [
            cookie.to_record()
            for cookie in self._all()
            if not cookie.is_expired(now) and (with_session_cookies or cookie.expiry_time is not None)
        ]

    def load(self, records: Iterable[dict[str, Any]]) -> None:
        """Put kept cookies back, without telling `on_change`. Expired ones stay out."""
        now = self._clock.wall_time()
        for record in records:
            cookie = Cookie.from_record(record)
            if not cookie.is_expired(now):
                self._put(cookie)

    def __iter__(self) -> Iterator[Cookie]:
        """Copies of all cookies."""
        return iter([replace(cookie) for cookie in self._all()])

    def __len__(self) -> int:
        return self._size

    def _all(self) -> Iterator[Cookie]:
        for cookies in self._hosts.values():
            yield from cookies.values()

    def _of_host_and_parents(self, host: str) -> list[Cookie]:
        found = list(self._hosts.get(host, {}).values())
        if not is_an_ip_address(host):
            while "." in host:
                host = host.partition(".")[2]
                found.extend(self._hosts.get(host, {}).values())
        return found

    def _same_site_allows(self, cookie: Cookie, mode: SameSiteMode) -> bool:
        same_site = "lax" if cookie.same_site == "unset" and self._unset_is_lax else cookie.same_site
        return same_site in _ALLOWED_SAME_SITE[mode]

    def _would_hide_a_secure_cookie(self, cookie: Cookie) -> bool:
        return any(
            (_domain_matches(other.host, cookie.host) or _domain_matches(cookie.host, other.host))
            and path_matches(cookie.path, other.path)
            for other in self._secure.get(cookie.name, {}).values()
        )

    def _put(self, cookie: Cookie) -> None:
        """Keep a cookie, in the place of one with its key if there is one."""
        cookies, key = self._hosts.setdefault(cookie.host, {}), cookie.key
        old = cookies.get(key)
        cookies[key] = cookie
        if old is None:
            self._size += 1
        elif old.secure:
            self._forget_that_it_is_secure(old)
        if cookie.secure:
            self._secure.setdefault(cookie.name, {})[key] = cookie

    def _remove(self, cookie: Cookie) -> None:
        cookies = self._hosts.get(cookie.host, {})
        old = cookies.pop(cookie.key, None)
        if old is None:
            return
        self._size -= 1
        if not cookies:
            del self._hosts[cookie.host]
        if old.secure:
            self._forget_that_it_is_secure(old)
        self._tell("removed", cookie)

    def _forget_that_it_is_secure(self, cookie: Cookie) -> None:
        secure = self._secure[cookie.name]
        del secure[cookie.key]
        if not secure:
            del self._secure[cookie.name]

    def _tell(self, kind: CookieChangeKind, cookie: Cookie) -> None:
        if self._on_change is not None:
            self._on_change(kind, replace(cookie))


_ALLOWED_SAME_SITE: Final[dict[SameSiteMode, tuple[SameSite, ...]]] = {
    "strict-or-less": ("strict", "lax", "unset", "none"),
    "lax-or-less": ("lax", "unset", "none"),
    "unset-or-less": ("unset", "none"),
    "none": ("none",),
}


def serialize_cookies(cookies: Iterable[Cookie]) -> bytes:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-serialize-cookies"""
    return b"; ".join(cookie.name + b"=" + cookie.value if cookie.name else cookie.value for cookie in cookies)


def cookie_default_path(path: str) -> str:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-default-path"""
    return path[: path.rfind("/")] or "/"


def path_matches(path: str, cookie_path: str) -> bool:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-paths-and-path-match"""
    if not path.startswith(cookie_path):
        return False
    return len(path) == len(cookie_path) or cookie_path.endswith("/") or path[len(cookie_path)] == "/"


def _domain_matches(host: str, domain: str) -> bool:
    return host == domain or (host.endswith("." + domain) and not is_an_ip_address(host))


def _is_a_public_suffix(domain: str) -> bool:
    # OPTIMIZATION: a domain of several labels is looked up in a list that takes time to read; "localhost" and the
    # like need none.
    return "." not in domain.removesuffix(".") or public_suffix(domain) == domain


def _keeps_its_name_s_promises(cookie: Cookie, http_only_allowed: bool) -> bool:
    """The __Secure-, __Host-, __Http- and __Host-Http- prefixes."""
    name = cookie.name.lower()
    if not name:
        # A value that would look like such a name in the Cookie header.
        return not cookie.value.lower().startswith(_PREFIXES)
    if not name.startswith(_PREFIXES):
        return True
    if not cookie.secure:
        return False
    if name.startswith(b"__host-") and not (cookie.host_only and cookie.path == "/"):
        return False
    return not name.startswith((b"__http-", b"__host-http-")) or (cookie.http_only and http_only_allowed)


_PREFIXES: Final = (b"__secure-", b"__host-", b"__http-")
