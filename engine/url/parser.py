"""https://url.spec.whatwg.org/#url-parsing, which the ada library does; here its result is taken apart, and kept."""

from __future__ import annotations

from functools import lru_cache
from sys import intern
from typing import Final

import ada_url

from engine.infra import FAILURE, Failure, scalar_value_string
from engine.url.url import URL

_LONGEST_KEPT: Final = 1024
"""OPTIMIZATION: longer inputs (data: URLs, mostly) are parsed each time rather than kept in memory. Code points."""


def parse_url(text: str, base: URL | None = None) -> URL | Failure:
    """https://url.spec.whatwg.org/#concept-url-parser

    Without its last steps: see `URL.with_blob_url_entry`.

    Lone surrogates are converted as a USVString's are. FIXME: the encoding parameter, for queries in documents that
    are not UTF-8.
    """
    base_text = None if base is None else base.serialized
    if len(text) > _LONGEST_KEPT or (base_text is not None and len(base_text) > _LONGEST_KEPT):
        return _parse(text, base_text)
    return _parse_once(text, base_text)


def parse_to_href(text: str, base: str | None = None) -> str | Failure:
    """The serialization of the URL that `parse_url` would give. Ours."""
    try:
        if not text.isascii():
            text = scalar_value_string(text)
        href = ada_url.normalize_url(text) if base is None else ada_url.join_url(base, text)
    except ValueError:
        return FAILURE
    return href if has_valid_punycode(href) else FAILURE


def _parse(text: str, base: str | None) -> URL | Failure:
    href = parse_to_href(text, base)
    return FAILURE if href is FAILURE else take_apart(href)


def has_valid_punycode(href: str) -> bool:
    """Whether the "xn--" labels of a serialized URL's domain stand for what would have been encoded that way.

    AD-HOC: https://url.spec.whatwg.org/#concept-domain-to-ascii asks for it and the library takes such labels on trust.
    """
    if "xn--" not in href:
        return True
    url = take_apart(href)
    if not url.is_special or url.host is None:
        return True
    return all(_is_valid_punycode(label) for label in url.host.split(".") if label.startswith("xn--"))


def _is_valid_punycode(label: str) -> bool:
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return bool(ada_url.idna_to_ascii(text).decode("ascii") == label)


_parse_once = lru_cache(maxsize=1024)(_parse)


def take_apart(href: str) -> URL:
    """The URL that serializes to `href`, which must be the parser's own output. Ours.

    OPTIMIZATION: a serialized URL has a far simpler grammar than the parser's input; this is quicker than asking the
    library for each slot.
    """
    rest, hash_mark, fragment = href.partition("#")
    rest, question_mark, query = rest.partition("?")
    scheme, _, rest = rest.partition(":")
    username = password = ""
    host: str | None = None
    port: int | None = None
    if rest.startswith("//"):
        slash = rest.find("/", 2)
        authority, path = (rest[2:], "") if slash < 0 else (rest[2:slash], rest[slash:])
        userinfo, at_sign, host_and_port = authority.rpartition("@")
        if at_sign:
            username, _, password = userinfo.partition(":")
        host, colon, digits = host_and_port.rpartition(":")
        if not colon or digits.endswith("]"):
            host = host_and_port
        else:
            port = int(digits)
    else:
        path = rest[2:] if rest.startswith("/.//") else rest
    return URL(
        serialized=href,
        # OPTIMIZATION: ten thousand URLs of one site share these.
        scheme=intern(scheme),
        username=username,
        password=password,
        host=None if host is None else intern(host),
        port=port,
        path=path,
        query=query if question_mark else None,
        fragment=fragment if hash_mark else None,
        has_opaque_path=host is None and not path.startswith("/"),
    )


def domain_to_ascii(domain: str) -> str | Failure:
    """https://url.spec.whatwg.org/#concept-domain-to-ascii

    Not strict; a domain that is none is failure.
    """
    url = parse_url(f"https://{domain}/") if domain and not any(stop in domain for stop in "/?#@:\\") else FAILURE
    return url.host if isinstance(url, URL) and url.host else FAILURE
