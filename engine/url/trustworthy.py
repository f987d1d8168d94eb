"""https://w3c.github.io/webappsec-secure-contexts/#algorithms"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Collection

from engine.url.origin import Origin, TupleOrigin
from engine.url.origins import is_an_ip_address, origin_of
from engine.url.url import URL


@functools.lru_cache(maxsize=1024)
def is_a_loopback_address(host: str) -> bool:
    """Whether a serialized host is an address in 127.0.0.0/8, or ::1."""
    if not is_an_ip_address(host):
        return False
    address = ipaddress.ip_address(host.strip("[]"))
    return address in _LOOPBACK_V4 if address.version == 4 else address == _LOOPBACK_V6


_LOOPBACK_V4 = ipaddress.ip_network("127.0.0.0/8")
_LOOPBACK_V6 = ipaddress.ip_address("::1")


def is_localhost(host: str) -> bool:
    """https://w3c.github.io/webappsec-secure-contexts/#localhost

    "localhost" and what is below it, with or without a trailing dot. The promise that goes with it, that such names
    always mean this machine, is kept by engine.network's resolver.
    """
    host = host.removesuffix(".")
    return host == "localhost" or host.endswith(".localhost")


def is_origin_potentially_trustworthy(origin: Origin, trusted_origins: Collection[str] = ()) -> bool:
    """https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy

    `trusted_origins`: serialized origins that the user has declared trustworthy.
    """
    # 1. An opaque origin is not trustworthy.
    if not isinstance(origin, TupleOrigin):
        return False
    # 2. NB: a tuple origin here always names a host.
    # 3. Authenticated schemes.
    if origin.scheme in ("https", "wss"):
        return True
    # 4–5. A loopback address, or localhost.
    if is_a_loopback_address(origin.host) or is_localhost(origin.host):
        return True
    # 6. "file": our file origins are opaque, so they ended at 1.
    # 7. (No scheme beyond those of step 3 counts as authenticated.)
    # 8–9. The origins that the user has configured.
    return origin.serialized in trusted_origins


def is_url_potentially_trustworthy(url: URL, trusted_origins: Collection[str] = ()) -> bool:
    """https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy"""
    # 1. about:blank and about:srcdoc.
    if url.scheme == "about" and url.path in ("blank", "srcdoc"):
        return True
    # 2. A data: URL.
    if url.scheme == "data":
        return True
    # 3. Otherwise the URL's origin decides.
    return is_origin_potentially_trustworthy(origin_of(url), trusted_origins)
