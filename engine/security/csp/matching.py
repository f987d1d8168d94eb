"""Does a URL match a source list? https://w3c.github.io/webappsec-csp/#matching-urls"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from engine.infra import parse_non_negative_integer
from engine.url import DEFAULT_PORTS, TupleOrigin, origin_of
from engine.url.percent_encoding import percent_decode_string

if TYPE_CHECKING:
    from engine.http.request import Request
    from engine.http.response import Response
    from engine.url import URL, Origin

_SCHEME_SOURCE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_SOURCE = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(?P<host>\*|(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]+|\*))?"
    r"(?P<path>/[^?#]*)?"
)


class HostSource(NamedTuple):
    """https://w3c.github.io/webappsec-csp/#grammardef-host-source

    Its parts; absent ones are empty.
    """

    scheme: str
    host: str
    port: str
    path: str


@lru_cache(maxsize=1024)
def parse_a_host_source(expression: str) -> HostSource | None:
    """The parts of a host-source expression, or None when it is none. Ours."""
    match = _HOST_SOURCE.fullmatch(expression)
    if match is None:
        return None
    return HostSource((match["scheme"] or "").lower(), match["host"].lower(), match["port"] or "", match["path"] or "")


def does_request_match_source_list(request: Request, source_list: Sequence[str], self_origin: Origin | None) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-request-to-source-list"""
    return does_url_match_source_list(request.current_url, source_list, self_origin, request.redirect_count)


def does_response_match_source_list(
    response: Response, request: Request, source_list: Sequence[str], self_origin: Origin | None
) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-response-to-source-list

    NB: a response that a service worker made up has no URL and is judged by the request's.
    """
    url = response.url or request.current_url
    return does_url_match_source_list(url, source_list, self_origin, request.redirect_count)


def does_url_match_source_list(
    url: URL, source_list: Sequence[str], origin: Origin | None, redirect_count: int = 0
) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-url-to-source-list"""
    # 1–2. An empty source list matches no URL,
    # 3. nor does 'none'.
    if not source_list or (len(source_list) == 1 and source_list[0].lower() == "'none'"):
        return False
    # 4–5. A URL that matches any of its expressions matches.
    return any(does_url_match_expression(url, expression, origin, redirect_count) for expression in source_list)


def does_url_match_expression(url: URL, expression: str, origin: Origin | None, redirect_count: int = 0) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-url-to-source-expression"""
    origin_scheme = origin.scheme if isinstance(origin, TupleOrigin) else ""
    # 1. "*" matches the network schemes and the origin's own scheme.
    if expression == "*":
        return url.scheme in ("http", "https", "ws", "wss", "ftp") or scheme_part_matches(origin_scheme, url.scheme)
    # 2. A scheme-source.
    scheme_source = _SCHEME_SOURCE.fullmatch(expression)
    if scheme_source is not None:
        return scheme_part_matches(scheme_source[1].lower(), url.scheme)
    # 4. 'self' matches the origin.
    if expression.startswith("'"):
        return expression.lower() == "'self'" and _is_self(url, origin)
    # 3. A host-source.
    source = parse_a_host_source(expression)
    if source is None:
        return False
    # 3.1–3.3. NB: a URL without a host matches no host-source.
    if not url.host:
        return False
    # 3.4. The host-source's scheme-part, or else the origin's scheme.
    if not scheme_part_matches(source.scheme or origin_scheme, url.scheme):
        return False
    # 3.5–3.6. Its host-part and its port-part.
    if not host_part_matches(source.host, url.host) or not port_part_matches(source.port, url):
        return False
    # 3.7. Its path-part counts only before a redirect, so that nobody learns where it led.
    return not source.path or redirect_count > 0 or path_part_matches(source.path, url.path)
    # 5. The cases above answer.


def _is_self(url: URL, origin: Origin | None) -> bool:
    if not isinstance(origin, TupleOrigin):
        return False
    # 4.1. The URL's origin is the self-origin,
    if origin_of(url) == origin:
        return True
    # 4.2. or has its host, an upgraded scheme, and both ports are default ports or the same.
    if url.host != origin.host:
        return False
    own_port = origin.port if origin.port is not None else DEFAULT_PORTS.get(origin.scheme)
    ports_fit = url.effective_port == own_port or (url.port is None and origin.port is None)
    return ports_fit and (url.scheme in ("https", "wss") or (origin.scheme == "http" and url.scheme == "ws"))


def scheme_part_matches(a: str, b: str) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-schemes

    `a` of the expression, `b` of the URL.
    """
    # 1. The same scheme, or an upgrade of it.
    return (
        a == b
        or (a == "http" and b == "https")
        or (a == "ws" and b in ("wss", "http", "https"))
        or (a == "wss" and b == "https")
    )


def host_part_matches(pattern: str, host: str) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-hosts

    AD-HOC: addresses match themselves, as in browsers; the text would match 127.0.0.1 only.
    """
    # 1–2. "*" matches any host.
    if pattern == "*":
        return True
    # 3. "*." matches any host below the rest.
    if pattern.startswith("*."):
        return host.lower().endswith(pattern[1:])
    # 4–6. Otherwise the host itself.
    return pattern == host.lower()


def port_part_matches(port: str, url: URL) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-ports"""
    # 1–2. An empty port-part: the URL's port is the default port.
    if not port:
        return url.port is None
    # 3. "*" matches any port.
    if port == "*":
        return True
    # 4–6. The URL's port, or the default port of its scheme.
    wanted = parse_non_negative_integer(port)
    if wanted == url.effective_port:
        return True
    # NB: as in browsers, a source on port 80 also allows the encrypted form of itself on its usual port.
    return wanted == 80 and url.scheme in ("https", "wss") and url.effective_port == 443


def path_part_matches(a: str, b: str) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-paths

    `a` of the expression, `b` of the URL.
    """
    # 1–2. An empty path-part, and "/" against an empty path, match.
    if not a or (a == "/" and not b):
        return True
    # 3. A path-part that does not end in a slash is an exact match.
    exact_match = not a.endswith("/")
    # 4–7. Both path lists; the URL's must be at least as long, or as long when exact.
    path_list_a, path_list_b = a.split("/"), b.split("/")
    if len(path_list_a) > len(path_list_b) or (exact_match and len(path_list_a) != len(path_list_b)):
        return False
    # 8. Without an exact match the path-part's last piece is empty, and goes.
    if not exact_match:
        path_list_a.pop()
    # 9–10. Each piece, percent-decoded, must be the same.
    return all(
        percent_decode_string(piece_a) == percent_decode_string(piece_b)
        for piece_a, piece_b in zip(path_list_a, path_list_b, strict=False)
    )
