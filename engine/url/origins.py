"""https://html.spec.whatwg.org/#origin and sites: which a URL has, which are the same."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.url.origin import OpaqueOrigin, Origin, SchemeAndHost, Site, TupleOrigin
from engine.url.parser import parse_url
from engine.url.url import DEFAULT_PORTS, URL

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_IPV4_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z")


def origin_of(url: URL) -> Origin:
    """https://url.spec.whatwg.org/#concept-url-origin"""
    if url.scheme in ("http", "https", "ws", "wss", "ftp"):
        assert url.host is not None
        return TupleOrigin(url.scheme, url.host, url.port)
    if url.scheme == "blob":
        # 1. A blob: URL's origin is that of its entry, while there is one,
        if url.blob_url_entry is not None:
            return url.blob_url_entry.origin
        # 2–4. else that of the URL in its path, when it has one of these schemes.
        path_url = parse_url(url.path)
        if isinstance(path_url, URL) and path_url.scheme in ("http", "https", "file"):
            return origin_of(path_url)
    # NB: "file" is left to the user agent; every file is an origin of its own here.
    return OpaqueOrigin()


def same_origin(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#same-origin"""
    return a == b


def same_origin_domain(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#same-origin-domain"""
    # 1. Opaque origins must be the same origin.
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a == b
    # 2. With domains set on both, these and the scheme count; with none, the origins; a single one never matches.
    if a.domain is not None and b.domain is not None:
        return a.scheme == b.scheme and a.domain == b.domain
    return a.domain is None and b.domain is None and a == b


def serialize_an_origin(origin: Origin) -> str:
    """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""
    return origin.serialized


def origin_from_serialization(text: str) -> Origin:
    """The origin that serializes to `text`; "null" (or anything else that is none) gives a new opaque origin. Ours."""
    url = parse_url(text)
    if isinstance(url, URL) and url.scheme in DEFAULT_PORTS and url.host:
        return TupleOrigin(url.scheme, url.host, url.port)
    return OpaqueOrigin()


def origin_to_record(origin: Origin) -> str:
    """The origin as one string that `origin_from_record` reads back, opaque origins included. Ours."""
    return f"null {origin.nonce}" if isinstance(origin, OpaqueOrigin) else origin.serialized


def origin_from_record(record: str) -> Origin:
    """The origin that `origin_to_record` wrote. Ours."""
    if record.startswith("null "):
        return OpaqueOrigin(record.removeprefix("null "))
    return origin_from_serialization(record)


def obtain_a_site(origin: Origin) -> Site:
    """https://html.spec.whatwg.org/#obtain-a-site"""
    # 1. An opaque origin is its own site.
    if isinstance(origin, OpaqueOrigin):
        return origin
    # 2–3. The scheme and the registrable domain, or the host if it has none.
    return SchemeAndHost(origin.scheme, registrable_domain(origin.host) or origin.host)


def same_site(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#same-site"""
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a == b
    return a.scheme == b.scheme and schemelessly_same_site(a, b)


def schemelessly_same_site(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#schemelessly-same-site"""
    # 1. Opaque origins must be the same origin.
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a == b
    # 2. The hosts, or their registrable domains, must be the same. OPTIMIZATION: equal hosts need no look at domains.
    if a.host == b.host:
        return True
    domain = registrable_domain(a.host)
    return domain is not None and domain == registrable_domain(b.host)


def is_an_ip_address(host: str) -> bool:
    """Whether a serialized host is an https://url.spec.whatwg.org/#ip-address"""
    return host.startswith("[") or _IPV4_ADDRESS.match(host) is not None


@lru_cache(maxsize=4096)
def public_suffix(host: str) -> str | None:
    """https://url.spec.whatwg.org/#host-public-suffix"""
    # 1. Only a domain has a public suffix.
    if not host or is_an_ip_address(host):
        return None
    # 2–5. The public suffix, with the trailing dot if the host has one.
    trailing_dot = "." if host.endswith(".") else ""
    suffix = _public_suffix_list().publicsuffix(host.removesuffix("."))
    return None if suffix is None else suffix + trailing_dot


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str | None:
    """https://url.spec.whatwg.org/#host-registrable-domain"""
    # 1. None for an IP address, and below for a public suffix itself.
    if not host or is_an_ip_address(host):
        return None
    # 2–4. The registrable domain, with the trailing dot if the host has one.
    trailing_dot = "." if host.endswith(".") else ""
    domain = _public_suffix_list().privatesuffix(host.removesuffix("."))
    return None if domain is None else domain + trailing_dot


@lru_cache(maxsize=1)
def _public_suffix_list() -> PublicSuffixList:
    # OPTIMIZATION: reading the list costs 20 ms, and 60 if the library is left to put every rule into Punycode: our hosts
    # are in Punycode always, so that only few of the rules have to be.
    from publicsuffixlist import PSLFILE, PublicSuffixList

    lines = Path(PSLFILE).read_text("utf-8").splitlines()
    rules = [line if line.isascii() else _in_punycode(line) for line in lines if not line.startswith("//")]
    return PublicSuffixList("\n".join(rules), accept_encoded_idn=False)


def _in_punycode(rule: str) -> str:
    exception = "!" if rule.startswith("!") else ""
    return exception + rule.removeprefix("!").strip().encode("idna").decode("ascii")
