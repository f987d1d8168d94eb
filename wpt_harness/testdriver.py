"""What tests may ask of the browser through testdriver.js, over the page's channel.

Commands: https://w3c.github.io/permissions/#automation, https://w3c.github.io/webdriver/#cookies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from engine.infra import FAILURE, isomorphic_decode
from engine.network.cookies import Cookie, CookieStore
from engine.security.permissions import PERMISSION_NAMES
from engine.url import parse_url

if TYPE_CHECKING:
    from wpt_harness.executor import TestBrowser


class CommandFailed(Exception):
    """The page is told: its promise rejects."""


def perform(browser: TestBrowser, message: Mapping[str, Any]) -> object:
    """Do what a page asked for; what its promise is resolved with. Raises CommandFailed."""
    name = str(message["name"])
    command = _COMMANDS.get(name)
    if command is None:
        raise CommandFailed(f"{name}() is not implemented")
    return command(browser, message)


def _set_permission(browser: TestBrowser, message: Mapping[str, Any]) -> None:
    name, state = message["parameters"].get("name"), message["parameters"].get("state")
    if name not in PERMISSION_NAMES:
        raise CommandFailed(f"set_permission: there is no permission {name!r}")
    if state not in ("granted", "denied", "prompt"):
        raise CommandFailed(f"set_permission: {state!r} is no permission state")
    browser.permissions.set(name, state, str(message["origin"]))


def _delete_all_cookies(browser: TestBrowser, message: Mapping[str, Any]) -> None:
    host = _host(message)
    _cookies(browser).remove_where(lambda cookie: _is_seen_from(cookie, host))


def _get_all_cookies(browser: TestBrowser, message: Mapping[str, Any]) -> list[dict[str, object]]:
    host = _host(message)
    return [_described(cookie) for cookie in _cookies(browser) if _is_seen_from(cookie, host)]


def _get_named_cookie(browser: TestBrowser, message: Mapping[str, Any]) -> dict[str, object]:
    wanted = message["parameters"].get("name")
    for cookie in _get_all_cookies(browser, message):
        if cookie["name"] == wanted:
            return cookie
    raise CommandFailed(f"get_named_cookie: there is no cookie {wanted!r}")


_COMMANDS: Final[Mapping[str, Callable[[TestBrowser, Mapping[str, Any]], object]]] = {
    "set_permission": _set_permission,
    "delete_all_cookies": _delete_all_cookies,
    "get_all_cookies": _get_all_cookies,
    "get_named_cookie": _get_named_cookie,
}


def _cookies(browser: TestBrowser) -> CookieStore:
    store = browser.user_agent.cookie_store
    if not isinstance(store, CookieStore):
        raise CommandFailed("this browser has no cookies")
    return store


def _host(message: Mapping[str, Any]) -> str:
    url = parse_url(str(message["url"]))
    if url is FAILURE or not url.host:
        raise CommandFailed("a page without a host has no cookies")
    return url.host


def _is_seen_from(cookie: Cookie, host: str) -> bool:
    return cookie.host == host or (not cookie.host_only and host.endswith(f".{cookie.host}"))


def _described(cookie: Cookie) -> dict[str, object]:
    """https://w3c.github.io/webdriver/#dfn-serialized-cookie"""
    same_site = str(cookie.same_site).capitalize()
    described: dict[str, object] = {
        "name": isomorphic_decode(cookie.name),
        "value": isomorphic_decode(cookie.value),
        "path": cookie.path,
        "domain": cookie.host,
        "secure": cookie.secure,
        "httpOnly": cookie.http_only,
        "sameSite": same_site if same_site in ("Strict", "Lax", "None") else "Lax",
    }
    if cookie.expiry_time is not None:
        described["expiry"] = int(cookie.expiry_time)
    return described
