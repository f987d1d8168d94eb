"""From host names to addresses: the browser's own map first, then this machine, then the system."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from engine.event_loop import Clock, Semaphore, SystemClock, TimedOut, run_on_its_own_thread, timeout_after
from engine.network.transport import NetworkFailure
from engine.url import is_localhost

_LOOPBACK = ("127.0.0.1", "::1")
_MOST_AT_ONCE = 256  # names that the system is asked for; each is a thread that only waits


@dataclass(frozen=True, slots=True)
class Address:
    """One address a host has. `port`: where to go whatever the URL's port is; None: the URL's."""

    address: str
    family: socket.AddressFamily
    port: int | None = None


def host_matches(pattern: str, host: str) -> bool:
    """Whether `host` is `pattern`, or below it when the pattern is "*.something"; "*" matches every host."""
    host = host.removesuffix(".")
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern


class HostMap:
    """Host patterns and the addresses they stand for ("127.0.0.1", "127.0.0.1:8443", "::1", "[::1]:8443"); None for a host that is
    to be unknown.

    The most exact pattern wins: the host itself, then the longest "*.something", then "*".
    """

    def __init__(self, hosts: Mapping[str, str | None] | None = None) -> None:
        self._exact: dict[str, str | None] = {}
        self._wildcards: list[tuple[str, str | None]] = []
        for pattern, address in (hosts or {}).items():
            if pattern.startswith("*"):
                self._wildcards.append((pattern, address))
            else:
                self._exact[pattern.removesuffix(".")] = address
        self._wildcards.sort(key=lambda entry: len(entry[0]), reverse=True)

    def find(self, host: str) -> tuple[bool, str | None]:
        """Whether the map speaks of `host`, and what it says."""
        host = host.removesuffix(".")
        if host in self._exact:
            return True, self._exact[host]
        for pattern, address in self._wildcards:
            if host_matches(pattern, host):
                return True, address
        return False, None


class Resolver:
    """Finds the addresses of hosts. Unknown hosts fail within `time_limit` seconds, most of them at once."""

    def __init__(
        self, hosts: Mapping[str, str | None] | None = None, clock: Clock | None = None, time_limit: float = 10.0
    ) -> None:
        self._map = HostMap(hosts)
        self._clock = clock or SystemClock()
        self._time_limit = time_limit
        self._places = Semaphore(_MOST_AT_ONCE)

    async def resolve(self, host: str) -> list[Address]:
        """The addresses of `host`, best first. Raises NetworkFailure("name not resolved")."""
        # NB: localhost comes before the map: that it means this machine is what makes it trustworthy.
        if is_localhost(host):
            return [_address(address) for address in _LOOPBACK if address != "::1" or socket.has_ipv6]
        known, address = self._map.find(host)
        if known:
            if address is None:
                raise NetworkFailure("name not resolved", f"{host} is marked as unknown in the host map")
            return [_address(address)]
        # https://datatracker.ietf.org/doc/html/rfc6761#section-6.4: nobody has these names; the question would only
        # take time.
        if host.removesuffix(".").endswith((".invalid", ".onion")) or host.removesuffix(".") == "invalid":
            raise NetworkFailure("name not resolved", f"{host} cannot exist")
        return await self._ask_the_system(host)

    async def _ask_the_system(self, host: str) -> list[Address]:
        try:
            async with timeout_after(self._clock, self._time_limit), self._places:
                answers = await run_on_its_own_thread(_getaddrinfo, host)
        except TimedOut:
            raise NetworkFailure("name not resolved", f"{host}: no answer within {self._time_limit:g} s") from None
        except (OSError, UnicodeError) as error:
            raise NetworkFailure("name not resolved", f"{host}: {error}") from error
        return answers


def is_an_address(text: str) -> bool:
    """Whether a host map can have it: an IP address, with a port after a colon if need be."""
    try:
        found = _address(text)
        ipaddress.ip_address(found.address)
    except ValueError:
        return False
    return found.port is None or 0 < found.port < 65536


def _address(address: str) -> Address:
    """Raises ValueError for a port that is no number."""
    host, colon, port = address.rpartition(":")
    if colon and (host.endswith("]") or ":" not in host):
        return Address(host.strip("[]"), socket.AF_INET6 if host.endswith("]") else socket.AF_INET, int(port))
    return Address(address, socket.AF_INET6 if ":" in address else socket.AF_INET)


def _getaddrinfo(host: str) -> list[Address]:
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [Address(str(sockaddr[0]), family) for family, _, _, _, sockaddr in answers]
