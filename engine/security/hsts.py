"""Hosts that are only spoken to encrypted, because they asked for it. https://www.rfc-editor.org/rfc/rfc6797"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.url import is_an_ip_address

if TYPE_CHECKING:
    from engine.event_loop import Clock
    from engine.http.request import Request
    from engine.url import URL

_LONGEST: Final = 100 * 365 * 24 * 3600
"""Seconds; a policy that says more is kept as long."""
_MOST_HOSTS: Final = 10_000
_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_DIRECTIVE: Final = re.compile(rf'[ \t]*(?:({_TOKEN})[ \t]*(?:=[ \t]*({_TOKEN}|"[^"]*"))?)?[ \t]*(;|\Z)')


@dataclass(frozen=True, slots=True)
class KnownHost:
    """https://www.rfc-editor.org/rfc/rfc6797#section-5.3: a known HSTS host. `expiry`: seconds since 1970."""

    host: str
    expiry: float
    include_subdomains: bool


def parse_strict_transport_security(value: bytes) -> tuple[int, bool] | None:
    """https://www.rfc-editor.org/rfc/rfc6797#section-6.1

    Returns max-age in seconds, and whether subdomains are included; None when it says nothing.
    """
    directives: dict[str, str | None] = {}
    text, position = value.decode("latin-1"), 0
    while position < len(text):
        # 1–2. The directives, each once and in any order, between semicolons.
        found = _DIRECTIVE.match(text, position)
        if found is None:
            return None
        name, argument, _ = found.groups()
        if name is not None:
            # 3. Directive names are case-insensitive; unknown ones are passed over.
            if name.lower() in directives:
                return None
            directives[name.lower()] = None if argument is None else argument.strip('"')
        position = found.end()
    # 4. max-age is required.
    max_age = directives.get("max-age")
    if max_age is None or re.fullmatch(r"[0-9]+", max_age) is None or directives.get("includesubdomains") is not None:
        return None
    return _LONGEST if len(max_age) > 12 else min(int(max_age), _LONGEST), "includesubdomains" in directives


class KnownHosts:
    """https://www.rfc-editor.org/rfc/rfc6797#section-8: what the user agent remembers. `on_change` hears which host's entry changed."""

    def __init__(self, clock: Clock, on_change: Callable[[str], object] | None = None) -> None:
        self._clock = clock
        self._on_change = on_change
        self._hosts: dict[str, KnownHost] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def load(self, hosts: Iterable[KnownHost]) -> None:
        """Those of an earlier run."""
        self._hosts.update((known.host, known) for known in hosts)

    def find(self, host: str) -> KnownHost | None:
        """What is remembered of exactly this host."""
        return self._hosts.get(host)

    def note(self, url: URL, value: bytes) -> None:
        """https://www.rfc-editor.org/rfc/rfc6797#section-8.1: what a response from `url` says, which came securely and without errors."""
        # 1. No IP addresses. AD-HOC: localhost is whoever runs there at the moment; so do browsers.
        host = _name_of(url)
        policy = parse_strict_transport_security(value)
        if url.scheme != "https" or host is None or policy is None:
            return
        max_age, include_subdomains = policy
        # 2. A max-age of zero removes the known HSTS host,
        if max_age == 0:
            self._remove([host])
            return
        # 3. any other notes it or updates it.
        if len(self._hosts) >= _MOST_HOSTS and host not in self._hosts:
            self._remove([next(iter(self._hosts))])
        self._hosts[host] = KnownHost(host, self._clock.wall_time() + max_age, include_subdomains)
        self._tell(host)

    def matches(self, url: URL) -> bool:
        """https://www.rfc-editor.org/rfc/rfc6797#section-8.2: whether the host of `url` is a known one, or below one that says so."""
        # OPTIMIZATION: most users' servers are none.
        if not self._hosts:
            return False
        host = _name_of(url)
        if host is None:
            return False
        labels = host.split(".")
        for start in range(len(labels)):
            known = self._hosts.get(".".join(labels[start:]))
            # 1–2. A congruent match, or a superdomain match that includes subdomains.
            if known is not None and (start == 0 or known.include_subdomains) and known.expiry > self._clock.wall_time():
                return True
        return False

    def remove_domain(self, domain: str) -> None:
        """Forget a domain and all below it. Ours."""
        self._remove([host for host in self._hosts if host == domain or host.endswith(f".{domain}")])

    def _remove(self, hosts: list[str]) -> None:
        for host in hosts:
            if self._hosts.pop(host, None) is not None:
                self._tell(host)

    def _tell(self, host: str) -> None:
        if self._on_change is not None:
            self._on_change(host)


def _name_of(url: URL) -> str | None:
    """The host, if it is a name that HSTS is for."""
    host = (url.host or "").removesuffix(".")
    if not host or is_an_ip_address(host) or host == "localhost" or host.endswith(".localhost"):
        return None
    return host


def upgraded_by_hsts(url: URL, known_hosts: KnownHosts | None) -> URL:
    """https://www.rfc-editor.org/rfc/rfc6797#section-8.3"""
    if known_hosts is None or url.scheme != "http" or not known_hosts.matches(url):
        return url
    # 5. Port 80 becomes the default port, any other stays.
    return url.with_parts(scheme="https", port=None if url.port == 80 else url.port)


def upgrade_request_by_hsts(request: Request, known_hosts: KnownHosts | None) -> None:
    """https://fetch.spec.whatwg.org/#concept-main-fetch, its step 10"""
    url = request.current_url
    upgraded = upgraded_by_hsts(url, known_hosts)
    if upgraded is not url:
        request.url_list[-1] = upgraded
