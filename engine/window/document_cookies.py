"""https://html.spec.whatwg.org/multipage/dom.html#dom-document-cookie"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.infra import utf8_decode, utf8_encode
from engine.network.cookies import serialize_cookies
from engine.url import is_url_potentially_trustworthy
from engine.webidl.exceptions import DOMException

if TYPE_CHECKING:
    from engine.network.cookies import CookieStore
    from engine.realms import Environment


def _store(environment: Environment) -> CookieStore | None:
    """None for documents that are averse to cookies. Raises DOMException "SecurityError"."""
    if environment.storage_key == "null":
        raise DOMException("documents of an opaque origin have no cookies", "SecurityError")
    return environment.user_agent.cookie_store if environment.creation_url.is_http else None


def cookie_string(environment: Environment) -> str:
    """The getter: what scripts may see of the cookies for the document's address. Raises DOMException "SecurityError"."""
    # 1–2. A cookie-averse document has none.
    store = _store(environment)
    url = environment.creation_url
    if store is None or url.host is None:
        return ""
    # 3. The cookies for the document's URL.
    cookies = store.retrieve_cookies(
        is_secure=is_url_potentially_trustworthy(url),
        host=url.host,
        path=url.path,
        http_only_allowed=False,
        # NB: in a page of another site it is as if each cookie had been asked for from there.
        same_site="unset-or-less" if environment.has_cross_site_ancestor else "strict-or-less",
        partition_key=None,
    )
    return utf8_decode(serialize_cookies(cookies))


def set_cookie_string(environment: Environment, value: str) -> None:
    """The setter. Raises DOMException "SecurityError"."""
    # 1–2. A cookie-averse document sets none.
    store = _store(environment)
    url = environment.creation_url
    if store is None or url.host is None:
        return
    # 3. Store it as a "non-HTTP" API does.
    store.parse_and_store_a_cookie(
        utf8_encode(value),
        is_secure=is_url_potentially_trustworthy(url),
        host=url.host,
        path=url.path,
        http_only_allowed=False,
        allow_non_host_only_cookie_for_public_suffix=False,
        same_site_strict_or_lax_allowed=not environment.has_cross_site_ancestor,
        partition_key=None,
    )
    store.garbage_collect_cookies(url.host)
