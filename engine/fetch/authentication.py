"""https://fetch.spec.whatwg.org/#authentication-entries: HTTP's Basic authentication."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, NamedTuple

from engine.fetch.partition import determine_the_network_partition_key
from engine.url import origin_of
from engine.url.percent_encoding import percent_decode_string

if TYPE_CHECKING:
    from engine.fetch.partition import NetworkPartitionKey
    from engine.http.headers import HeaderList
    from engine.http.request import Request
    from engine.url import URL, Origin

_BASIC = re.compile(r'(?:^|,)[ \t]*basic(?:[ \t]+.*?realm=(?:"((?:[^"\\]|\\.)*)"|([^ \t,"]+)))?', re.IGNORECASE)


class AuthenticationEntry(NamedTuple):
    """https://fetch.spec.whatwg.org/#authentication-entry

    What is sent to an origin once it has been accepted.
    """

    realm: str
    authorization: bytes


class AuthenticationEntries:
    """https://fetch.spec.whatwg.org/#authentication-entry

    In memory only; partitioned like connections.
    """

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[tuple[NetworkPartitionKey | None, Origin], AuthenticationEntry] = {}

    def get(self, request: Request) -> AuthenticationEntry | None:
        """The entry for a request, if there is one."""
        return self._entries.get(_key(request)) if self._entries else None

    def create(self, request: Request, realm: str, authorization: bytes) -> None:
        """https://fetch.spec.whatwg.org/#create-an-authentication-entry"""
        self._entries[_key(request)] = AuthenticationEntry(realm, authorization)

    def remove_domain(self, domain: str) -> None:
        """Forget those of a domain and of every domain below it."""
        for key in list(self._entries):
            host = getattr(key[1], "host", None)
            if host is not None and (host == domain or host.endswith(f".{domain}")):
                del self._entries[key]

    def clear(self) -> None:
        """Forget all of them."""
        self._entries.clear()


def _key(request: Request) -> tuple[NetworkPartitionKey | None, Origin]:
    return determine_the_network_partition_key(request), origin_of(request.current_url)


def basic_realm(headers: HeaderList) -> str | None:
    """The realm of the first Basic challenge in `WWW-Authenticate`; None when there is no such challenge."""
    for value in headers.get_all(b"WWW-Authenticate"):
        challenge = _BASIC.search(value.decode("latin-1"))
        if challenge is not None:
            return re.sub(r"\\(.)", r"\1", challenge[1] or challenge[2] or "")
    return None


def basic_authorization(username: str, password: str) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc7617#section-2"""
    return b"Basic " + base64.b64encode(f"{username}:{password}".encode())


def authorization_of_a_url(url: URL) -> bytes:
    """The URL's user name and password as an `Authorization` value."""
    return b"Basic " + base64.b64encode(
        percent_decode_string(url.username) + b":" + percent_decode_string(url.password)
    )
